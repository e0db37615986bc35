"""Who may read which monitoring report and alert, and what a report is drafted from."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Role, User
from mentoring.models import (
    CommitmentAlert,
    Mentor,
    MonitoringReport,
    ReportKind,
    ReportState,
    Session,
    SessionState,
)
from rulebook.dates import local_instant
from students.models import Deliverable
from students.selectors import NOTHING, either, own_scope, staff_scope

from .sessions import Person, mentee_scope

LONGEST_DRAFT = 2000  # characters


def reports_for(user: Person, now: datetime) -> QuerySet[MonitoringReport]:
    """Submitted reports: a student's own, a current mentee's, staff's. A draft is its mentor's alone.

    A former mentor keeps what they wrote themselves, and sees no new one (abuse 11).
    """
    seen = either(own_scope(user, "enrolment__"), mentee_scope(user, now), staff_scope(user, "enrolment__"))
    return MonitoringReport.objects.filter(written_by(user) | (Q(state=ReportState.FINAL) & seen))


def written_by(user: Person) -> Q:
    """Reports that this mentor owes or wrote."""
    if not isinstance(user, User) or not user.is_active or not user.has_role(Role.MENTOR):
        return NOTHING
    return Q(mentor__in=Mentor.objects.filter(user=user).values("pk"))


def owed_by(user: User) -> QuerySet[MonitoringReport]:
    """What this mentor owes, the oldest first."""
    counts = Q(session__isnull=True) | Q(session__state=SessionState.HELD)
    return (
        MonitoringReport.objects.filter(counts, written_by(user), state=ReportState.DRAFT)
        .select_related("session", "enrolment__student__user", "enrolment__path")
        .order_by("owed_since", "pk")
    )


def owed_to(user: User) -> QuerySet[MonitoringReport]:
    """Reports that are owed, for the staff who see their students, the oldest first."""
    counts = Q(session__isnull=True) | Q(session__state=SessionState.HELD)
    return (
        MonitoringReport.objects.filter(counts, staff_scope(user, "enrolment__"), state=ReportState.DRAFT)
        .select_related("session", "enrolment__student__user", "enrolment__path", "mentor__user")
        .order_by("owed_since", "pk")
    )


def with_people(rows: QuerySet[MonitoringReport]) -> QuerySet[MonitoringReport]:
    return rows.select_related("enrolment__student__user", "enrolment__path", "mentor__user", "session")


def alerts_for(user: Person, now: datetime) -> QuerySet[CommitmentAlert]:
    """Alerts: of current mentees, and for staff; a student reads theirs in their record."""
    seen = either(mentee_scope(user, now), staff_scope(user, "enrolment__"))
    return CommitmentAlert.objects.filter(seen).select_related(
        "enrolment__student__user", "enrolment__path", "marked_by"
    )


def report_facts(report: MonitoringReport) -> dict[str, Any]:
    """The facts of the session or of the month that a report is about; two statements at most."""
    zone = report.enrolment.time_zone
    if report.kind == ReportKind.SESSION:
        session = report.session
        assert session is not None
        lateness = None
        if session.student_joined_at is not None:
            lateness = max(0, int((session.student_joined_at - session.starts_at).total_seconds()))
        return {
            "starts_at": session.starts_at.isoformat(),
            "student_joined_at": _iso(session.student_joined_at),
            "late_seconds": lateness,
            "submitted": _submitted(
                report.enrolment_id, session.starts_at - timedelta(weeks=1), session.starts_at
            ),
        }
    assert report.month is not None
    first = local_instant(report.month, time(0), zone)
    counts = (
        Session.objects.filter(
            enrolment=report.enrolment_id, starts_at__gte=first, starts_at__lt=report.owed_since
        )
        .order_by()
        .values("state")
        .annotate(n=Count("pk"))
    )
    return {
        "sessions": {row["state"]: row["n"] for row in counts if row["state"] != SessionState.SCHEDULED},
        "submitted": _submitted(report.enrolment_id, first, report.owed_since),
    }


def _submitted(enrolment_id: int, first: datetime, last: datetime) -> list[str]:
    rows = Deliverable.objects.filter(
        work__enrolment=enrolment_id, submitted_at__gte=first, submitted_at__lt=last
    ).order_by("submitted_at", "pk")
    return list(rows.values_list("work__project__title", flat=True))


def told_in(report: MonitoringReport) -> str:
    """What the reports of the month's sessions say was done, for the draft of its monthly one."""
    assert report.month is not None
    first = local_instant(report.month, time(0), report.enrolment.time_zone)
    rows = MonitoringReport.objects.filter(
        enrolment=report.enrolment_id,
        kind=ReportKind.SESSION,
        state=ReportState.FINAL,
        owed_since__gte=first,
        owed_since__lt=report.owed_since,
    ).order_by("owed_since")
    return "\n".join(rows.values_list("done", flat=True))[:LONGEST_DRAFT]


def stored_facts(report: MonitoringReport) -> dict[str, Any]:
    """The facts as they were when it was submitted."""
    found = json.loads(report.facts) if report.facts else {}
    return found if isinstance(found, dict) else {}


def _iso(instant: datetime | date | None) -> str | None:
    return instant.isoformat() if instant else None
