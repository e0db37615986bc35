"""Reports of abuse and of breaches (3.3, 3.5, 5, P4, P5): received, opened or dismissed. Abuse opens a case at once.

Who reported stands in the report alone: nothing of it goes into the accused's record, messages or pages (abuse 22).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from discipline.models import Case, CaseKind, CaseState, DisciplineReportKind, DisciplineReportState, Report
from discipline.permissions.proceedings import can_handle_report, can_report
from mentoring.models import CommitmentAlert
from mentoring.services.recordings import NewHold, place_holds
from record.services import lock_chains, write
from record.types import NewEntry, NewMessage
from rulebook.dates import local_date
from rulebook.errors import RuleError
from rulebook.ladder import CLAUSES
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written
from students.models import ConductReport, ConductReportKind, Enrolment, EnrolmentState

from .acts import about, news
from .due import refresh_due
from .telling import heads_of_learning

KINDS = {
    DisciplineReportKind.ABUSE: CaseKind.ABUSE,
    DisciplineReportKind.BREACH: CaseKind.CONDUCT,
    DisciplineReportKind.OFFSITE: CaseKind.OFFSITE,
    DisciplineReportKind.COMMITMENT: CaseKind.COMMITMENT,
}
"""The kind of case that each kind of report leads to; its clause stands in ``rulebook.ladder.CLAUSES``."""


@transaction.atomic
def make_report(
    *,
    enrolment_id: int,
    kind: str,
    text: str,
    occurred_on: date | None = None,
    by: User,
    now: datetime,
) -> Report:
    """Report a student by name. Abuse opens proceedings in the same moment (P4); the rest is looked at first.

    Raises ``RuleError`` on ``kind``, ``text`` and ``occurred_on``.
    """
    enrolment = _enrolment(enrolment_id)
    if not can_report(by, enrolment, now):
        raise PermissionDenied
    kind = DisciplineReportKind(kind)
    if not (text := written(text)):
        raise _refuse("text", kind, gettext_noop("Say what happened."))
    if occurred_on is not None and occurred_on > local_date(now, enrolment.time_zone):
        raise _refuse("occurred_on", kind, gettext_noop("This day lies ahead: name the one it happened on."))
    return _receive(enrolment, kind, text, by, now, occurred_on=occurred_on)


@transaction.atomic
def open_report(*, report_id: int, reasons: str = "", by: User, now: datetime) -> Report:
    """Open proceedings on a report that was looked at. Raises ``RuleError`` on ``report``."""
    report = _received(report_id, by)
    _open(report, now, by=by, reasons=reasons.strip())
    return report


@transaction.atomic
def dismiss_report(*, report_id: int, reasons: str, by: User, now: datetime) -> Report:
    """Say why nothing comes of a report; the reporter is told that it was dealt with, the accused hears nothing.

    Raises ``RuleError`` on ``reasons`` and ``report``.
    """
    report = _received(report_id, by)
    if not (reasons := written(reasons)):
        raise _refuse("reasons", report.kind, gettext_noop("Say why nothing comes of it."))
    report.state, report.handled_at, report.handled_by = DisciplineReportState.DISMISSED, now, by
    report.reasons = reasons
    report.revision += 1
    report.save(update_fields=["state", "handled_at", "handled_by", "reasons", "revision"])
    write(
        entries=[_school_entry("discipline_report_dismissed", report, now, by, {"reasons": reasons})],
        messages=[_to_reporter(report, now)],
        now=now,
    )
    return report


@transaction.atomic
def name_accused(*, conduct_report_id: int, enrolment_id: int, by: User, now: datetime) -> Report:
    """Staff find out whom a report of conduct is about: from here on it is a report like any other (3.5, 5).

    Raises ``RuleError`` on ``report``.
    """
    said = (
        ConductReport.objects.select_for_update(of=("self",))
        .select_related("reporter")
        .get(pk=conduct_report_id)
    )
    enrolment = _enrolment(enrolment_id)
    kind = _kind_of(said)
    if by.pk in (said.reporter_id, enrolment.student.user_id) or not can_report(by, enrolment, now):
        raise PermissionDenied
    if Report.objects.filter(conduct_report=said).exists() or said.taken_up_at is not None:
        raise _refuse("report", kind, gettext_noop("This report was taken up already."))
    if said.reporter_id == enrolment.student.user_id:
        raise _refuse("report", kind, gettext_noop("Nobody is reported by themselves."))
    return _receive(enrolment, kind, said.text, said.reporter, now, conduct_report=said)


# --- what was said elsewhere is pulled


def conduct_to_pull(now: datetime) -> QuerySet[ConductReport]:
    """Reports of conduct that name a student and were not taken up: they come before the Board by themselves."""
    return ConductReport.objects.filter(
        ~Q(subject=F("reporter")),
        # Not by a join and DISTINCT: rows that are told apart cannot be locked.
        Exists(Enrolment.objects.filter(student__user=OuterRef("subject"))),
        taken_up_at__isnull=True,
        discipline_report__isnull=True,
        made_at__lte=now,
    ).order_by("made_at", "pk")


def pull_conduct(report_ids: Sequence[int], now: datetime) -> int:
    """Take up these reports of conduct, dated by when they were made (A10): abuse opens its case (P4)."""
    said = ConductReport.objects.filter(pk__in=report_ids, discipline_report__isnull=True)
    rows = list(said.select_related("reporter").order_by("made_at", "pk"))
    for row in rows:
        enrolment = max(
            Enrolment.objects.filter(student__user=row.subject_id),
            key=lambda each: (each.state == EnrolmentState.ACTIVE, each.starts_on, each.pk),
        )
        enrolment = _enrolment(enrolment.pk)
        _receive(enrolment, _kind_of(row), row.text, row.reporter, row.made_at, conduct_report=row, now=now)
    return len(rows)


def alerts_to_pull(now: datetime) -> QuerySet[CommitmentAlert]:
    """Commitment alerts that somebody marked for the Board (3.3)."""
    marked = CommitmentAlert.objects.filter(marked_at__lte=now, discipline_report__isnull=True)
    return marked.order_by("marked_at", "pk")


def pull_alerts(alert_ids: Sequence[int], now: datetime) -> int:
    """Receive these alerts as reports, dated by when they were marked; staff open proceedings or dismiss them."""
    rows = CommitmentAlert.objects.filter(pk__in=alert_ids, discipline_report__isnull=True)
    found = list(rows.select_related("marked_by").order_by("marked_at", "pk"))
    for alert in found:
        assert alert.marked_by is not None and alert.marked_at is not None  # marked is marked by somebody
        _receive(
            _enrolment(alert.enrolment_id),
            DisciplineReportKind.COMMITMENT,
            alert.reasons,
            alert.marked_by,
            alert.marked_at,
            commitment_alert=alert,
            now=now,
        )
    return len(found)


# --- one way in


def _receive(
    enrolment: Enrolment,
    kind: DisciplineReportKind,
    text: str,
    reporter: User,
    at: datetime,
    *,
    occurred_on: date | None = None,
    conduct_report: ConductReport | None = None,
    commitment_alert: CommitmentAlert | None = None,
    now: datetime | None = None,
) -> Report:
    """The report's row, the school's entry, and who is told; abuse goes on to its case at once."""
    report = Report.objects.create(
        kind=kind,
        accused=enrolment,
        clause=CLAUSES[KINDS[kind]],
        policy_id=policy_at(at).id,
        reporter=reporter,
        conduct_report=conduct_report,
        commitment_alert=commitment_alert,
        text=text,
        occurred_on=occurred_on,
        made_at=at,
    )
    # The school's chain last: whoever holds it waits for nobody.
    if kind == DisciplineReportKind.ABUSE:
        _open(report, at, by=None, now=now)
    people = _team(enrolment) - {reporter.pk, enrolment.student.user_id}
    write(
        entries=[_school_entry("discipline_reported", report, at, None, {"about": str(kind)})],
        messages=[
            NewMessage(
                recipient_id=person,
                kind="case_news",
                occasion=f"discipline-report:{report.pk}:{person}",
                due_at=at,
                context={
                    "event": "reported",
                    "report": report.pk,
                    "about": str(kind),
                    "student": enrolment.student.user.full_name,
                    "path": enrolment.path.title,
                    "clause": report.clause,
                    "policy": report.policy_id,
                },
            )
            for person in sorted(people)
        ],
        now=now or at,
    )
    return report


def _open(
    report: Report, at: datetime, *, by: User | None, reasons: str = "", now: datetime | None = None
) -> Case:
    """Into the case of the same kind that waits for its complaint, or into a case of its own: one fact, one case."""
    enrolment = report.accused
    kind = KINDS[DisciplineReportKind(report.kind)]
    waiting = Case.objects.select_for_update(of=("self",), no_key=True).filter(
        enrolment=enrolment, kind=kind, state=CaseState.OPEN
    )
    case = waiting.order_by("pk").first()
    chains = lock_chains([enrolment.student.user_id])
    fresh = case is None
    if case is None:
        case = Case.objects.create(
            kind=kind,
            student=enrolment.student,
            enrolment=enrolment,
            clause=report.clause,
            policy_id=report.policy_id,
            opened_at=at,
            facts="{}",
        )
        place_holds([NewHold(case.student_id, about(case), at, enrolment_id=case.enrolment_id)])
        refresh_due(case)
    report.state, report.case, report.handled_at = DisciplineReportState.OPENED, case, at
    report.handled_by, report.reasons = by, reasons
    report.revision += 1
    report.save(update_fields=["state", "case", "handled_at", "handled_by", "reasons", "revision"])
    # Whoever reported sits on this Board no longer (B2).
    case.members.filter(user=report.reporter, recused_at=None, left_at=None).update(
        recused_at=at, recusal_reason=gettext_noop("They reported what the case is about.")
    )
    if fresh:
        entries, messages = announce(case, at)
        write(entries=entries, messages=[*messages, _to_reporter(report, at)], now=now or at, chains=chains)
    else:
        write(entries=[], messages=[_to_reporter(report, at)], now=now or at, chains=chains)
    return case


def announce(case: Case, at: datetime) -> tuple[list[NewEntry], list[NewMessage]]:
    """A case that people opened: its entry, and its messages to the student and to who runs it."""
    facts = {"case": case.pk, "outcome": str(case.kind), "enrolment": case.enrolment_id}
    entry = NewEntry(
        subject_id=case.student.user_id,
        kind="proceedings_opened",
        clause=case.clause,
        policy_id=case.policy_id,
        happened_at=at,
        about=about(case),
        facts=facts,
    )
    people = {case.student.user_id, *_team(case.enrolment)}
    messages = news(
        "opened",
        case,
        people,
        f"proceedings-opened:{case.pk}",
        at,
        context={"about": case.kind},
        kind="case_news",
        clause=case.clause,
    )
    return [entry], messages


def _team(enrolment: Enrolment) -> set[int]:
    manager = enrolment.path.learning_manager_id
    return {*heads_of_learning(), *([manager] if manager else [])}


def _school_entry(
    kind: str, report: Report, at: datetime, by: User | None, facts: dict[str, object]
) -> NewEntry:
    """In the school's own chain, without who reported."""
    return NewEntry(
        subject_id=None,
        kind=kind,
        clause=report.clause,
        policy_id=report.policy_id,
        happened_at=at,
        actor_id=by.pk if by else None,
        about=f"discipline.report:{report.pk}",
        facts={"report": report.pk, **facts},
    )


