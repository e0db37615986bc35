"""Cases for tests, made directly and plainly: what a test starts from, with every instant given by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from discipline.models import Case, CaseKind, CaseState, Complaint
from record.models import Message
from students.models import Enrolment
from tests.factories import make_enrolment, make_user

OPENED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INFORMED = OPENED + timedelta(hours=24)
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
CLAUSES = {CaseKind.ABUSE: "3.5", CaseKind.PLAGIARISM: "3.4", CaseKind.CONDUCT: "2.1"}


def make_case(enrolment: Enrolment | None = None, *, kind: str = CaseKind.ABUSE, **fields: Any) -> Case:
    """An open case of a kind that rests on no absences."""
    enrolment = enrolment or make_enrolment()
    fields.setdefault("opened_at", OPENED)
    fields.setdefault("clause", CLAUSES.get(CaseKind(kind), "3.3"))
    return Case.objects.create(
        kind=kind,
        student=enrolment.student,
        enrolment=enrolment,
        policy_id="2026-01",
        facts="{}",
        **fields,
    )


def inform(case: Case, at: datetime = INFORMED, facts: str = "Insults in the forum on 1 March") -> Complaint:
    """The complaint was written and really sent at this instant."""
    by = make_user("head_of_learning")
    Message.objects.create(
        recipient=case.student.user,
        kind="complaint",
        occasion=f"complaint-of:{case.pk}",
        context=f'{{"case": {case.pk}}}',
        due_at=at,
        created_at=at,
        next_attempt_at=at,
        state=Message.State.SENT,
        sent_at=at,
        subject="What is held against you",
        body_text="…",
        body_html="<p>…</p>",
    )
    complaint = Complaint.objects.create(
        case=case,
        facts=facts,
        clauses=[case.clause],
        drafted_at=at - timedelta(hours=1),
        drafted_by=by,
        message_occasion=f"complaint-of:{case.pk}",
        issued_at=at - timedelta(hours=1),
        issued_by=by,
        sent_at=at,
        evidence_digest="0" * 64,
    )
    Case.objects.filter(pk=case.pk).update(state=CaseState.INFORMED, informed_at=at)
    case.refresh_from_db()
    return complaint


def close(case: Case, at: datetime) -> None:
    """Closed without penalty (B10)."""
    Case.objects.filter(pk=case.pk).update(
        state=CaseState.CLOSED,
        closed_at=at,
        closed_by=make_user("head_of_learning"),
        closing_reason="Settled",
    )
    case.refresh_from_db()
