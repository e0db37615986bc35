"""What the portal holds of those that a roster speaks of, read in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from mentoring.models import Mentor, Mentorship
from mentoring.selectors.lasting import lasting
from students.models import Enrolment, EnrolmentState, ExternalKind, Path, Student
from students.selectors.standing import people_barred

from .mirror import Source

BATCH = 5_000  # parameters in one statement; SQLite takes some 32,000 at most


def in_batches(rows: QuerySet[Any], field: str, values: Iterable[Any]) -> Iterator[Any]:
    """Rows whose field is one of many values."""
    wanted: Sequence[Any] = sorted(set(values))
    for start in range(0, len(wanted), BATCH):
        yield from rows.filter(**{f"{field}__in": wanted[start : start + BATCH]})


def email_of(told: dict[str, Any]) -> str:
    """The address of a person: their e-mail, or a username that is one."""
    username: str = told.get("username", "").lower()
    return str(told.get("email", "")) or (username if "@" in username else "")


class Here:
    """People, Paths, enrolments and mentorships, as they stand before the roster is applied."""

    def __init__(self, source: Source, now: datetime) -> None:
        people = list(source.every(ExternalKind.USER))
        addresses = {email_of(told.now) for told in people if told.now}
        accounts = User.objects.prefetch_related("role_grants")
        self.users: dict[int, User] = {
            user.pk: user
            for user in in_batches(accounts, "pk", (told.object_id for told in people if told.object_id))
        }
        self.by_email: dict[str, User] = {}
        for user in in_batches(accounts, "email", addresses - {""}):
            user = self.users.setdefault(user.pk, user)
            self.by_email[user.email] = user
        for user in self.users.values():
            self.by_email.setdefault(user.email, user)

        self.students: dict[int, Student] = {
            student.user_id: student
            for student in in_batches(Student.objects.select_related("user"), "user_id", self.users)
        }
        # Who is banned now signs in to read their own file, whatever the source says (4.2).
        self.barred = people_barred(now)
        references = {told.now.get("identifier") for told in people if told.now} - {None}
        self.by_reference: dict[str, Student] = {
            str(student.reference): student
            for student in in_batches(Student.objects.all(), "reference", references)
        }
        self.mentors: dict[int, Mentor] = {
            mentor.user_id: mentor
            for mentor in in_batches(Mentor.objects.select_related("user"), "user_id", self.users)
        }
        self.paths: dict[int, Path] = {path.pk: path for path in Path.objects.all()}
        self.by_code = {path.code: path for path in self.paths.values()}

        self.enrolments: dict[int, Enrolment] = {
            enrolment.pk: enrolment
            for enrolment in in_batches(
                Enrolment.objects.select_related("student__user", "path"),
                "student_id",
                (student.pk for student in self.students.values()),
            )
        }
        self.active: dict[tuple[int, int], Enrolment] = {
            (enrolment.student_id, enrolment.path_id): enrolment
            for enrolment in self.enrolments.values()
            if enrolment.state == EnrolmentState.ACTIVE
        }
        self.by_student: dict[int, list[Enrolment]] = defaultdict(list)
        for enrolment in self.enrolments.values():
            self.by_student[enrolment.student_id].append(enrolment)
        current = Mentorship.objects.filter(lasting(now)).select_related("mentor").order_by("starts_on", "pk")
        self.mentorships: dict[int, Mentorship] = {
            mentorship.enrolment_id: mentorship
            for mentorship in in_batches(current, "enrolment_id", self.enrolments)
        }
        # What each mentor has every week, whether the roster speaks of those students or not.
        self.weekly: dict[int, list[Mentorship]] = defaultdict(list)
        of_mentors = in_batches(
            current.select_related("mentor", "enrolment"),
            "mentor_id",
            (mentor.pk for mentor in self.mentors.values()),
        )
        for mentorship in of_mentors:
            self.weekly[mentorship.mentor.user_id].append(mentorship)

    def trainings(self, user: User) -> list[Enrolment]:
        """Every training of a person, those that ended included."""
        student = self.students.get(user.pk)
        return self.by_student.get(student.pk, []) if student else []

    def mentees(self, user: User) -> int:
        """How many students a mentor sees now."""
        return len(self.weekly.get(user.pk, ()))
