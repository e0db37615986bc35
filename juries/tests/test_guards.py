"""What the database refuses by itself, whoever writes (J1-J3): tests that go behind the services."""

import pytest
from django.db import connection

from juries.models import Candidacy
from rulebook.jury import TRANSITIONS, CandidacyState

pytestmark = pytest.mark.django_db


def test_the_words_of_the_model_are_those_of_the_rule_book():
    assert set(Candidacy.State.values) == {state.value for state in CandidacyState} == set(TRANSITIONS)


def test_every_guard_is_there_after_the_last_migration():
    query = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall() if name.startswith("juries_")}
    written_once = ("dossier", "addendum", "dossierpart", "juryvote", "skilltoimprove")
    filled_once = ("jurydecision", "remedialproject")
    assert present == {
        *(f"juries_{table}_no_update" for table in (*written_once, *filled_once)),
        *(f"juries_{table}_no_delete" for table in (*written_once, *filled_once, "certificate", "candidacy")),
        *(f"juries_{table}_check" for table in ("juryvote", "jurydecision", "certificate")),
        "juries_candidacy_step",
    }
