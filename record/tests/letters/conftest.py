from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import Role
from record.letters import carriers
from record.letters.carriers.simulator import Moods, PostOffice, Simulator
from record.letters.printing import render
from record.tests.conftest import person

SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSBzaW11bGF0b3IgZm9yIHRlc3Rz"


@pytest.fixture(autouse=True)
def files(settings, tmp_path: Path) -> None:
    options = {**settings.STORAGES["documents"]["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {
        **settings.STORAGES,
        "documents": {**settings.STORAGES["documents"], "OPTIONS": options},
    }


@pytest.fixture
def printed_once(monkeypatch) -> None:
    """The PDF of the first letter for all that follow: printing is another test's matter."""
    made: dict[str, bytes] = {}

    def once(words, address, **how):
        return made.setdefault("pdf", render(words, address, **how) if "pdf" not in made else b"")

    monkeypatch.setattr("record.letters.printing.render", once)


@pytest.fixture
def office(tmp_path: Path) -> PostOffice:
    return PostOffice(tmp_path / "post")


@pytest.fixture
def simulator(office: PostOffice, settings):
    """The simulator as the school's carrier; call it with moods to change them."""

    def with_moods(moods: Moods | None = None, **how) -> Simulator:
        carrier = Simulator(office, moods, secret=SECRET, **how)
        carriers.register(carrier)
        return carrier

    settings.LETTER_CARRIER = "simulator"
    yield with_moods
    carriers.unregister("simulator")


@pytest.fixture
def success(db):
    return person("success@example.org", Role.STUDENT_SUCCESS)


@pytest.fixture
def head(db):
    return person("head@example.org", Role.HEAD_OF_LEARNING)
