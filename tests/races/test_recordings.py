"""A case that opens against the sweep that deletes (2.6, V2): what holds a recording is seen, or comes too late."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from enforcement.runner import run
from mentoring.models import Hold
from mentoring.services import recordings
from mentoring.services.recordings import NewHold
from mentoring.sweeps.recordings import DEFENCE_RECORDINGS
from record.documents.services import store_document
from record.models import Chain, Document
from record.services import lock_chains
from record.tests.documents.samples import mp4
from tests.factories import at, make_defence, make_enrolment, make_work

from .conftest import START
from .meeting import meet

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

OVER = at("2026-06-30 22:00")  # midnight in Paris, after the last day


@pytest.fixture
def student():
    enrolment = make_enrolment(ended_on=date(2026, 6, 30))
    defence = make_defence(make_work(enrolment), START)
    user = enrolment.student.user
    film = SimpleUploadedFile("defence.mp4", mp4())
    defence.recording = store_document(
        purpose="defence-recording", upload=film, subject=user, by=user, now=START
    )
    defence.recorded_at = START
    defence.save()
    with transaction.atomic():
        lock_chains([user.pk])  # made once, so that making it is not what others wait for
    return enrolment.student


def open_case(student):
    """What opens a case does: the student's chain first, then the hold."""
    with transaction.atomic():
        lock_chains([student.user_id])
        recordings.place_holds([NewHold(student.pk, "discipline.case:1", OVER)])


sweep = partial(run, DEFENCE_RECORDINGS, OVER, heartbeat=False)


def test_v2_a_case_that_is_being_opened_keeps_the_recording(student, monkeypatch):
    _, swept = meet(monkeypatch, recordings, "place_holds", partial(open_case, student), sweep)
    assert swept.waited and swept.value == 0
    assert Document.objects.get().is_kept and Hold.objects.exists()


def test_v2_without_the_lock_it_would_be_deleted_under_the_hold(student, monkeypatch, unlock):
    unlock(Chain)
    meet(monkeypatch, recordings, "place_holds", partial(open_case, student), sweep)
    assert Hold.objects.exists() and not Document.objects.get().is_kept


def test_v2_a_case_that_comes_after_the_deletion_waits_for_it(student, monkeypatch):
    swept, opened = meet(monkeypatch, recordings, "delete_documents", sweep, partial(open_case, student))
    assert opened.waited and opened.error is None
    assert swept.value == 1
    assert not Document.objects.get().is_kept