def _to_reporter(report: Report, at: datetime) -> NewMessage:
    """That it was dealt with, and no more: what comes of it is between the school and the accused."""
    return NewMessage(
        recipient_id=report.reporter_id,
        kind="case_news",
        occasion=f"discipline-report-handled:{report.pk}:{report.reporter_id}",
        due_at=at,
        context={
            "event": "report_handled",
            "report": report.pk,
            "about": report.kind,
            "clause": report.clause,
            "policy": report.policy_id,
        },
    )


def _received(report_id: int, by: User) -> Report:
    report = (
        Report.objects.select_for_update(of=("self",))
        .select_related("accused__student__user", "accused__path__learning_manager", "reporter")
        .get(pk=report_id)
    )
    if not can_handle_report(by, report):
        raise PermissionDenied
    if report.state != DisciplineReportState.RECEIVED:
        raise _refuse("report", report.kind, gettext_noop("This report was dealt with already."))
    return report


def _enrolment(pk: int) -> Enrolment:
    # Locked, so that two reports at once do not open two cases.
    return (
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("student__user", "path__learning_manager")
        .get(pk=pk)
    )


def _kind_of(said: ConductReport) -> DisciplineReportKind:
    if said.kind == ConductReportKind.ABUSE:
        return DisciplineReportKind.ABUSE
    return DisciplineReportKind.OFFSITE


def _refuse(field: str, kind: str, message: str) -> RuleError:
    return RuleError(field, CLAUSES[KINDS[DisciplineReportKind(kind)]], message)
