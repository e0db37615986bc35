"""Writes of mentoring: one transaction each, by whoever's door."""

from .corrections import (
    authorise_exception,
    contest_absence,
    decide_contest,
    resolve_unattended,
    state_presence,
)
from .joins import record_join, record_reported_joins
from .notes import edit_note, write_note
from .notices import give_notice, preview_notice
from .rescheduling import give_reasons

__all__ = [
    "authorise_exception",
    "contest_absence",
    "decide_contest",
    "edit_note",
    "give_notice",
    "give_reasons",
    "preview_notice",
    "record_join",
    "record_reported_joins",
    "resolve_unattended",
    "state_presence",
    "write_note",
]
