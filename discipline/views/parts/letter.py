"""The decision on its way: its registered letter with what became of it, and a copy for each that pays (B6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from discipline.models import Case
from discipline.permissions.copies import may_send_copies
from discipline.permissions.reading import OF_THE_SCHOOL, ReadsAs, reads_as
from discipline.selectors.whole import Whole
from record.letters.describing import tone_of
from record.letters.permissions import is_told
from students.permissions import may_set_address


def part(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """The school sees letter and copies; the student their letter, once it was received and not before."""
    whole = Whole(case)
    seat, decision, letter = reads_as(user, whole), whole.decision, whole.letter
    if decision is None or decision.confirmed_at is None:
        return None
    if seat == ReadsAs.STUDENT:
        if letter is None or not is_told(user, letter):
            return None
        return {"letter": letter, "tone": tone_of(letter), "url": reverse("letter", args=[letter.key])}
    if seat not in OF_THE_SCHOOL:
        return None
    person = case.student.user
    return {
        "school": True,
        "letter": letter,
        "tone": tone_of(letter) if letter else ("", ""),
        "url": reverse("staff-letter", args=[letter.key]) if letter and user.is_school_staff else "",
        "waits": decision.needs_letter and letter is None,
        "address_url": reverse("staff-address", args=[case.student_id])
        if may_set_address(user, person)
        else "",
        "by_email": not decision.needs_letter,
        "copies": whole.copies,
        "may_send": may_send_copies(user),
    }
