"""Weekly sessions, laid out ahead: one for each ISO week of a mentorship as it enters the horizon (A1).

A week enters the horizon at an instant of its own (its Monday, less the policy's weeks, 00:00 UTC). Weeks are dealt
with in that order, mentor by mentor and student by student, and dated by it; every service that changes what
generation looks at first calls ``catch_up``. So a sweep that runs days late, or in ten workers, lays out the
same sessions (A10).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Role
from accounts.selectors import holders_of
from mentoring.models import Defence, DefenceState, Medium, Mentorship, Session, TimeOff
from mentoring.selectors.hours import COUNTED
from record.services import write
from record.types import NewMessage
from rulebook.attendance import earliest_imposed, look_at
from rulebook.dates import local_date, local_instant
from rulebook.policy import policy_at
from students.models import EnrolmentState, Interruption

from .facts import iso
from .terms import adapted_for_sessions, terms_for_sessions

WEEK = timedelta(weeks=1)

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week of a mentorship (its Monday) that is to get its session, and when that is dated."""

    mentorship: Mentorship
    monday: date
    booked_at: datetime

    @property
    def day(self) -> date:
        return self.monday + timedelta(days=self.mentorship.weekday - 1)

    @property
    def span(self) -> Interval:
        """Start and end: the local time stays the same across clock changes (A1)."""
        mentorship = self.mentorship
        starts_at = local_instant(self.day, mentorship.local_time, mentorship.enrolment.time_zone)
        return starts_at, starts_at + timedelta(minutes=mentorship.length_minutes)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def horizon(now: datetime) -> date:
    """The Monday of the last week that is laid out at an instant."""
    return monday_of(now.astimezone(UTC).date()) + policy_at(now).attendance.horizon_weeks * WEEK


def enters_at(monday: date, now: datetime) -> datetime:
    """The instant at which a week enters the horizon."""
    ahead = policy_at(now).attendance.horizon_weeks * WEEK
    return datetime.combine(monday - ahead, time(0), UTC)


def due(now: datetime) -> QuerySet[Mentorship]:
    """Mentorships whose next week has entered the horizon, oldest first.

    Of those that share a mentor or a student only the first: two that want the same hour are dealt with in the
    same order whoever works and however many.
    """
    waiting = Mentorship.objects.filter(generates_at__lte=now)
    earlier = waiting.filter(
        Q(generates_at__lt=OuterRef("generates_at"))
        | Q(generates_at=OuterRef("generates_at"), pk__lt=OuterRef("pk"))
    ).order_by()
    return waiting.filter(
        ~Exists(earlier.filter(mentor=OuterRef("mentor"))),
        ~Exists(earlier.filter(enrolment__student=OuterRef("enrolment__student"))),
    ).order_by("generates_at", "pk")


def settle(pks: Sequence[int], now: datetime) -> int:
    """Lay out the next week of these locked mentorships; returns how many were dealt with."""
    mentorships = list(_full(Mentorship.objects.filter(pk__in=pks, generates_at__lte=now)))
    weeks = [
        Week(each, each.generated_through + WEEK, each.generates_at)
        for each in mentorships
        if each.generated_through and each.generates_at
    ]
    lay_out(weeks, now)
    # One statement a week: a batch is of one week, of a few where some are further behind than others.
    moved: dict[tuple[date | None, datetime | None], list[int]] = defaultdict(list)
    for week in weeks:
        mentorship = week.mentorship
        _move_on(mentorship, week.monday, now)
        moved[mentorship.generated_through, mentorship.generates_at].append(mentorship.pk)
    for (generated_through, generates_at), ids in moved.items():
        Mentorship.objects.filter(pk__in=ids).update(
            generated_through=generated_through, generates_at=generates_at
        )
    return len(mentorships)


