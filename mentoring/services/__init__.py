"""Writes of mentoring: one transaction each, by whoever's door."""

from .adaptation_requests import (
    accept_adaptation,
    refuse_adaptation,
    request_adaptation,
    withdraw_request,
)
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
from .commitment import mark_alert
from .corrections import (
    authorise_exception,
    contest_absence,
    decide_contest,
    resolve_unattended,
    state_presence,
)
from .endings import end_own_training
from .foretelling import preview_presence
from .joins import record_join, record_reported_joins
from .leaves import (
    answer_as_funder,
    confirm_approval,
    plan_leave,
    refuse_leave,
    request_leave,
    return_from_leave,
    send_approval,
    send_back_approval,
    validate_leave,
    withdraw_leave,
)
from .mentorships import end_mentorship, mentor_leaves, replace_mentor, start_mentorship
from .monitoring import Findings, add_to_report, open_report, submit_report
from .notes import edit_note, write_note
from .notices import give_notice, preview_notice
from .path_changes import (
    record_consultation,
    refuse_change,
    request_change,
    schedule_change,
    withdraw_change,
)
from .regions import change_region
from .rescheduling import give_reasons

__all__ = [
    "Findings",
    "Slot",
    "accept_accommodation",
    "accept_adaptation",
    "add_time_off",
    "add_to_report",
    "answer_as_funder",
    "authorise_exception",
    "book_replacement",
    "cancel_session",
    "change_region",
    "change_training_dates",
    "confirm_approval",
    "contest_absence",
    "decide_contest",
    "edit_note",
    "end_mentorship",
    "end_own_training",
    "end_trainings",
    "give_notice",
    "give_reasons",
    "interrupt_training",
    "mark_alert",
    "mentor_leaves",
    "open_report",
    "plan_leave",
    "preview_notice",
    "preview_presence",
    "record_consultation",
    "record_join",
    "record_reported_joins",
    "refuse_adaptation",
    "refuse_change",
    "refuse_leave",
    "replace_mentor",
    "request_adaptation",
    "request_change",
    "request_leave",
    "resolve_unattended",
    "resume_training",
    "return_from_leave",
    "schedule_change",
    "send_approval",
    "send_back_approval",
    "set_availability",
    "start_mentorship",
    "state_presence",
    "submit_report",
    "validate_leave",
    "withdraw_accommodation",
    "withdraw_change",
    "withdraw_leave",
    "withdraw_request",
    "withdraw_time_off",
    "write_note",
]
