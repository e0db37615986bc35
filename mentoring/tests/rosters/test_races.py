"""Two imports at once, on PostgreSQL: one after the other, and the second finds nothing to do."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from accounts.models import Role
from mentoring.roster import importing
from mentoring.roster.importing import import_roster
from mentoring.roster.uploading import apply_upload, upload_roster
from students.models import Enrolment, RosterImport
from tests.factories import at, make_user

from .files import roster, school

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
NOW = at("2026-03-02 09:00")


def at_once(act) -> list[object]:
    """Two threads that begin together; what each came back with, an error included."""
    start, answers = threading.Barrier(2), []

    def run() -> None:
        start.wait()
        try:
            answers.append(act())
        except Exception as error:
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def import_it() -> object:
    return import_roster(source=roster(school(20)), by=None, now=NOW, dry_run=False)


def test_with_the_lock_the_second_import_finds_nothing_to_do():
    answers = at_once(import_it)
    assert [answer.applied for answer in answers] == [True, True]
    assert sorted(len(answer.changed) for answer in answers) == [0, 67]
    assert Enrolment.objects.count() == 20


def test_without_it_one_of_them_fails(monkeypatch):
    together = threading.Barrier(2, timeout=5)
    here = importing.Here

    def look_and_wait(source, now):
        found = here(source, now)
        together.wait()
        return found

    monkeypatch.setattr(importing, "_one_at_a_time", lambda: None)
    monkeypatch.setattr(importing, "Here", look_and_wait)
    answers = at_once(import_it)
    assert any(isinstance(answer, Exception) for answer in answers)
    assert Enrolment.objects.count() == 20


def test_a_confirmation_pressed_twice_at_once_applies_once():
    boss = make_user(Role.ADMINISTRATOR)
    upload = upload_roster(content=roster(school(5)), file_name="r.zip", by=boss, now=NOW)
    answers = at_once(
        lambda: apply_upload(upload=upload, outcome_digest=upload.outcome_digest, by=boss, now=NOW)[1]
    )
    assert sorted(map(str, answers))[-1] == "True"
    assert any(isinstance(answer, RosterImport.DoesNotExist) for answer in answers)
    assert Enrolment.objects.count() == 5
