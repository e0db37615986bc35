"""What nobody gets around: a sanction stays in the record, and nobody reads another's (abuse 59, 77, 78)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, models, transaction
from django.urls import reverse

from accounts.models import Role
from discipline.models import Case, CaseDocument, CaseFact, Complaint, Decision, Penalty
from mentoring.tests.student_pages import sign_in
from record.models import Document, Entry
from record.services import write
from record.types import NewEntry
from tests.factories import make_document, make_user

from .making import INFORMED, NOW, inform, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def penalty() -> Penalty:
    """A warning in effect."""
    case = make_case()
    inform(case)
    decision = Decision.objects.create(
        case=case,
        penalty_kind="warning",
        reasons="Insults",
        clause="4.2",
        policy_id="2026-01",
        needs_letter=False,
        drafted_at=NOW,
        drafted_by=make_user(),
        confirmed_at=NOW,
        confirmed_by=make_user(),
    )
    entry = NewEntry(
        case.student.user_id, "case_opened", "3.5", "2026-01", NOW, about=f"discipline.case:{case.pk}"
    )
    write(entries=[entry], now=NOW)
    return Penalty.objects.create(
        decision=decision,
        case=case,
        student=case.student,
        enrolment=case.enrolment,
        kind="warning",
        decided_at=NOW,
        policy_id="2026-01",
        effective_at=NOW,
        effective_by="on_sending",
    )


def refused(change: Callable[[], Any], *errors: type[Exception]) -> None:
    with pytest.raises(errors or (IntegrityError,)), transaction.atomic():
        change()


def test_abuse_59_neither_the_admin_nor_a_shell_edits_a_proceeding(penalty: Penalty) -> None:
    case = penalty.case
    refused(lambda: Case.objects.filter(pk=case.pk).update(state="closed", closing_reason="x", closed_at=NOW))
    refused(lambda: Case.objects.filter(pk=case.pk).update(opened_at=INFORMED))
    refused(lambda: Complaint.objects.filter(case=case).update(facts="Nothing much"))
    refused(lambda: Decision.objects.filter(case=case).update(reasons="Otherwise"))
    refused(lambda: Penalty.objects.filter(pk=penalty.pk).update(kind="exclusion"))
    refused(lambda: Entry.objects.filter(about=f"discipline.case:{case.pk}").update(payload="{}"))
    client = sign_in(make_user(Role.ADMINISTRATOR))
    for name, row in (("case", case), ("decision", penalty.decision), ("penalty", penalty)):
        for page in ("change", "delete"):
            address = reverse(f"admin:discipline_{name}_{page}", args=[row.pk])
            assert client.post(address, {"state": "closed", "post": "yes"}).status_code == 403
    penalty.refresh_from_db()
    assert penalty.kind == "warning"


def test_abuse_77_what_somebody_asks_to_read_of_themselves_holds_nobody_elses_case(penalty: Penalty) -> None:
    other = make_case()
    fact = CaseFact.objects.create(case=other, text="A secret of somebody else", clause="3.5", added_at=NOW)
    client = sign_in(penalty.student.user)
    exported = client.get(reverse("student-record-export")).json()
    assert {entry["about"] for entry in exported["entries"]} == {f"discipline.case:{penalty.case_id}"}
    pages = [client.get(reverse(name)) for name in ("situation", "cases")]
    pages += [client.get(reverse("case", args=[penalty.case_id]))]
    everything = json.dumps(exported) + "".join(page.content.decode() for page in pages)
    assert fact.text not in everything and str(other.student) not in everything
    for name in ("case", "case-file"):
        address = reverse(name, args=[other.pk])
        assert (client.get(address) if name == "case" else client.post(address)).status_code == 404


def test_abuse_78_erasing_a_person_does_not_erase_a_sanction(penalty: Penalty) -> None:
    student, case = penalty.student, penalty.case
    protected = (models.ProtectedError, models.RestrictedError, IntegrityError)
    for change in (student.user.delete, student.delete, case.delete, penalty.delete, penalty.decision.delete):
        refused(change, *protected)
    refused(lambda: Penalty.objects.all().delete(), *protected)
    paper = make_document(student.user, purpose="case-evidence")
    CaseDocument.objects.create(case=case, document=paper, title="The post", added_at=NOW, told_at=NOW)
    refused(lambda: Document.objects.filter(pk=paper.pk).update(deleted_at=NOW, deleted_why="x"), *protected)
    assert Penalty.objects.filter(pk=penalty.pk).exists()
