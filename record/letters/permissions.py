"""Who looks after letters, and who may read one."""

from __future__ import annotations

from accounts.models import User
from record.models import Letter
from record.permissions import RECORD_READERS, subjects_of


def may_handle_letters(user: User) -> bool:
    """Who posts letters, scans receipts and settles what is uncertain."""
    return user.is_authenticated and user.is_active and user.has_role(*RECORD_READERS)


def looks_after(user: User, letter: Letter) -> bool:
    """The school's staff; a Learning Manager for their own Paths' students."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.has_role(*RECORD_READERS):
        return True
    return letter.subject_id is not None and any(letter.subject_id in set(own) for own in subjects_of(user))


def is_told(user: User, letter: Letter) -> bool:
    """The recipient, once the letter was received or its window is over: nothing tells it sooner than the letter."""
    if not user.is_authenticated or not user.is_active or letter.recipient_id != user.pk:
        return False
    return letter.received_at is not None or letter.late_at is not None


def may_read_letter(user: User, letter: Letter) -> bool:
    return is_told(user, letter) or looks_after(user, letter)
