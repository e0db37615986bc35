"""`manage.py import_roster` at a terminal."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role
from students.models import Student
from tests.factories import make_path, make_user

from .files import roster, school

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "roster.zip"
    path.write_bytes(roster(school()))
    return path


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("import_roster", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_a_dry_run_shows_rows_and_changes_nothing(archive: Path):
    text = run(str(archive), "--dry-run")
    assert "create     users.csv:3 user Sam1 Student" in text
    assert "would change: 13 create" in text
    assert not Student.objects.exists()


def test_it_applies_and_answers_in_json(archive: Path):
    answer = json.loads(run(str(archive), "--json"))
    assert answer["applied"] and answer["counts"]["create"] == 13
    assert Student.objects.count() == 2


def test_problems_end_it_with_a_failure(tmp_path: Path):
    with pytest.raises(CommandError, match="Nothing was changed: 1 problems"):
        run(str(tmp_path))
    with pytest.raises(CommandError):
        run(str(tmp_path / "nowhere.zip"))


def test_who_imports_has_to_be_allowed_to(archive: Path):
    student, manager = make_user(Role.STUDENT), make_user(Role.LEARNING_MANAGER)
    with pytest.raises(CommandError, match="may not import"):
        run(str(archive), "--by", student.email)
    make_path(code="WEB", title="Web Developer", learning_manager=manager)
    run(str(archive), "--by", manager.email)
    imported = Student.objects.first()
    assert imported is not None
    assert imported.user.role_grants.get().granted_by == manager


def test_control_characters_of_a_name_do_not_reach_the_terminal(tmp_path: Path):
    tables = school(1)
    tables["courses"][0]["title"] = "Web\u202eDeveloper"
    path = tmp_path / "roster.zip"
    path.write_bytes(roster(tables))
    assert "\u202e" not in run(str(path), "--dry-run")
