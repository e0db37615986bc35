"""A person's appointments and deadlines, for their own calendar program; nothing of others."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Role, User
from mentoring.invitations import address, defence_title, session_title
from mentoring.models import Absence, Defence, DefenceState, Ground, ReschedulingState, Session, SessionState
from record.calendar import Appointment
from rulebook.dates import local_date
from students.models import ProjectWork, Stay, WorkState
from students.permissions import access_of, may_work_together
from students.selectors import trainings_of
from students.selectors.groups import study_sessions_of

BEHIND, AHEAD = timedelta(days=30), timedelta(days=180)
MOST = 1000
CALLED_OFF = (SessionState.CANCELLED_BY_MENTOR, SessionState.CANCELLED_BY_SCHOOL)
OPEN_WORK = (WorkState.TODO, WorkState.TO_REWORK, WorkState.TO_REDO)


def appointments_of(user: User, now: datetime) -> list[Appointment]:
    """By what the person is today: as a student, and as a mentor or assessor. A constant number of statements."""
    found: list[Appointment] = []
    if user.has_role(Role.STUDENT):
        found += _of_student(user, now)
    if user.has_role(Role.MENTOR):
        found += _sessions(Q(mentor__user=user), now, mentor=True)
    if user.has_role(Role.ASSESSOR):
        found += _defences(Q(assessor__user=user), now)
    return found


def _of_student(user: User, now: datetime) -> list[Appointment]:
    trainings = list(trainings_of(user))
    # A training that has not begun shows its first sessions; a suspended one, and one that is over, none (4.2).
    answers = [(row, access_of(row, now)) for row in trainings]
    open_ones = [
        row.pk
        for row, access in answers
        if access.open or (not access.by_penalty and row.starts_on > local_date(now, row.time_zone))
    ]
    found = _sessions(Q(student__user=user, enrolment__in=open_ones), now, mentor=False)
    found += _defences(Q(student__user=user, work__enrolment__in=open_ones), now)
    found += _deadlines(user, open_ones, now)
    if may_work_together(user, now) is None:
        found += [
            Appointment(
                uid=f"study-session:{row.pk}",
                title=f"{row.group.title}: {row.title}",
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                stamped_at=row.made_at,
                url=address("group", row.group_id),
            )
            for row in study_sessions_of(user, now).filter(
                cancelled_at__isnull=True, starts_at__gte=now - BEHIND, starts_at__lte=now + AHEAD
            )[:MOST]
        ]
    return found


def _sessions(whose: Q, now: datetime, *, mentor: bool) -> list[Appointment]:
    rows = (
        Session.objects.filter(
            whose, released_at__isnull=True, starts_at__gte=now - BEHIND, starts_at__lte=now + AHEAD
        )
        .exclude(state__in=CALLED_OFF)
        .exclude(ground=Ground.LATE_NOTICE)  # nobody comes (A4)
        .select_related("student__user", "mentor__user")
        .order_by("starts_at", "pk")
    )
    return [
        Appointment(
            uid=f"session:{row.pk}",
            title=session_title((row.student if mentor else row.mentor).user.full_name),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            stamped_at=row.booked_at,
            url=address("mentor-session" if mentor else "student-session", row.pk),
        )
        for row in rows[:MOST]
    ]


def _defences(whose: Q, now: datetime) -> list[Appointment]:
    rows = (
        Defence.objects.filter(whose, starts_at__gte=now - BEHIND, starts_at__lte=now + AHEAD)
        .exclude(state=DefenceState.CANCELLED)
        .select_related("work__project")
        .order_by("starts_at", "pk")
    )
    return [
        Appointment(
            uid=f"defence:{row.pk}",
            title=defence_title(row.work.project.title),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            stamped_at=row.booked_at,
            url=address("home"),
        )
        for row in rows[:MOST]
    ]


def _deadlines(user: User, enrolments: list[int], now: datetime) -> list[Appointment]:
    """Duties after an absence, projects with a day, and days in another place with their rules: three statements."""
    duties = Absence.objects.filter(
        session__student__user=user,
        enrolment__in=enrolments,
        rescheduling_state=ReschedulingState.OPEN,
        withdrawn_at__isnull=True,
    )
    found = [
        Appointment(
            uid=f"rescheduling:{row.pk}",
            title=_("Reasons and another session are due"),
            starts_at=row.rescheduling_due_at - timedelta(minutes=15),
            ends_at=row.rescheduling_due_at,
            stamped_at=row.happened_at,
            url=address("student-absences"),
            busy=False,
        )
        for row in duties[:MOST]
    ]
    works = ProjectWork.objects.filter(
        enrolment__in=enrolments,
        due_on__gte=(now - BEHIND).date(),
        state__in=OPEN_WORK,
        dropped_at__isnull=True,
    ).select_related("project")
    for work in works[:MOST]:
        assert work.due_on is not None
        found.append(
            Appointment(
                uid=f"project:{work.pk}",
                title=_("Due: %(project)s") % {"project": work.project.title},
                starts_at=work.due_on,
                ends_at=work.due_on,
                stamped_at=work.given_at,
                busy=False,
            )
        )
    stays = Stay.objects.filter(
        enrolment__in=enrolments, cancelled_at__isnull=True, ends_on__gte=(now - BEHIND).date()
    ).select_related("place")
    found += [
        Appointment(
            uid=f"stay:{row.pk}",
            title=row.place.name,
            starts_at=row.starts_on,
            ends_at=row.ends_on,
            stamped_at=row.arranged_at,
            url=address("stay", row.pk),
        )
        for row in stays[:MOST]
    ]
    return found
