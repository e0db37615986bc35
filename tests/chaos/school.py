"""A school whose deadlines fall due in the next seconds, and what must have become of each in the end.

What is expected is written down here by hand, group by group, and not asked of the rulebook.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from time import monotonic

from django.db import connection

from accounts.models import Role, RoleGrant, User
from mentoring.models import Absence, Mentor, Mentorship, Session
from students.models import Enrolment, Path, Student

LATENESS = timedelta(minutes=15)
LENGTH = timedelta(minutes=45)
SHORT = timedelta(seconds=2)
"""So short that one student can miss three in a row within seconds; a session's end cuts its lateness limit."""

SHARES = {"absent": 38, "third": 10, "held": 20, "unattended": 10, "mentor_absent": 6, "three": 10, "duty": 6}
"""Per hundred deadlines."""


@dataclass
class Expected:
    """What the database must hold in the end, each exactly once."""

    sessions: dict[int, tuple[str, str, datetime]] = field(default_factory=dict)  # state, ground, decided at
    absences: set[int] = field(default_factory=set)  # of sessions
    entries: Counter[tuple[str, str]] = field(default_factory=Counter)  # about, kind
    messages: Counter[tuple[int, str]] = field(default_factory=Counter)  # recipient, kind
    cases: dict[int, datetime] = field(default_factory=dict)  # of enrolments: opened at
    notices: list[tuple[User, int]] = field(default_factory=list)  # who is to give one, for which session


