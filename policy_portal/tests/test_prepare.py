"""Before the processes start: what is there already is not done again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from accounts.models import User
from policy_portal.process import prepare


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that were called, none of which ran."""
    names: list[str] = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: names.append(name))
    monkeypatch.setattr(prepare, "get_commands", lambda: {"demo": "mentoring"})
    return names


def say(line: str) -> None:
    """Nobody listens."""


@pytest.mark.django_db
class TestDemoSchool:
    def test_it_is_made_where_nobody_is_at_home_yet(self, called, settings) -> None:
        settings.DEMO = True
        prepare.load_demo_school(say)
        assert called == ["demo"]

    def test_it_is_not_made_over_people(self, called, settings) -> None:
        settings.DEMO = True
        User.objects.create_user("somebody@example.org")
        prepare.load_demo_school(say)
        assert called == []

    def test_it_is_not_made_for_a_real_school(self, called, settings) -> None:
        settings.DEMO = False
        prepare.load_demo_school(say)
        prepare.demo_logins()
        assert called == []


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone(called) -> None:
    prepare.bring_database_up_to_date(say)
    assert called == []


class TestStaticFiles:
    @pytest.fixture
    def ours(self, tmp_path: Path, settings) -> Path:
        """One stylesheet, and the finder that finds it and nothing else."""
        settings.DEBUG = False
        settings.STATIC_ROOT = tmp_path / "collected"
        settings.STATIC_ROOT.mkdir()
        settings.STATICFILES_DIRS = [tmp_path / "static"]
        settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
        (tmp_path / "static").mkdir()
        sheet = tmp_path / "static" / "sheet.css"
        sheet.write_text("a {}")
        return sheet

    def test_they_are_collected_when_they_changed(self, called, ours: Path) -> None:
        prepare.collect_static_files(say)
        prepare.collect_static_files(say)
        assert called == ["collectstatic"]
        os.utime(ours, ns=(1, 1))
        prepare.collect_static_files(say)
        assert called == ["collectstatic"] * 2

    def test_a_trial_serves_them_as_they_lie(self, called, ours: Path, settings) -> None:
        settings.DEBUG = True
        prepare.collect_static_files(say)
        assert called == []
