"""Monitoring reports (T4): drafted when they are owed, called to mind, final once submitted, added to after that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from mentoring import permissions
from mentoring.models import (
    Conduct,
    Followup,
    Mentorship,
    MonitoringReport,
    Progress,
    ReportAddition,
    ReportKind,
    ReportState,
    Session,
    SessionState,
)
from mentoring.selectors.monitoring import report_facts
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.dates import local_date, local_instant
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written
from students.models import Enrolment

from . import desk
from .facts import dumps, iso
from .followups import month_of, months_later, pauses_of

CLAUSE = "3.3"
NAMED = 5
"""So many owed reports are named in one reminder."""


# Drafting.


def held_without_report(now: datetime) -> QuerySet[Session]:
    """Sessions held of late that have no report yet; through the index of those that were held."""
    since = now - timedelta(days=policy_at(now).commitment.report_looks_back)
    return Session.objects.filter(
        state=SessionState.HELD, starts_at__gte=since, monitoring_report__isnull=True
    ).order_by("starts_at", "pk")


def draft_for_sessions(pks: Sequence[int], now: datetime) -> int:
    """A draft for each of these sessions; one that has a report keeps it. Two statements."""
    sessions = Session.objects.filter(pk__in=pks, state=SessionState.HELD, monitoring_report__isnull=True)
    rows = [_of_session(session, now) for session in sessions]
    MonitoringReport.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _of_session(session: Session, now: datetime) -> MonitoringReport:
    return MonitoringReport(
        enrolment_id=session.enrolment_id,
        mentor_id=session.mentor_id,
        kind=ReportKind.SESSION,
        session=session,
        owed_since=session.ends_at,
        drafted_at=now,
        remind_at=session.ends_at + policy_at(session.ends_at).commitment.report_reminder,
    )


@transaction.atomic
def open_report(*, session: Session, by: User, now: datetime) -> MonitoringReport:
    """The report on a session held, drafted now where the sweep has not come by. Raises ``RuleError``."""
    if session.mentor.user_id != by.pk:
        raise PermissionDenied
    if session.state != SessionState.HELD:
        raise desk.refuse("session", gettext_noop("A report follows a session that was held."), CLAUSE)
    draft_for_sessions([session.pk], now)
    return MonitoringReport.objects.get(session=session)


def months_over(now: datetime) -> QuerySet[Followup]:
    """Trainings with a month that is over."""
    return Followup.objects.filter(month_ends_at__lte=now).order_by("month_ends_at", "pk")


def draft_for_months(pks: Sequence[int], now: datetime) -> int:
    """A draft for each month that is over and in which there was training and a mentor; four statements a batch."""
    rows = list(Followup.objects.filter(pk__in=pks, month_ends_at__lte=now).select_related("enrolment"))
    terms = policy_at(now).commitment
    pauses = pauses_of([row.enrolment for row in rows])
    mentors: dict[int, list[Mentorship]] = defaultdict(list)
    for mentorship in Mentorship.objects.filter(enrolment__in=pauses).order_by("starts_on", "pk"):
        mentors[mentorship.enrolment_id].append(mentorship)
    looks_back = timedelta(days=terms.report_looks_back)
    drafts = []
    for row in rows:
        enrolment = row.enrolment
        first = month_of(enrolment.starts_on)
        month = months_later(row.month, terms.report_every) if row.month else first
        while (ends_at := _month_end(enrolment, month, terms.report_every)) <= now:
            mentor_id = _mentor_of(enrolment, month, terms.report_every, mentors[enrolment.pk])
            if ends_at >= now - looks_back and mentor_id and _trained(enrolment, month, ends_at, pauses):
                drafts.append(
                    MonitoringReport(
                        enrolment=enrolment,
                        mentor_id=mentor_id,
                        kind=ReportKind.MONTHLY,
                        month=month,
                        owed_since=ends_at,
                        drafted_at=now,
                        remind_at=ends_at + terms.report_reminder,
                    )
                )
            row.month = month
            month = months_later(month, terms.report_every)
        # A leave may move a training's end: it is followed for a while after its last day.
        over = local_instant(enrolment.last_day, time(0), enrolment.time_zone) + looks_back < now
        row.month_ends_at = None if over else ends_at
    MonitoringReport.objects.bulk_create(drafts, ignore_conflicts=True)
    Followup.objects.bulk_update(rows, ["month", "month_ends_at"])
    return len(rows)


def _month_end(enrolment: Enrolment, month: date, every: int) -> datetime:
    return local_instant(months_later(month, every), time(0), enrolment.time_zone)


def _mentor_of(enrolment: Enrolment, month: date, every: int, rows: Sequence[Mentorship]) -> int | None:
    """Who mentored last in the month."""
    first, last = month, months_later(month, every) - timedelta(days=1)
    first, last = max(first, enrolment.starts_on), min(last, enrolment.last_day)
    if first > last:
        return None
    found = [row for row in rows if row.starts_on <= last and (row.ends_on is None or row.ends_on >= first)]
    return found[-1].mentor_id if found else None


def _trained(enrolment: Enrolment, month: date, ends_at: datetime, pauses: Any) -> bool:
    """Whether a moment of the month lay in the training and in no leave or suspension."""
    start = local_instant(max(month, enrolment.starts_on), time(0), enrolment.time_zone)
    end = min(ends_at, local_instant(enrolment.last_day + timedelta(days=1), time(0), enrolment.time_zone))
    for first, after in sorted(pauses[enrolment.pk]):
        if first <= start < after:
            start = after
    return start < end


# Reminding.


def to_remind(now: datetime) -> QuerySet[MonitoringReport]:
    return MonitoringReport.objects.filter(remind_at__lte=now).order_by("remind_at", "pk")


def remind(pks: Sequence[int], now: datetime) -> int:
    """One message a mentor for all that is owed; what is no longer owed is left in peace."""
    rows = list(
        MonitoringReport.objects.filter(pk__in=pks, remind_at__isnull=False)
        .select_related("mentor__user", "session", "enrolment__student__user")
        .order_by("owed_since", "pk")
    )
    every = policy_at(now).commitment.report_reminder
    owed: dict[int, list[MonitoringReport]] = defaultdict(list)
    for row in rows:
        assert row.remind_at is not None
        if not still_owed(row, now):
            row.remind_at = None
            continue
        owed[row.mentor.user_id].append(row)
        row.reminders += 1
        # A sweep that comes late reminds once, not once for each time that it missed.
        row.remind_at += every * ((now - row.remind_at) // every + 1)
    MonitoringReport.objects.bulk_update(rows, ["remind_at", "reminders"])
    messages = [
        NewMessage(
            recipient_id=person,
            kind="reports_owed",
            occasion=f"reports-owed:{own[0].pk}:{own[0].reminders}",
            due_at=now,
            context={
                "count": len(own),
                "reports": [
                    {
                        "student": row.enrolment.student.user.full_name,
                        "monthly": row.kind == ReportKind.MONTHLY,
                        "owed_since_at": iso(row.owed_since),
                    }
                    for row in own[:NAMED]
                ],
                "clause": CLAUSE,
            },
        )
        for person, own in owed.items()
    ]
    write(entries=[], messages=messages, now=now)
    return len(rows)


def still_owed(report: MonitoringReport, now: datetime) -> bool:
    """A draft by a mentor who is here, on a session that still counts as held."""
    if report.state != ReportState.DRAFT:
        return False
    if report.session is not None and report.session.state != SessionState.HELD:
        return False
    left_on = report.mentor.left_on
    return left_on is None or left_on >= local_date(now, report.enrolment.time_zone)


# Writing.


@dataclass(frozen=True, slots=True)
class Findings:
    """What a mentor writes."""

    done: str
    next_steps: str
    progress: str
    attendance: str
    conduct: str = ""
    conduct_note: str = ""


@transaction.atomic
def submit_report(*, report_id: int, findings: Findings, by: User, now: datetime) -> MonitoringReport:
    """The report as its mentor submits it: final from then on, and read by the student.

    Raises ``RuleError`` on the field that is missing, and on ``report`` when it was submitted already.
    """
    report = _take(report_id)
    if not permissions.can_write_report(by, report):
        raise PermissionDenied
    if report.state == ReportState.FINAL:
        raise desk.refuse(
            "report", gettext_noop("This report is submitted: add to it what is to be corrected."), CLAUSE
        )
    if report.session is not None and report.session.state != SessionState.HELD:
        raise desk.refuse("report", gettext_noop("The session no longer counts as held."), CLAUSE)
    _check(report, findings)
    for name in Findings.__dataclass_fields__:
        setattr(report, name, getattr(findings, name).strip())
    if report.kind == ReportKind.MONTHLY:
        report.conduct = report.conduct_note = ""
    report.facts = dumps(report_facts(report))
    report.state, report.submitted_at, report.remind_at = ReportState.FINAL, now, None
    report.revision += 1
    report.save()
    write(
        entries=[_entry(report, "report_submitted", by, now)],
        messages=[_message(report, "report_submitted", f"report-submitted:{report.pk}", now)],
        now=now,
    )
    return report


def _check(report: MonitoringReport, findings: Findings) -> None:
    empty = {
        "done": gettext_noop("Say what was done."),
        "next_steps": gettext_noop("Say what is next."),
        "attendance": gettext_noop("Say how the attendance was."),
    }
    for name, message in empty.items():
        if not written(getattr(findings, name)):
            raise desk.refuse(name, message, CLAUSE)
    if findings.progress not in Progress.values:
        raise desk.refuse("progress", gettext_noop("Say how the student gets on."), CLAUSE)
    if report.kind != ReportKind.SESSION:
        return
    if findings.conduct not in Conduct.values:
        raise desk.refuse("conduct", gettext_noop("Say how the conduct in the session was."), "2.5")
    if findings.conduct != Conduct.AS_EXPECTED and not written(findings.conduct_note):
        raise desk.refuse(
            "conduct_note", gettext_noop("Say what was not as it should be: the student reads it."), "2.5"
        )


@transaction.atomic
def add_to_report(*, report_id: int, text: str, by: User, now: datetime) -> ReportAddition:
    """What its author adds to a submitted report; what stands there stays. Raises ``RuleError``."""
    report = _take(report_id)
    if not permissions.can_write_report(by, report):
        raise PermissionDenied
    if report.state != ReportState.FINAL:
        raise desk.refuse("report", gettext_noop("Submit the report first."), CLAUSE)
    if not (text := written(text)):
        raise desk.refuse("text", gettext_noop("Write something first."), CLAUSE)
    addition = ReportAddition.objects.create(report=report, author=by, text=text, written_at=now)
    report.revision += 1
    report.save(update_fields=["revision"])
    write(
        entries=[_entry(report, "report_added_to", by, now, {"addition": addition.pk})],
        messages=[_message(report, "report_added_to", f"report-added-to:{addition.pk}", now)],
        now=now,
    )
    return addition


def _take(report_id: int) -> MonitoringReport:
    return (
        MonitoringReport.objects.select_for_update(of=("self",))
        .select_related("enrolment__student__user", "enrolment__path", "mentor__user", "session")
        .get(pk=report_id)
    )


def _entry(
    report: MonitoringReport, kind: str, by: User, now: datetime, more: dict[str, Any] | None = None
) -> NewEntry:
    facts: dict[str, Any] = {
        "report": report.pk,
        "about": str(report.kind),
        "owed_since_at": iso(report.owed_since),
        "progress": report.progress,
        "conduct": report.conduct,
    }
    return NewEntry(
        subject_id=report.enrolment.student.user_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk,
        about=f"students.enrolment:{report.enrolment_id}",
        facts={**facts, **(more or {})},
    )


def _message(report: MonitoringReport, kind: str, occasion: str, now: datetime) -> NewMessage:
    return NewMessage(
        recipient_id=report.enrolment.student.user_id,
        kind=kind,
        occasion=occasion,
        due_at=now,
        context={
            "report": report.pk,
            "mentor": report.mentor.user.full_name,
            "monthly": report.kind == ReportKind.MONTHLY,
            "owed_since_at": iso(report.owed_since),
            "clause": CLAUSE,
        },
    )