class School:
    """People and rows, made in bulk; ``expected`` grows with them."""

    def __init__(
        self, now: datetime, first: Callable[[float], datetime], seconds: float, chance: random.Random
    ) -> None:
        self.now, self.seconds, self.chance = now, seconds, chance
        self._first_deadline = first  # asked with the seconds that the sessions will take to write
        self.expected = Expected()

    def build(self, deadlines: int, notices: int) -> Expected:
        counts = {kind: deadlines * share // 100 for kind, share in SHARES.items()}
        counts["three"] = max(1, counts["three"] // 3)
        counts["absent"] += deadlines - sum(counts.values()) - 2 * counts["three"]
        kinds = [kind for kind, count in counts.items() for _ in range(count)] + ["notice"] * notices
        sessions: list[Session] = []
        settle: list[tuple[int, str, datetime]] = []  # place in kinds, kind, falls due

        def sow(some: Iterable[tuple[int, str]], fall_due: Callable[[], datetime]) -> None:
            new = [
                (session, (place, kind, due))
                for place, kind in some
                for due in [fall_due()]
                for session in self._sessions(place, kind, due)
            ]
            for first in range(0, len(new), 1000):
                Session.objects.bulk_create([session for session, _ in new[first : first + 1000]])
                with connection.cursor() as cursor:  # the triggers' queries were planned for an empty table
                    cursor.execute(f"ANALYZE {Session._meta.db_table}")
            sessions.extend(session for session, _ in new)
            settle.extend(about for _, about in new)

        self._people(len(kinds))
        places = list(enumerate(kinds))
        # Those to be given notice of do not hang on the first deadline, and tell how long the others will take.
        begun = monotonic()
        sow(places[-notices:], lambda: self.now)
        self.first = self._first_deadline((monotonic() - begun) / notices * len(places[:-notices]))
        self.bursts = [self.first + timedelta(seconds=self.chance.uniform(0, self.seconds)) for _ in range(6)]
        sow(places[:-notices], self._instant)
        absences: list[Absence] = []
        for session, (place, kind, due) in zip(sessions, settle, strict=True):
            self._expect(session, place, kind, due, absences)
        Absence.objects.bulk_create(absences, batch_size=1000)
        for place, kind in enumerate(kinds):
            if kind in ("third", "three"):
                self._expect_case(place)
        return self.expected

    def _instant(self) -> datetime:
        """Most are spread; two in five fall due together, so that a kill meets a full batch."""
        if self.chance.random() < 0.4:
            return self.chance.choice(self.bursts)
        return self.first + timedelta(microseconds=self.chance.randrange(int(self.seconds * 1e6)))

    def _people(self, count: int) -> None:
        users = User.objects.bulk_create(
            (
                User(
                    email=f"{kind}{n}@example.org",
                    password="!",
                    given_name=kind.title(),
                    family_name=f"No. {n}",
                )
                for kind in ("student", "mentor")
                for n in range(count)
            ),
            batch_size=1000,
        )
        self.head = User.objects.create(email="head@example.org", given_name="Head", family_name="Example")
        grants = [
            RoleGrant(user=user, role=role, granted_at=self.now)
            for role, some in ((Role.STUDENT, users[:count]), (Role.MENTOR, users[count:]))
            for user in some
        ]
        grants.append(RoleGrant(user=self.head, role=Role.HEAD_OF_LEARNING, granted_at=self.now))
        RoleGrant.objects.bulk_create(grants, batch_size=1000)
        path = Path.objects.create(code="web", title="Web")
        first, last = self.now.date() - timedelta(days=365), self.now.date() + timedelta(days=365)
        self.students = Student.objects.bulk_create(
            (Student(user=user) for user in users[:count]), batch_size=1000
        )
        self.mentors = Mentor.objects.bulk_create(
            (Mentor(user=user, video_link="https://video.example.org/x") for user in users[count:]),
            batch_size=1000,
        )
        self.enrolments = Enrolment.objects.bulk_create(
            (
                Enrolment(student=student, path=path, starts_on=first, ends_on=last)
                for student in self.students
            ),
            batch_size=1000,
        )
        self.mentorships = Mentorship.objects.bulk_create(
            (
                Mentorship(
                    mentor=mentor, enrolment=enrolment, weekday=1, local_time=time(10), starts_on=first
                )
                for mentor, enrolment in zip(self.mentors, self.enrolments, strict=True)
            ),
            batch_size=1000,
        )

    def _sessions(self, place: int, kind: str, due: datetime) -> list[Session]:
        start = due - LATENESS
        if kind == "notice":
            return [self._session(place, self.now + timedelta(hours=2))]
        if kind == "duty":
            return [self._missed(place, due - timedelta(hours=48))]
        if kind == "three":
            starts = (due + n * timedelta(seconds=4) for n in range(3))
            return [self._session(place, at, mentor=at, length=SHORT) for at in starts]
        if kind == "third":
            before = [self._missed(place, start - timedelta(weeks=weeks)) for weeks in (2, 1)]
            return [*before, self._session(place, start, mentor=start)]
        if kind == "absent":
            return [self._session(place, start, mentor=start)]
        if kind == "unattended":
            return [self._session(place, start)]
        held = kind == "held"
        return [
            self._session(place, due - LENGTH, student=due - LENGTH, mentor=due - LENGTH if held else None)
        ]

    def _session(
        self,
        place: int,
        starts_at: datetime,
        *,
        student: datetime | None = None,
        mentor: datetime | None = None,
        length: timedelta = LENGTH,
    ) -> Session:
        ends_at = starts_at + length
        return Session(
            mentorship=self.mentorships[place],
            enrolment=self.enrolments[place],
            student=self.students[place],
            mentor=self.mentors[place],
            starts_at=starts_at,
            ends_at=ends_at,
            video_link="https://video.example.org/x",
            booked_at=starts_at - timedelta(days=28),
            student_joined_at=student,
            mentor_joined_at=mentor,
            falls_due_at=ends_at if student else min(starts_at + LATENESS, ends_at),
        )

    def _missed(self, place: int, starts_at: datetime) -> Session:
        """A session that was missed before all this."""
        session = self._session(place, starts_at, mentor=starts_at)
        session.state, session.ground = "unauthorised_absence", "no_show"
        session.decided_at, session.falls_due_at = session.falls_due_at, None
        session.clause, session.policy_id = "3.2", "2026-01"
        return session

    def _expect(
        self, session: Session, place: int, kind: str, due: datetime, absences: list[Absence]
    ) -> None:
        expected, about = self.expected, f"mentoring.session:{session.pk}"
        student, mentor = self.students[place].user_id, self.mentors[place].user_id
        if kind == "notice":
            expected.notices.append((self.students[place].user, session.pk))
            expected.absences.add(session.pk)
            expected.entries[about, "absence_unauthorised"] += 1
            for recipient, name in ((student, "notice_received"), (mentor, "notice_received_mentor")):
                expected.messages[recipient, name] += 1
            expected.messages[student, "absences_so_far"] += 1
            return
        if session.falls_due_at is None:
            assert session.decided_at is not None
            expected.sessions[session.pk] = (session.state, session.ground, session.decided_at)
            expected.absences.add(session.pk)
            duty = kind == "duty"
            absences.append(
                Absence(
                    session=session,
                    enrolment=self.enrolments[place],
                    kind="unauthorised",
                    ground="no_show",
                    happened_at=session.decided_at,
                    starts_at=session.starts_at,
                    rescheduling_due_at=session.starts_at + timedelta(hours=48),
                    rescheduling_state="open" if duty else "breach",
                )
            )
            if duty:  # their mentors keep no hours, so that nothing was on offer
                expected.entries[about, "rescheduling_waits"] += 1
                expected.messages[student, "rescheduling_waits"] += 1
                expected.messages[mentor, "rescheduling_waits_staff"] += 1
            return
        at = session.falls_due_at
        if kind in ("absent", "third", "three"):
            expected.sessions[session.pk] = ("unauthorised_absence", "no_show", at)
            expected.absences.add(session.pk)
            expected.entries[about, "absence_unauthorised"] += 1
            expected.messages[student, "absence_recorded"] += 1
            if kind != "absent":
                expected.cases[self.enrolments[place].pk] = at  # the last one stands
        elif kind == "held":
            expected.sessions[session.pk] = ("held", "", at)
            expected.entries[about, "session_held"] += 1
        elif kind == "unattended":
            expected.sessions[session.pk] = ("unattended", "", at)
            expected.entries[about, "session_unattended"] += 1
            expected.messages[mentor, "session_unattended"] += 1
        else:
            expected.sessions[session.pk] = ("mentor_absent", "", at)
            expected.entries[about, "mentor_absent"] += 1
            expected.messages[student, "mentor_absent"] += 1

    def _expect_case(self, place: int) -> None:
        expected, student = self.expected, self.students[place].user_id
        expected.entries[f"students.enrolment:{self.enrolments[place].pk}", "three_absences"] += 1
        expected.entries[f"student:{student}", "case_opened"] += 1
        expected.messages[student, "case_opened"] += 1
        expected.messages[self.head.pk, "case_opened_staff"] += 1
