"""No page, message, description or title names a duration that is a parameter of the policy (2.4, 3.2)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Role
from enforcement.registry import all_sweeps
from mentoring.tests.student_pages import sign_in
from record.kinds import KINDS
from tests.factories import make_user

PARAMETER = re.compile(r"\b(48|24)[ -]?(h|hours?)\b|\b15[ -]?(min|minutes)\b")
SAMPLES = {"style.html"}  # the style guide shows sentences as examples


def test_no_template_names_one() -> None:
    root = Path(settings.BASE_DIR) / "templates"
    found = {
        str(path.relative_to(root)): match.group()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name not in SAMPLES and (match := PARAMETER.search(path.read_text()))
    }
    assert found == {}


def test_no_title_of_a_sweep_and_no_entry_names_one() -> None:
    titles = [str(sweep.title) for sweep in all_sweeps().values()]
    words = [text for each in KINDS.values() for text in (each.title, each.to_subject, each.to_others)]
    assert [text for text in titles + words if PARAMETER.search(text)] == []


@pytest.mark.django_db
def test_no_description_of_the_api_names_one() -> None:
    client: Client = sign_in(make_user(Role.STUDENT_SUCCESS))
    text = client.get("/api/v1/schema/").content.decode()
    assert "statement_window" in text
    assert [match.group() for match in PARAMETER.finditer(text)] == []
