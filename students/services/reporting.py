"""Reports of conduct (3.5, 5): taken from anybody, seen by Student Success and the Head of Learning."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Role, RoleGrant, User
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written
from students.models import ConductReport, ConductReportKind, Stay

CLAUSES = {ConductReportKind.ABUSE: "3.5", ConductReportKind.SAFETY: "5"}
TOLD = (Role.STUDENT_SUCCESS, Role.HEAD_OF_LEARNING)


@transaction.atomic
def report_conduct(
    *,
    kind: ConductReportKind,
    text: str,
    by: User,
    now: datetime,
    subject: User | None = None,
    stay: Stay | None = None,
    about: str = "",
    evidence: str = "",
) -> ConductReport:
    """Somebody's word that a rule of conduct was broken. Opens nothing by itself here: the row waits to be taken up.

    Nothing is written to the record of the person whom it names, and the entry in the school's own chain does not
    say who reported (abuse 22). Raises ``RuleError`` on ``text``.
    """
    clause = CLAUSES[kind]
    if not (text := written(text)):
        raise RuleError("text", clause, gettext_noop("Say what happened."))
    row = ConductReport.objects.create(
        kind=kind,
        subject=subject,
        reporter=by,
        stay=stay,
        about=about,
        evidence=evidence,
        text=text,
        made_at=now,
    )
    entry = NewEntry(
        subject_id=None,
        kind="conduct_reported",
        clause=clause,
        policy_id=policy_at(now).id,
        happened_at=now,
        about=f"students.conductreport:{row.pk}",
        facts={"report": row.pk, "about": str(kind)},
    )
    told = RoleGrant.objects.filter(role__in=TOLD, user__is_active=True).exclude(user=by)
    people = set(told.values_list("user_id", flat=True)) - {subject.pk if subject else None}
    messages = [
        NewMessage(
            recipient_id=person,
            kind="conduct_reported",
            occasion=f"conduct-reported:{row.pk}:{person}",
            due_at=now,
            context={"report": row.pk, "safety": kind == ConductReportKind.SAFETY, "clause": clause},
        )
        for person in sorted(people)
    ]
    write(entries=[entry], messages=messages, now=now)
    return row


@transaction.atomic
def take_up_report(*, report_id: int, outcome: str, by: User, now: datetime) -> ConductReport:
    """Student Success or the Head of Learning says what was done about it. Raises ``RuleError``."""
    row = ConductReport.objects.select_for_update().get(pk=report_id)
    clause = CLAUSES[ConductReportKind(row.kind)]
    if by.pk in (row.subject_id, row.reporter_id):
        raise RuleError("report", clause, gettext_noop("Nobody decides about a report of their own."))
    if row.taken_up_at is not None:
        raise RuleError("report", clause, gettext_noop("This report was taken up already."))
    if not (outcome := written(outcome)):
        raise RuleError("outcome", clause, gettext_noop("Say what was done."))
    row.taken_up_at, row.taken_up_by, row.outcome = now, by, outcome
    row.save(update_fields=["taken_up_at", "taken_up_by", "outcome"])
    entry = NewEntry(
        subject_id=None,
        kind="conduct_report_taken_up",
        clause=clause,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk,
        about=f"students.conductreport:{row.pk}",
        facts={"report": row.pk, "outcome": outcome},
    )
    write(entries=[entry], now=now)
    return row
