"""The printed file of a case: what is in it for whom, at once or in the background."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from accounts.models import Role, User
from discipline.models import (
    Case,
    CaseDocument,
    CaseKind,
    CasePrint,
    Companion,
    PrintState,
    Report,
    Suspicion,
    SuspicionEvidence,
)
from discipline.printing import keeping
from discipline.printing.gathering import case_file
from discipline.printing.rendering import render
from discipline.sweeps import MAKE_FILES
from enforcement.runner import run
from mentoring.tests.student_pages import sign_in
from record.documents import purposes
from record.documents.purposes import Purpose
from record.documents.services import store_document
from record.models import Document
from tests.factories import make_enrolment, make_path, make_student, make_user

from .making import NOW, inform, make_case

pytestmark = pytest.mark.django_db

PAPER = Purpose(
    "test-paper", "A paper", frozenset({"text/plain"}), 10_000, lambda user, document: user.is_active
)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    purposes.register(PAPER)
    with time_machine.travel(NOW, tick=False):
        yield


def add(case: Case, title: str, *, purpose: str = PAPER.name, **more: Any) -> Document:
    """A document of the case."""
    student = case.student.user
    upload = SimpleUploadedFile(f"{title}.txt", f"The words of {title}".encode())
    document = store_document(purpose=purpose, upload=upload, subject=student, by=student, now=NOW)
    CaseDocument.objects.create(case=case, document=document, title=title, added_at=NOW, told_at=NOW, **more)
    return document


def said(case: Case, user: User) -> str:
    """All that the file says to a reader, with the names of its annexes."""
    gathered = case_file(case, user, NOW)
    shown = [section.blocks for section in gathered.sections]
    titles = [annex.title for annex in gathered.annexes]
    return json.dumps([gathered.lead, gathered.facts, shown, titles], ensure_ascii=False)


@pytest.fixture
def case() -> Case:
    manager = make_user(Role.LEARNING_MANAGER)
    found = make_case(make_enrolment(path=make_path(learning_manager=manager)))
    inform(found)
    return found


def test_the_board_takes_the_file_away_at_once_where_it_is_small(case: Case) -> None:
    add(case, "The post")
    client = sign_in(make_user(Role.HEAD_OF_LEARNING))
    answer = client.post(reverse("case-file", args=[case.pk]))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF") and answer["Cache-Control"] == "private, no-store"
    assert CasePrint.objects.count() == 0


def test_abuse_22_the_file_names_no_reporter_to_anybody(case: Case) -> None:
    reporter = make_user(Role.MENTOR, family_name="Whistleblower")
    Report.objects.create(
        kind="abuse",
        accused=case.enrolment,
        clause="3.5",
        policy_id="2026-01",
        reporter=reporter,
        text="He insulted me",
        made_at=NOW,
        state="opened",
        handled_at=NOW,
        case=case,
    )
    for user in (case.student.user, make_user(Role.HEAD_OF_LEARNING)):
        words = said(case, user)
        assert "Whistleblower" not in words and "He insulted me" not in words


def test_abuse_7_the_file_holds_no_proof_of_health_and_nothing_that_is_not_for_its_reader(case: Case) -> None:
    add(case, "The post")
    add(case, "Of health", restricted=True)
    add(case, "Kept from the student", visible_to_student=False)
    student, head = said(case, case.student.user), said(case, make_user(Role.HEAD_OF_LEARNING))
    assert "The post" in student and "The post" in head
    assert "Of health" not in student + head
    assert "Kept from the student" in head and "Kept from the student" not in student


def test_abuse_9_and_19_a_recording_or_a_disability_proof_never_goes_along(case: Case) -> None:
    document = add(case, "The session")
    for purpose in ("internal-quality", "disability-proof"):
        # As if somebody had linked one to the case behind the services.
        Document.objects.filter(pk=document.pk).update(purpose=purpose)
        assert "The session" not in said(case, make_user(Role.HEAD_OF_LEARNING))
    Document.objects.filter(pk=document.pk).update(purpose=PAPER.name)
    Document.objects.filter(pk=document.pk).update(content_type="video/mp4")
    assert "The session" not in said(case, make_user(Role.HEAD_OF_LEARNING))


def test_another_students_work_is_shown_to_the_accused_without_its_author(case: Case) -> None:
    work = make_case(case.enrolment, kind=CaseKind.PLAGIARISM)
    decider = make_user(Role.LEARNING_MANAGER)
    suspicion = Suspicion.objects.create(
        enrolment=case.enrolment,
        reported_by=make_user(Role.MENTOR, family_name="Whistleblower"),
        stage="submitted",
        text="Alike",
        reported_at=NOW,
        policy_id="2026-01",
    )
    SuspicionEvidence.objects.create(
        suspicion=suspicion,
        position=1,
        title="The report",
        excerpt="the same words",
        other_title="Report of Camille Other",
        other_excerpt="the same words",
        other_document=add(case, "Other"),
        added_at=NOW,
    )
    Suspicion.objects.filter(pk=suspicion.pk).update(
        state="established", decided_at=NOW, decided_by=decider, reasons="Line by line", case=work
    )
    student, head = said(work, case.student.user), said(work, make_user(Role.HEAD_OF_LEARNING))
    assert "the same words" in student and "Camille Other" not in student and "Camille Other" in head
    assert "Whistleblower" not in student + head


def test_abuse_4_a_companion_reads_the_case_and_takes_no_file_away(case: Case) -> None:
    fellow = make_student().user
    Companion.objects.create(case=case, user=fellow, asked_at=NOW, accepted_at=NOW)
    client = sign_in(fellow)
    assert client.get(reverse("case", args=[case.pk])).status_code == 200
    assert client.post(reverse("case-file", args=[case.pk])).status_code == 404


def test_what_a_pdf_says_is_readable_for_everybody(case: Case) -> None:
    pdf = render(case_file(case, case.student.user, NOW))
    assert b"/StructTreeRoot" in pdf and b"<pdfaid:part>3<" in pdf


# In the background


@pytest.fixture
def large(case: Case, monkeypatch: Any, tmp_path: Path) -> Iterator[Case]:
    monkeypatch.setattr("discipline.views.printing.SMALL", 10)
    add(case, "The post")
    with override_settings(LANGUAGE_CODE="en"):
        yield case


def test_a_large_file_is_made_in_the_background_and_its_asker_sees_how_far_it_is(large: Case) -> None:
    head = make_user(Role.HEAD_OF_LEARNING)
    client = sign_in(head)
    answer = client.post(reverse("case-file", args=[large.pk]))
    asked = CasePrint.objects.get()
    assert answer.status_code == 302 and answer["Location"].endswith(f"/file/{asked.pk}/")
    assert "0 of 1 documents read" in client.get(answer["Location"]).content.decode()
    assert client.post(reverse("case-file", args=[large.pk]))["Location"] == answer["Location"]
    assert run(MAKE_FILES, NOW) == 1
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.total) == (PrintState.MADE, 1, 1)
    assert asked.document is not None and asked.document.delete_after == NOW + keeping.KEPT
    assert client.get(asked.document.get_absolute_url()).status_code == 200
    assert run(MAKE_FILES, NOW) == 0


def test_abuse_15_and_16_a_file_and_its_progress_are_its_askers_alone(large: Case) -> None:
    head = make_user(Role.HEAD_OF_LEARNING)
    place = sign_in(head).post(reverse("case-file", args=[large.pk]))["Location"]
    run(MAKE_FILES, NOW)
    document = CasePrint.objects.get().document
    assert document is not None
    for user in (make_user(Role.HEAD_OF_LEARNING), make_user(Role.ADMINISTRATOR), large.student.user):
        client = sign_in(user)
        assert client.get(place).status_code == 404
        assert client.get(document.get_absolute_url()).status_code == 404


def test_whoever_lost_sight_of_the_case_meanwhile_gets_no_file(large: Case) -> None:
    manager = large.enrolment.path.learning_manager
    assert manager is not None
    sign_in(manager).post(reverse("case-file", args=[large.pk]))
    large.enrolment.path.learning_manager = None
    large.enrolment.path.save()
    run(MAKE_FILES, NOW)
    assert CasePrint.objects.get().state == PrintState.FAILED
    assert not Document.objects.filter(purpose=keeping.CASE_FILE).exists()


def test_a_file_that_cannot_be_made_is_tried_again_and_then_given_up(large: Case, monkeypatch: Any) -> None:
    def fails(*_args: Any) -> bytes:
        raise RuntimeError("no room left")

    sign_in(make_user(Role.HEAD_OF_LEARNING)).post(reverse("case-file", args=[large.pk]))
    monkeypatch.setattr(keeping, "render", fails)
    for attempt in range(1, keeping.MOST_ATTEMPTS + 1):
        run(MAKE_FILES, NOW + keeping.CLAIM * (attempt - 1))
        row = CasePrint.objects.get()
        assert row.attempts == attempt
    assert row.state == PrintState.FAILED
