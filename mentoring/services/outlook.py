"""What a decision of the school would lead to, told before it is taken: absences in a row and the case (A7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mentoring.models import Session, Streak
from rulebook.attendance import streak_stands
from rulebook.policy import policy_at

from .streaks import tally_of


@dataclass(frozen=True, slots=True)
class Outlook:
    """Absences in a row that count ``before`` and ``after``, out of ``size``.

    ``withdraws``: the case of a streak that this session is part of no longer stands; ``sealed``: the Board
    has decided that case, so it stands; ``opens``: a case opens.
    """

    before: int
    after: int
    size: int
    withdraws: bool
    sealed: bool
    opens: bool


def outlook(session: Session, outcome: str, now: datetime) -> Outlook:
    """What follows if this session's outcome becomes ``outcome`` (a session state). Writes nothing."""
    size = policy_at(session.starts_at).attendance.streak
    tally = tally_of(session.enrolment_id, now)
    before = len(tally.view(size).current)
    tally.put(session.pk, session.starts_at, outcome, ground="", facts="{}")
    withdraws = sealed = False
    streaks = Streak.objects.filter(enrolment=session.enrolment_id, undone_at__isnull=True)
    for streak in streaks.prefetch_related("members__absence"):
        ids = [member.absence.session_id for member in streak.members.all()]
        if streak_stands(list(tally.marks.values()), ids):
            continue
        if streak.sealed_at is not None:
            sealed = True
            continue
        withdraws = True
        tally.hold([pk for pk in ids if pk in tally.marks], held=False)
    view = tally.view(size)
    return Outlook(before, len(view.current), size, withdraws, sealed, bool(view.complete))
