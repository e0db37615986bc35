"""Sixteen weeks of the made-up school, told in the order in which things happened."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from django.db import transaction

from accounts.models import User
from discipline.sweeps import SWEEPS as DISCIPLINE
from enforcement.runner import run
from enforcement.sweeps import Sweep
from mentoring import services
from mentoring.models import (
    Absence,
    AbsenceKind,
    Contest,
    ContestOutcome,
    Participant,
    Session,
    SessionState,
)
from mentoring.selectors.slots import free_slots
from mentoring.services.desk import catch_up
from mentoring.sweeps import SWEEPS as MENTORING
from record.sweeps import SWEEPS as RECORD
from rulebook.errors import RuleError

from .projects import plan_work
from .school import School
from .together import begin, write_reports

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
REASONS = (
    "I have a medical appointment.",
    "My employer moved a shift and I cannot leave.",
    "My train was cancelled.",
    "My child is ill and nobody else can look after him.",
    "The power was out in the whole street.",
)
CONTESTS = (
    "I was in the waiting room from five past; nobody let me in.",
    "The link in my calendar was the old one. I have a screenshot.",
)
# What becomes of a session, and how often in a hundred.
FATES = {
    "held": 80,
    "no_show": 5,
    "late": 3,
    "timely_notice": 6,
    "late_notice": 2,
    "cancelled": 2,
    "mentor_absent": 1,
    "unattended": 1,
}
# The last sessions of some students, newest last, whatever chance would say.
SCRIPTS: dict[int, tuple[str, ...]] = {
    0: ("held", "no_show_excused", "held", "no_show"),  # the student with a login: one, and a duty
    5: ("held", "no_show", "late_notice"),  # two in a row
    9: ("held", "late", "no_show"),
    12: ("held", "no_show", "late", "no_show"),  # three: a case
    17: ("held", "no_show", "no_show", "no_show_contested"),  # three, one contested
    8: ("held", "timely_notice"),
    16: ("held", "unattended"),
    24: ("held", "no_show"),
}


@transaction.atomic
def live(school: School, now: datetime, seed: int) -> None:
    """Play everything that happened until ``now``: each thing by its service, at its instant."""
    _Story(school, now, Random(f"{seed}:story")).play()


@dataclass
class _Story:
    school: School
    now: datetime
    random: Random
    queue: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    numbers: count[int] = field(default_factory=count)
    planned: set[int] = field(default_factory=set)
    random_reports: Random = field(default_factory=lambda: Random("reports"))

    def play(self) -> None:
        self.students = {each.pk: each.student.user for each in self.school.enrolments}
        self.mentors = {mentor.pk: mentor.user for mentor in self.school.mentors}
        self.scripts = self._scripts()
        plan_work(self.at, self.school.enrolments, self.school.assessor, self.school.begins_at, self.now)
        self.at(self.school.begins_at + 4 * HOUR, lambda now: begin(self.school, now))
        turn = self.school.begins_at + 3 * HOUR
        while turn < self.now:
            self.at(turn, self.take_turn)
            turn += timedelta(days=3)
        while self.queue and self.queue[0][0] <= self.now:
            instant, _, happens = heapq.heappop(self.queue)
            happens(instant)
        self.sweep(self.now)

    def at(self, instant: datetime, happens: Callable[[datetime], None]) -> None:
        heapq.heappush(self.queue, (instant, next(self.numbers), happens))

    def sweep(self, now: datetime) -> None:
        for sweep in (*MENTORING, *DISCIPLINE, *RECORD):
            self._run(sweep, now)

    def _run(self, sweep: Sweep, now: datetime) -> None:
        run(sweep, now)

    def take_turn(self, now: datetime) -> None:
        """Every few days the sweeps run (late is as good as on time, A10), and sessions ahead get their fate."""
        self.sweep(now)
        write_reports(self.random_reports, now)
        self.plan(now)

    def _scripts(self) -> dict[int, list[str]]:
        return {self.school.enrolments[n].pk: list(script) for n, script in SCRIPTS.items()}

    def plan(self, now: datetime) -> None:
        """Decide what will become of sessions of the coming days."""
        coming = (
            Session.objects.filter(falls_due_at__isnull=False, starts_at__lte=now + timedelta(days=6))
            .exclude(pk__in=self.planned)
            .order_by("starts_at", "pk")
        )
        for session in coming:
            self.planned.add(session.pk)
            fate = self.fate_of(session)
            getattr(self, f"_{fate}")(session)

    def fate_of(self, session: Session) -> str:
        script = self.scripts.get(session.enrolment_id)
        if session.origin != "weekly":
            return "held"
        if script is not None:
            weeks_left = (self.now - session.starts_at) // timedelta(days=7)
            if 0 <= weeks_left < len(script):
                return script[-1 - weeks_left]
            return "held"
        return self.random.choices(list(FATES), list(FATES.values()))[0]

    # What becomes of a session.

    def _held(self, session: Session) -> None:
        early = self.random.randint(-6, 9) * MINUTE
        if session.starts_at < self.now - timedelta(weeks=3):
            # In those days the provider's report told who came.
            self.at(session.starts_at + 14 * MINUTE, self._report(session, session.starts_at + early))
            return
        self._mentor_comes(session)
        self.at(session.starts_at + early, self._join(session, Participant.STUDENT))

    def _late(self, session: Session) -> None:
        self._mentor_comes(session)
        late = self.random.randint(16, 25) * MINUTE
        self.at(session.starts_at + late, self._join(session, Participant.STUDENT))
        self._afterwards(session)

    def _no_show(self, session: Session) -> None:
        self._mentor_comes(session)
        self._afterwards(session)

    def _no_show_excused(self, session: Session) -> None:
        self._no_show(session)
        self.at(session.starts_at + 30 * HOUR, self._excuse(session))

    def _no_show_contested(self, session: Session) -> None:
        self._no_show(session)
        self.at(session.starts_at + HOUR, self._contest(session, decided=False))

    def _timely_notice(self, session: Session) -> None:
        before = self.random.randint(30, 90) * HOUR
        self.at(max(session.starts_at - before, session.booked_at), self._notice(session))
        self.at(session.starts_at - 26 * HOUR, self._rebook(session))

    def _late_notice(self, session: Session) -> None:
        self.at(session.starts_at - self.random.randint(2, 20) * HOUR, self._notice(session))
        self._afterwards(session)

    def _cancelled(self, session: Session) -> None:
        def cancel(now: datetime) -> None:
            services.cancel_session(
                session_id=session.pk, reason="I am ill today.", by=self.mentors[session.mentor_id], now=now
            )

        self.at(session.starts_at - 3 * HOUR, cancel)

    def _mentor_absent(self, session: Session) -> None:
        self.at(session.starts_at - MINUTE, self._join(session, Participant.STUDENT))

    def _unattended(self, session: Session) -> None:
        """Nobody comes; older ones have been resolved since."""

        def resolve(now: datetime) -> None:
            services.resolve_unattended(
                session_id=session.pk,
                outcome=SessionState.CANCELLED_BY_SCHOOL,
                reasons="The provider was down that day.",
                by=self.school.student_success,
                now=now,
            )

        if session.starts_at < self.now - timedelta(days=10):
            self.at(session.starts_at + 50 * HOUR, resolve)

    def _afterwards(self, session: Session) -> None:
        """Reasons and another session, mostly in time; now and then a contest."""
        scripted = session.enrolment_id in self.scripts
        recent = scripted or session.starts_at > self.now - timedelta(days=3)
        if self.random.random() < 0.8 and not recent:
            self.at(session.starts_at + self.random.randint(2, 40) * HOUR, self._give_reasons(session))
        if self.random.random() < 0.7 and not recent:
            self.at(session.starts_at + self.random.randint(3, 45) * HOUR, self._rebook(session))
        if self.random.random() < 0.2 and not scripted:
            old = session.starts_at < self.now - timedelta(days=7)
            self.at(session.starts_at + 47 * HOUR, self._contest(session, decided=old))

    # Who does what; each by the service that the pages call.

    def _mentor_comes(self, session: Session) -> None:
        early = self.random.randint(-4, 3) * MINUTE
        self.at(session.starts_at + early, self._join(session, Participant.MENTOR))

    def _join(self, session: Session, who: Participant) -> Callable[[datetime], None]:
        by = self._person(session, who)

        def join(now: datetime) -> None:
            try:
                services.record_join(session_id=session.pk, participant=who, by=by, now=now)
            except RuleError:
                return  # the session was cancelled or excused meanwhile

        return join

    def _report(self, session: Session, student_at: datetime) -> Callable[[datetime], None]:
        by = self.mentors[session.mentor_id]

        def report(now: datetime) -> None:
            services.record_reported_joins(
                session_id=session.pk,
                student_joined_at=student_at,
                mentor_joined_at=session.starts_at - MINUTE,
                by=by,
                now=now,
            )

        return report

    def _person(self, session: Session, who: Participant) -> User:
        if who == Participant.STUDENT:
            return self.students[session.enrolment_id]
        return self.mentors[session.mentor_id]

    def _notice(self, session: Session) -> Callable[[datetime], None]:
        reason = self.random.choice(REASONS)

        def notice(now: datetime) -> None:
            services.give_notice(
                session_id=session.pk, reason=reason, by=self.students[session.enrolment_id], now=now
            )

        return notice

    def _give_reasons(self, session: Session) -> Callable[[datetime], None]:
        reason = self.random.choice(REASONS)

        def give(now: datetime) -> None:
            absence = self._absence(session, now)
            if absence and absence.reasons_at is None:
                by = self.students[session.enrolment_id]
                services.give_reasons(absence_id=absence.pk, reasons=reason, by=by, now=now)

        return give

    def _rebook(self, session: Session) -> Callable[[datetime], None]:
        choice = self.random.random()

        def rebook(now: datetime) -> None:
            catch_up(session.enrolment_id, now)
            missed = Session.objects.select_related("enrolment", "mentor").get(pk=session.pk)
            if missed.state not in (SessionState.AUTHORISED_ABSENCE, SessionState.UNAUTHORISED_ABSENCE):
                return
            starts = [start for start in free_slots(missed, now=now) if start > now + 2 * HOUR]
            if not starts:
                return
            by = self.students[session.enrolment_id]
            start = starts[int(choice * len(starts))]
            try:
                services.book_replacement(session_id=session.pk, starts_at=start, by=by, now=now)
            except RuleError:
                return
            self.plan(now)

        return rebook

    def _absence(self, session: Session, now: datetime) -> Absence | None:
        """The absence as its page would show it: what fell due by then is settled."""
        catch_up(session.enrolment_id, now)
        return Absence.objects.filter(session=session, withdrawn_at__isnull=True).first()

    def _excuse(self, session: Session) -> Callable[[datetime], None]:
        def excuse(now: datetime) -> None:
            services.authorise_exception(
                session_id=session.pk,
                reason="A certificate of the accident was shown to us.",
                by=self.school.student_success,
                now=now,
            )

        return excuse

    def _contest(self, session: Session, *, decided: bool) -> Callable[[datetime], None]:
        statement = self.random.choice(CONTESTS)
        upheld = self.random.random() < 0.5

        def contest(now: datetime) -> None:
            absence = self._absence(session, now)
            if absence is None or absence.kind != AbsenceKind.UNAUTHORISED:
                return
            by = self.students[session.enrolment_id]
            made = services.contest_absence(absence_id=absence.pk, statement=statement, by=by, now=now)
            if decided:
                self.at(now + 60 * HOUR, lambda later: self._decide(made, upheld, later))

        return contest

    def _decide(self, contest: Contest, upheld: bool, now: datetime) -> None:
        services.decide_contest(
            contest_id=contest.pk,
            outcome=ContestOutcome.AUTHORISED if upheld else ContestOutcome.REJECTED,
            reasons="The screenshot shows it."
            if upheld
            else "The provider's log shows no join before 25 past.",
            by=self.school.student_success,
            now=now,
        )