def catch_up(*, mentor_ids: Iterable[int], student_ids: Iterable[int], now: datetime) -> None:
    """Lay out what entered the horizon by ``now`` for these people, as the sweep would have. In a transaction.

    Call it before anything else is locked. One statement when nothing is due.
    """
    mentors, students = set(mentor_ids), set(student_ids)
    while True:
        rows = list(
            Mentorship.objects.filter(generates_at__lte=now)
            .filter(Q(mentor__in=mentors) | Q(enrolment__student__in=students))
            .values_list("pk", "mentor_id", "enrolment__student_id")
        )
        if not rows:
            return
        # Those who share a mentor or a student with them come first if they were due first.
        known = len(mentors) + len(students)
        mentors.update(row[1] for row in rows)
        students.update(row[2] for row in rows)
        if len(mentors) + len(students) == known:
            break
    ids = [row[0] for row in rows]
    list(
        Mentorship.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk")
    )
    while pks := list(due(now).filter(pk__in=ids).values_list("pk", flat=True)):
        settle(pks, now)


def generate_now(mentorships: Collection[Mentorship], now: datetime) -> list[Session]:
    """Lay out every week from this one to the horizon that has no session yet, as of ``now``.

    For a mentorship that begins and for weeks that become free again. Nothing is laid out in the past, nor so near that
    the student could give no notice in time (A3).
    """
    weeks = []
    for mentorship in _full(Mentorship.objects.filter(pk__in=[each.pk for each in mentorships])):
        today = local_date(now, mentorship.enrolment.time_zone)
        monday = monday_of(max(today, mentorship.starts_on))
        while monday <= (mentorship.generated_through or horizon(now)):
            weeks.append(Week(mentorship, monday, now))
            monday += WEEK
    return lay_out(_with_time_for_notice([week for week in weeks if week.span[0] > now], now), now)


def _with_time_for_notice(weeks: Sequence[Week], now: datetime) -> list[Week]:
    """Those whose session leaves the student time to give notice, by the terms of each (2.4)."""
    terms = terms_for_sessions(
        [
            (place, week.mentorship.enrolment_id, week.span[0], week.mentorship.enrolment.time_zone)
            for place, week in enumerate(weeks)
        ]
    )
    return [week for place, week in enumerate(weeks) if week.span[0] >= earliest_imposed(now, terms[place])]


def begin(mentorship: Mentorship, now: datetime) -> None:
    """Set where generation stands for a mentorship that is new: everything inside the horizon is laid out now."""
    _move_on(mentorship, max(horizon(now), monday_of(mentorship.starts_on) - WEEK), now)


def lay_out(weeks: Sequence[Week], now: datetime) -> list[Session]:
    """Make the sessions of these weeks where nothing stands against it; a constant number of statements.

    Against it stand: days outside of mentorship and enrolment, an interruption, the mentor's time off, and a mentor
    who has left. Where another session is in the way, or the week is full, the mentor and the
    Learning Manager are told, once. A week that has its session is left alone.
    """
    wanted = [week for week in weeks if _in_training(week)]
    if not wanted:
        return []
    calendar = _Calendar(wanted)
    rows: list[Session] = []
    blocked: list[Week] = []
    for week in wanted:
        verdict = calendar.look(week)
        if verdict is _FREE:
            rows.append(_session(week))
            calendar.take(week)
        elif verdict is _BLOCKED:
            blocked.append(week)
    if rows:
        _adapt(rows)
        # Someone may book the hour meanwhile: the overlap constraints then leave this one out.
        Session.objects.bulk_create(rows, ignore_conflicts=True)
    made = _made(rows)
    lost = {(row.mentorship_id, row.for_week) for row in rows} - made.keys()
    blocked += [week for week in wanted if (week.mentorship.pk, week.monday) in lost]
    if blocked:
        write(entries=[], messages=list(_skipped(blocked)), now=now)
    return list(made.values())


def _full(rows: QuerySet[Mentorship]) -> QuerySet[Mentorship]:
    return rows.select_related("mentor__user", "enrolment__student__user", "enrolment__path").order_by("pk")


