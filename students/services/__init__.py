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

__all__ = [
    "END_CLAUSE",
    "ENROLMENT_CLAUSE",
    "NewDates",
    "NewEnrolment",
    "change_enrolment_dates",
    "end_enrolments",
    "enrol_student",
    "enrol_students",
    "enrolment_refusals",
    "lift_interruption",
    "record_accommodation",
    "record_interruption",
    "withdraw_accommodation",
]
