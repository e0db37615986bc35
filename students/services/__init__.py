"""Writes of students: enrolments, interruptions and accommodations, whoever asks."""

from .enrolments import (
    END_CLAUSE,
    ENROLMENT_CLAUSE,
    NewDates,
    NewEnrolment,
    change_enrolment_dates,
    end_enrolments,
    enrol_student,
    enrol_students,
    enrolment_refusals,
)
from .measures import (
    lift_interruption,
    record_accommodation,
    record_interruption,
    withdraw_accommodation,
)
from .programme import (
    add_project,
    add_skill,
    change_project,
    change_skill,
    give_project,
    move_project,
    retire_project,
    retire_skill,
)

__all__ = [
    "END_CLAUSE",
    "ENROLMENT_CLAUSE",
    "NewDates",
    "NewEnrolment",
    "add_project",
    "add_skill",
    "change_enrolment_dates",
    "change_project",
    "change_skill",
    "end_enrolments",
    "enrol_student",
    "enrol_students",
    "enrolment_refusals",
    "give_project",
    "lift_interruption",
    "move_project",
    "record_accommodation",
    "record_interruption",
    "retire_project",
    "retire_skill",
    "withdraw_accommodation",
]