def _move_on(mentorship: Mentorship, monday: date, now: datetime) -> None:
    mentorship.generated_through = monday
    following = monday + WEEK
    over = mentorship.ends_on is not None and mentorship.ends_on < following
    mentorship.generates_at = None if over else enters_at(following, now)


def _in_training(week: Week) -> bool:
    mentorship, day = week.mentorship, week.day
    enrolment, left_on = mentorship.enrolment, mentorship.mentor.left_on
    if enrolment.state == EnrolmentState.ENDED and enrolment.ended_on is None:
        return False
    return (
        max(mentorship.starts_on, enrolment.starts_on) <= day <= enrolment.last_day
        and (mentorship.ends_on is None or day <= mentorship.ends_on)
        and (left_on is None or day <= left_on)
    )


_FREE, _BLOCKED, _CLOSED = "free", "blocked", "closed"


class _Calendar:
    """What stands in the way of a batch of weeks: four statements, then the sessions that the batch adds itself."""

    def __init__(self, weeks: Sequence[Week]) -> None:
        spans = [week.span for week in weeks]
        # A day around each side: weeks of other zones begin earlier and end later.
        first = min(span[0] for span in spans) - timedelta(days=8)
        last = max(span[1] for span in spans) + timedelta(days=8)
        mentors = {week.mentorship.mentor_id for week in weeks}
        enrolments = {week.mentorship.enrolment_id for week in weeks}
        students = {week.mentorship.enrolment.student_id for week in weeks}
        self.time_off: dict[int, list[Interval]] = defaultdict(list)
        for mentor_id, *span in TimeOff.objects.filter(
            mentor__in=mentors, withdrawn_at__isnull=True, ends_at__gt=first, starts_at__lt=last
        ).values_list("mentor_id", "starts_at", "ends_at"):
            self.time_off[mentor_id].append((span[0], span[1]))
        self.interruptions: dict[int, list[tuple[date, date]]] = defaultdict(list)
        for enrolment_id, starts_on, ends_on in Interruption.objects.filter(
            enrolment__in=enrolments, lifted_at__isnull=True
        ).values_list("enrolment_id", "starts_on", "ends_on"):
            self.interruptions[enrolment_id].append((starts_on, ends_on))
        self.busy: dict[tuple[str, int], list[Interval]] = defaultdict(list)
        self.counts: dict[tuple[int, date], int] = defaultdict(int)
        self.existing: set[tuple[int, date]] = set()
        zones = {week.mentorship.enrolment_id: week.mentorship.enrolment.time_zone for week in weeks}
        for row in (
            Session.objects.filter(Q(mentor__in=mentors) | Q(student__in=students))
            .filter(starts_at__gt=first, starts_at__lt=last)
            .values_list(
                "mentor_id",
                "student_id",
                "enrolment_id",
                "mentorship_id",
                "for_week",
                "starts_at",
                "ends_at",
                "state",
                "released_at",
            )
        ):
            mentor_id, student_id, enrolment_id, mentorship_id, for_week, starts, ends, state, released_at = (
                row
            )
            if for_week is not None:
                self.existing.add((mentorship_id, for_week))
            if released_at is None:
                self.busy["mentor", mentor_id].append((starts, ends))
                self.busy["student", student_id].append((starts, ends))
            if enrolment_id in zones and state in COUNTED:
                self.counts[enrolment_id, monday_of(local_date(starts, zones[enrolment_id]))] += 1
        for assessor_id, student_id, starts, ends in (
            Defence.objects.filter(Q(assessor__in=mentors) | Q(student__in=students))
            .filter(starts_at__gt=first, starts_at__lt=last)
            .exclude(state=DefenceState.CANCELLED)
            .values_list("assessor_id", "student_id", "starts_at", "ends_at")
        ):
            self.busy["mentor", assessor_id].append((starts, ends))
            self.busy["student", student_id].append((starts, ends))

    def look(self, week: Week) -> str:
        """Whether the session of a week can be: a closed one is known to everyone, a blocked one is told."""
        mentorship, span = week.mentorship, week.span
        if (mentorship.pk, week.monday) in self.existing:
            return _CLOSED
        if any(first <= week.day <= last for first, last in self.interruptions[mentorship.enrolment_id]):
            return _CLOSED
        if _meets(span, self.time_off[mentorship.mentor_id]):
            return _CLOSED
        limit = policy_at(span[0]).attendance.max_sessions_per_week
        if self.counts[mentorship.enrolment_id, week.monday] >= limit:
            return _BLOCKED
        student_id = mentorship.enrolment.student_id
        taken = self.busy["mentor", mentorship.mentor_id] + self.busy["student", student_id]
        return _BLOCKED if _meets(span, taken) else _FREE

    def take(self, week: Week) -> None:
        mentorship = week.mentorship
        self.existing.add((mentorship.pk, week.monday))
        self.counts[mentorship.enrolment_id, week.monday] += 1
        self.busy["mentor", mentorship.mentor_id].append(week.span)
        self.busy["student", mentorship.enrolment.student_id].append(week.span)


