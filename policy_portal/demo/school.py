"""The made-up school on its first day: people, Paths, hours, trainings, mentorships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Role, User
from accounts.services import NewPerson, create_people
from mentoring import services
from mentoring.models import Mentor, Mentorship
from mentoring.services import Slot
from mentoring.services.mentorships import NewMentorship, start_mentorships
from students.models import DEFAULT_ZONE, Enrolment, Path, Student
from students.services import NewEnrolment, enrol_students

from . import cast
from .projects import add_projects

WEEKS_BACK = 16
TRAINING = timedelta(weeks=40)
HOURS = (9, 10, 11, 13, 14, 15)


@dataclass(frozen=True, slots=True)
class School:
    """What the story is played with."""

    begins_at: datetime
    student_success: User
    mentors: tuple[Mentor, ...]
    enrolments: tuple[Enrolment, ...]
    mentorships: tuple[Mentorship, ...]
    assessor: Mentor

    @property
    def star(self) -> Enrolment:
        """The training of the student with a login."""
        return self.enrolments[0]


@transaction.atomic
def make_school(now: datetime, seed: int) -> School:
    """Found the school sixteen weeks before ``now``; deterministic for an instant and a seed."""
    random = Random(seed)
    today = now.astimezone(ZoneInfo(DEFAULT_ZONE)).date()
    first_day = today - timedelta(days=today.weekday(), weeks=WEEKS_BACK)
    begins_at = datetime.combine(first_day, time(6), UTC) - timedelta(days=3)
    people = _people(begins_at)
    staff = {role: person for person in people.values() for role in person.roles}
    manager, office = staff[Role.LEARNING_MANAGER], staff[Role.STUDENT_SUCCESS]
    paths = [
        Path.objects.create(code=code, title=title, learning_manager=manager) for code, title in cast.PATHS
    ]
    add_projects(paths, manager, begins_at)
    mentors = _mentors(people, begins_at)
    assessor = _assessor(people["assessor@example.org"], begins_at)
    enrolments = _enrolments(people, paths, first_day, office, begins_at)
    timetable = _timetable(enrolments, len(mentors), now, random)
    mentorships = start_mentorships(
        wanted=[
            NewMentorship(enrolment, mentors[n % len(mentors)], weekday, local_time, first_day)
            for n, (enrolment, (weekday, local_time)) in enumerate(zip(enrolments, timetable, strict=True))
        ],
        by=office,
        now=begins_at + timedelta(hours=2),
    )
    return School(begins_at, office, tuple(mentors), tuple(enrolments), tuple(mentorships), assessor)


def _people(begins_at: datetime) -> dict[str, User]:
    """Everyone by address. Those without a login have no password."""
    wanted = [
        NewPerson(email, given, family, DEFAULT_ZONE, roles)
        for email, (given, family, roles) in cast.LOGINS.items()
    ]
    wanted += [
        NewPerson(name.email, name.given, name.family, DEFAULT_ZONE, (Role.MENTOR,))
        for name in cast.mentor_names()
    ]
    zones = {3: "America/New_York", 10: "Asia/Kathmandu"}
    wanted += [
        NewPerson(name.email, name.given, name.family, zones.get(n, DEFAULT_ZONE), (Role.STUDENT,))
        for n, name in enumerate(cast.student_names(), start=1)
    ]
    people = {user.email: user for user in create_people(people=wanted, by=None, now=begins_at)}
    # One hash for all logins: hashing is slow on purpose, and these passwords are public.
    hashed = make_password(cast.PASSWORD)
    User.objects.filter(email__in=cast.LOGINS).update(password=hashed)
    return {
        email: User.objects.prefetch_related("role_grants").get(pk=user.pk) for email, user in people.items()
    }


def _mentors(people: dict[str, User], begins_at: datetime) -> list[Mentor]:
    addresses = ["mentor@example.org", *(name.email for name in cast.mentor_names())]
    mentors = []
    for n, email in enumerate(addresses):
        mentor = Mentor.objects.create(
            user=people[email], video_link=f"https://video.example.org/room-{n + 1}"
        )
        # The first two also work on Saturdays and Sundays, so that there are sessions on any day.
        days = range(1, 8) if n < 2 else range(1, 6)
        services.set_availability(
            mentor=mentor,
            slots=[Slot(day, time(8), time(19), DEFAULT_ZONE) for day in days],
            by=mentor.user,
            now=begins_at,
        )
        mentors.append(mentor)
    return mentors


def _assessor(person: User, begins_at: datetime) -> Mentor:
    """Somebody before whom projects are defended, in the afternoons."""
    assessor = Mentor.objects.create(user=person, video_link="https://video.example.org/room-defences")
    services.set_availability(
        mentor=assessor,
        slots=[Slot(day, time(14), time(18), DEFAULT_ZONE) for day in range(1, 6)],
        by=person,
        now=begins_at,
    )
    return assessor


def _enrolments(
    people: dict[str, User], paths: list[Path], first_day: date, office: User, begins_at: datetime
) -> list[Enrolment]:
    addresses = ["student@example.org", *(name.email for name in cast.student_names())]
    students = [
        Student.objects.create(user=people[email], reference=f"DEMO-{n:03}")
        for n, email in enumerate(addresses, start=1)
    ]
    return enrol_students(
        wanted=[
            NewEnrolment(
                student=student,
                path=paths[n % len(paths)],
                starts_on=first_day,
                ends_on=first_day + TRAINING,
                time_zone=student.user.time_zone,
            )
            for n, student in enumerate(students)
        ],
        by=office,
        now=begins_at + timedelta(hours=1),
    )


def _timetable(
    enrolments: list[Enrolment], mentors: int, now: datetime, random: Random
) -> list[tuple[int, time]]:
    """A weekday and a local time for each training; no two of one mentor at the same hour.

    The student with a login meets in two days from today, so that a notice given today is in time; the mentor with
    a login has sessions today, whatever day it is.
    """
    local = now.astimezone(ZoneInfo(DEFAULT_ZONE))
    today = local.isoweekday()
    taken: set[tuple[int, int, int]] = set()
    table: list[tuple[int, time]] = []
    for n, enrolment in enumerate(enrolments):
        mentor = n % mentors
        days = list(range(1, 8)) if mentor < 2 else list(range(1, 6))
        if n == 0:
            weekday, hour = (today + 1) % 7 + 1, 10
        elif mentor == 0 and n // mentors <= 3:
            weekday, hour = today, _today_hours(local)[n // mentors - 1]
        else:
            free = [(d, h) for d in days for h in HOURS if (mentor, d, h) not in taken]
            weekday, hour = random.choice(free)
        taken.add((mentor, weekday, hour))
        if enrolment.time_zone == DEFAULT_ZONE:
            table.append((weekday, time(hour)))
        else:
            # The hour that it is for the student when it is about that hour in Paris.
            paris = datetime.combine(local.date(), time(hour), ZoneInfo(DEFAULT_ZONE))
            table.append((weekday, paris.astimezone(ZoneInfo(enrolment.time_zone)).time()))
    return table


def _today_hours(local: datetime) -> list[int]:
    """Hours of today's sessions of the mentor with a login: some behind, some ahead."""
    around = min(max(local.hour, 9), 17)
    return [around - 1, around + 1, min(around + 2, 19) if around < 17 else around - 2]
