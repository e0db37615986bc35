"""Writes of mentoring: one transaction each, by whoever's door."""

from .adaptations import (
    accept_accommodation,
    change_training_dates,
    end_trainings,
    interrupt_training,
    resume_training,
    withdraw_accommodation,
)
from .bookings import book_replacement
from .calendars import Slot, add_time_off, set_availability, withdraw_time_off
from .cancellations import cancel_session
from .corrections import (
    authorise_exception,
    contest_absence,
    decide_contest,
    resolve_unattended,
    state_presence,
)
from .foretelling import preview_presence
from .joins import record_join, record_reported_joins
from .mentorships import end_mentorship, mentor_leaves, replace_mentor, start_mentorship
from .notes import edit_note, write_note
from .notices import give_notice, preview_notice
from .rescheduling import give_reasons

__all__ = [
    "Slot",
    "accept_accommodation",
    "add_time_off",
    "authorise_exception",
    "book_replacement",
    "cancel_session",
    "change_training_dates",
    "contest_absence",
    "decide_contest",
    "edit_note",
    "end_mentorship",
    "end_trainings",
    "give_notice",
    "give_reasons",
    "interrupt_training",
    "mentor_leaves",
    "preview_notice",
    "preview_presence",
    "record_join",
    "record_reported_joins",
    "replace_mentor",
    "resolve_unattended",
    "resume_training",
    "set_availability",
    "start_mentorship",
    "state_presence",
    "withdraw_accommodation",
    "withdraw_time_off",
    "write_note",
]
