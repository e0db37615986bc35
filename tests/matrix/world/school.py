"""The small school that the tables ask about: two Paths, everything belongs to the first, the others to the second."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from accounts.models import Role, User
from mentoring.models import Mentor, Mentorship
from students.models import Enrolment, Path, Student
from tests.factories import (
    accept_rules,
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_path,
    make_student,
    make_user,
)
from tests.matrix.people import STAFF


@dataclass
class World:
    """People by what they are to the rows, and the rows by a short name."""

    path: Path
    enrolment: Enrolment
    mentorship: Mentorship
    people: dict[str, User]
    rows: dict[str, Any] = field(default_factory=dict)

    @property
    def student(self) -> Student:
        return self.enrolment.student

    @property
    def mentor(self) -> Mentor:
        return self.mentorship.mentor


def found_school() -> World:
    """Everybody who asks, and no rows but theirs. The one student has accepted the rules, the other has not."""
    people = {role: make_user(role) for role in STAFF}
    path = make_path(learning_manager=people["learning_manager"])
    mentorship = make_mentorship(mentor=make_mentor(), enrolment=make_enrolment(path=path))
    other_manager = make_user(Role.LEARNING_MANAGER)
    elsewhere = make_path(learning_manager=other_manager)
    stranger = make_mentorship(enrolment=make_enrolment(path=elsewhere))
    accept_rules(mentorship.enrolment.student)
    make_student()  # somebody who is not enrolled
    people |= {
        "student": mentorship.enrolment.student.user,
        "mentor": mentorship.mentor.user,
        "quality": make_user(Role.QUALITY),
        "other_student": stranger.enrolment.student.user,
        "other_mentor": stranger.mentor.user,
        "other_learning_manager": other_manager,
    }
    return World(path, mentorship.enrolment, mentorship, people)
