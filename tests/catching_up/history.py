"""Random histories of a small school: what people do and when, applied through the services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from accounts.models import Role, User
from mentoring import services
from mentoring.models import Absence, Contest, ContestOutcome, Participant, Session
from mentoring.selectors.slots import free_slots
from rulebook.errors import RuleError
from tests.factories import (
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_path,
    make_student,
    make_user,
    make_weekly_session,
)

FIRST = date(2026, 3, 9)  # the clocks change on 29 March
WEEKS = 6
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
END = datetime(2026, 4, 27, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MICRO = timedelta(microseconds=1)


@dataclass(frozen=True)
class School:
    """The people of one run; sessions by (student's number, week)."""

    success: User
    sessions: dict[tuple[int, int], Session]

    def students(self) -> dict[int, int]:
        """Primary keys of the students' accounts → their numbers."""
        return {session.student.user_id: who for (who, _), session in self.sessions.items()}


@dataclass(frozen=True)
class Fact:
    """Something that somebody does at an instant; ``act`` names the service."""

    at: datetime
    act: str
    who: int
    week: int
    choice: float


def make_school(students: int) -> School:
    success = make_user(Role.STUDENT_SUCCESS)
    make_user(Role.HEAD_OF_LEARNING)
    path = make_path(learning_manager=make_user(Role.LEARNING_MANAGER))
    mentors = [make_mentor(), make_mentor()]
    sessions = {}
    for who in range(students):
        mentorship = make_mentorship(
            mentor=mentors[who % 2],
            enrolment=make_enrolment(student=make_student(), path=path),
            weekday=1 + who % 3,
            local_time=time(9 + who),
        )
        for week in range(WEEKS):
            day = FIRST + timedelta(days=7 * week + who % 3)
            sessions[who, week] = make_weekly_session(day, mentorship=mentorship)
    return School(success, sessions)


def make_facts(school: School, seed: int) -> list[Fact]:
    """What happens, in the order of the instants; many of them on the very limits."""
    random = Random(seed)
    facts: list[Fact] = []
    for (who, week), session in school.sessions.items():
        start = session.starts_at

        def add(act: str, at: datetime, chance: float, who: int = who, week: int = week) -> None:
            if random.random() < chance:
                facts.append(Fact(at, act, who, week, random.random()))

        limit = random.choice((timedelta(), -MICRO, MICRO))
        add("mentor_join", start + random.choice((0, 2, 14, 15, 16)) * MINUTE + limit, 0.8)
        add("student_join", start + random.choice((-5, 0, 10, 15, 15, 20)) * MINUTE + limit, 0.5)
        add("notice", start - random.choice((70, 24, 24, 24, 5)) * HOUR + limit, 0.2)
        add("exception", start + random.choice((-30, -1, 20, 70)) * HOUR, 0.1)
        add("state_absent", start + random.choice((14, 15, 16, 300)) * MINUTE + limit, 0.1)
        add("state_present", start + random.choice((1, 30, 49)) * HOUR, 0.1)
        add("report", start + random.choice((1, 40, 60)) * HOUR, 0.1)
        add("reasons", start + random.choice((1, 30, 48, 48, 60)) * HOUR + limit, 0.6)
        add("book", start + random.choice((-20, 3, 40, 48, 48, 70)) * HOUR + limit, 0.6)
        add("contest", start + random.choice((2, 60, 200)) * HOUR, 0.3)
        add("decide", start + random.choice((90, 300, 400)) * HOUR, 0.3)
        add("resolve", start + random.choice((30, 100)) * HOUR, 0.4)
        add("cancel", start - random.choice((48, 2)) * HOUR, 0.05)
    return sorted(facts, key=lambda fact: (fact.at, fact.who, fact.week, fact.act))


def apply(school: School, fact: Fact) -> str:
    """Let it happen at its instant; returns "" or the refusal."""
    session = school.sessions[fact.who, fact.week]
    try:
        _ACTS[fact.act](school, session, fact)
    except RuleError as refusal:
        return f"{fact}: {refusal}"
    except (Absence.DoesNotExist, Contest.DoesNotExist):
        return f"{fact}: nothing there"
    return ""


def _join(who: Participant) -> Callable[[School, Session, Fact], None]:
    def join(school: School, session: Session, fact: Fact) -> None:
        person = session.student if who == Participant.STUDENT else session.mentor
        services.record_join(session_id=session.pk, participant=who, by=person.user, now=fact.at)

    return join


def _state(present: bool) -> Callable[[School, Session, Fact], None]:
    def state(school: School, session: Session, fact: Fact) -> None:
        arrived_at = session.starts_at + 16 * MINUTE if present and fact.choice < 0.5 else None
        services.state_presence(
            session_id=session.pk, present=present, arrived_at=arrived_at, by=session.mentor.user, now=fact.at
        )

    return state


def _report(school: School, session: Session, fact: Fact) -> None:
    services.record_reported_joins(
        session_id=session.pk,
        student_joined_at=session.starts_at + int(fact.choice * 25) * MINUTE,
        mentor_joined_at=session.starts_at if fact.choice < 0.7 else None,
        by=session.mentor.user,
        now=fact.at,
    )


def _notice(school: School, session: Session, fact: Fact) -> None:
    services.give_notice(session_id=session.pk, reason="Ill", by=session.student.user, now=fact.at)


def _exception(school: School, session: Session, fact: Fact) -> None:
    services.authorise_exception(session_id=session.pk, reason="Flood", by=school.success, now=fact.at)


def _reasons(school: School, session: Session, fact: Fact) -> None:
    _caught_up(session, fact.at)
    absence = Absence.objects.get(session=session)
    services.give_reasons(absence_id=absence.pk, reasons="Ill", by=session.student.user, now=fact.at)


def _book(school: School, session: Session, fact: Fact) -> None:
    _caught_up(session, fact.at)
    missed = Session.objects.select_related("enrolment", "mentor").get(pk=session.pk)
    starts = free_slots(missed, now=fact.at) or [fact.at]
    services.book_replacement(
        session_id=session.pk,
        starts_at=starts[int(fact.choice * len(starts))],
        by=session.student.user,
        now=fact.at,
    )


def _contest(school: School, session: Session, fact: Fact) -> None:
    _caught_up(session, fact.at)
    absence = Absence.objects.get(session=session)
    services.contest_absence(absence_id=absence.pk, statement="No", by=session.student.user, now=fact.at)


def _decide(school: School, session: Session, fact: Fact) -> None:
    contest = Contest.objects.get(absence__session=session)
    outcome = ContestOutcome.values[int(fact.choice * 4)]
    services.decide_contest(
        contest_id=contest.pk, outcome=ContestOutcome(outcome), reasons="So", by=school.success, now=fact.at
    )


def _resolve(school: School, session: Session, fact: Fact) -> None:
    outcome = ("held", "unauthorised_absence", "mentor_absent", "cancelled_by_school")[int(fact.choice * 4)]
    services.resolve_unattended(
        session_id=session.pk, outcome=outcome, reasons="So", by=school.success, now=fact.at
    )


def _cancel(school: School, session: Session, fact: Fact) -> None:
    services.cancel_session(session_id=session.pk, reason="Ill", by=session.mentor.user, now=fact.at)


def _caught_up(session: Session, now: datetime) -> None:
    """A person acts on what the page shows, and the page shows what is due as settled."""
    from django.db import transaction

    from mentoring.services.desk import catch_up

    with transaction.atomic():
        catch_up(session.enrolment_id, now)


_ACTS: dict[str, Callable[[School, Session, Fact], None]] = {
    "mentor_join": _join(Participant.MENTOR),
    "student_join": _join(Participant.STUDENT),
    "notice": _notice,
    "exception": _exception,
    "state_absent": _state(False),
    "state_present": _state(True),
    "report": _report,
    "reasons": _reasons,
    "book": _book,
    "contest": _contest,
    "decide": _decide,
    "resolve": _resolve,
    "cancel": _cancel,
}
