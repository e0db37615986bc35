"""Mentors' notes about a student: private, or shared with the student and staff."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from mentoring.models import Note
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.texts import written


def _text(text: str) -> str:
    if not (text := written(text)):
        raise RuleError("text", "2.5", gettext_noop("Write something first."))
    return text


@transaction.atomic
def write_note(
    *,
    enrolment_id: int,
    text: str,
    shared: bool,
    by: User,
    now: datetime,
    session_id: int | None = None,
) -> Note:
    """A new note by its author."""
    return Note.objects.create(
        enrolment_id=enrolment_id,
        session_id=session_id,
        author=by,
        shared=shared,
        text=_text(text),
        written_at=now,
    )


@transaction.atomic
def edit_note(*, note_id: int, text: str, shared: bool, by: User, now: datetime) -> Note:
    """Change a note of one's own; what was shared stays shared, for the student has read it."""
    note = Note.objects.select_for_update().get(pk=note_id, author=by)
    if note.shared and not shared:
        raise RuleError("shared", "2.5", gettext_noop("This note was shared and stays shared."))
    note.text, note.shared, note.edited_at = _text(text), shared, now
    note.save(update_fields=["text", "shared", "edited_at"])
    return note