def _meets(span: Interval, others: Iterable[Interval]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _session(week: Week) -> Session:
    mentorship = week.mentorship
    starts_at, ends_at = week.span
    return Session(
        mentorship=mentorship,
        enrolment=mentorship.enrolment,
        student=mentorship.enrolment.student,
        mentor=mentorship.mentor,
        starts_at=starts_at,
        ends_at=ends_at,
        for_week=week.monday,
        video_link=mentorship.mentor.video_link,
        booked_at=week.booked_at,
    )


def _adapt(rows: Sequence[Session]) -> None:
    """When each session falls due and by which medium it is held, by the student's own terms (2.4, A2)."""
    adapted = adapted_for_sessions(
        [(place, row.enrolment_id, row.starts_at, row.enrolment.time_zone) for place, row in enumerate(rows)]
    )
    for place, row in enumerate(rows):
        row.falls_due_at = look_at(row.starts_at, row.ends_at, adapted[place].terms)
        row.medium = Medium.AUDIO if adapted[place].audio else Medium.VIDEO


def _made(rows: Sequence[Session]) -> dict[tuple[int, date | None], Session]:
    """These sessions as they stand in the database."""
    if not rows:
        return {}
    wanted = {(row.mentorship_id, row.for_week) for row in rows}
    found = Session.objects.filter(
        mentorship__in={row.mentorship_id for row in rows}, for_week__in={row.for_week for row in rows}
    ).order_by("starts_at", "pk")
    return {
        (row.mentorship_id, row.for_week): row for row in found if (row.mentorship_id, row.for_week) in wanted
    }


def _skipped(weeks: Sequence[Week]) -> Iterator[NewMessage]:
    """The mentor and the Path's Learning Manager (Student Success where there is none) are told of a week
    without a session."""
    team: list[int] | None = None
    for week in weeks:
        mentorship = week.mentorship
        manager_id = mentorship.enrolment.path.learning_manager_id
        if manager_id is None and team is None:
            team = holders_of(Role.STUDENT_SUCCESS)
        staff = [manager_id] if manager_id is not None else team or []
        for recipient_id in dict.fromkeys([mentorship.mentor.user_id, *staff]):
            yield NewMessage(
                recipient_id=recipient_id,
                kind="week_skipped",
                occasion=f"week-skipped:{mentorship.pk}:{week.monday}:{recipient_id}",
                due_at=week.booked_at,
                context={
                    "mentorship": mentorship.pk,
                    "enrolment": mentorship.enrolment_id,
                    "student": mentorship.enrolment.student.user.full_name,
                    "mentor": mentorship.mentor.user.full_name,
                    "starts_at": iso(week.span[0]),
                    "clause": "3.2",
                },
            )
