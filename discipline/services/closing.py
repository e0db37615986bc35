"""A case ends without penalty, with reasons (B10); and what is noted of a legal follow-up (P4)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from discipline.models import Case, Step
from discipline.permissions.proceedings import can_prosecute
from discipline.transitions import after
from mentoring.services.recordings import release_holds
from record.services import lock_chains, write
from rulebook.board import PROCEEDINGS
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.texts import written

from .acts import about, enter, lock_case, move, news, touch
from .telling import heads_of_learning


@transaction.atomic
def close_case(*, case_id: int, reasons: str, expected: int | None = None, by: User, now: datetime) -> Case:
    """Close a case without penalty, at any stage before the decision (B10); the student is told why.

    Raises ``RuleError`` on ``reasons``, ``state`` and ``revision``.
    """
    case = lock_case(case_id)
    if not can_prosecute(by, case):
        raise PermissionDenied
    after(case.state, Step.CLOSE)
    if expected is not None and expected != case.revision:
        raise _refuse(
            "revision", gettext_noop("Something about this case changed meanwhile. Read it again first.")
        )
    return close_locked(case, reasons=reasons, by=by, now=now)


def close_locked(case: Case, *, reasons: str, by: User, now: datetime) -> Case:
    """The same for a case that is locked, by whoever may: also where the Board voted that there is no penalty."""
    if not (reasons := written(reasons)):
        raise _refuse("reasons", gettext_noop("Say why the case is closed: the student reads it."))
    chains = lock_chains([case.student.user_id])
    move(case, Step.CLOSE, closed_at=now, closed_by=by, closing_reason=reasons)
    release_holds({about(case): now})
    team = {*heads_of_learning(), case.enrolment.path.learning_manager_id} - {by.pk}
    board = set(case.members.filter(recused_at=None, left_at=None).values_list("user_id", flat=True))
    write(
        entries=[
            enter("case_closed", case, now, by=by, facts={"reasons": reasons}, clause=PROCEEDINGS),
        ],
        messages=news(
            "closed",
            case,
            {case.student.user_id, *team, *(board - {by.pk})},
            f"case-closed:{case.pk}",
            now,
            context={"reasons": reasons},
            kind="case_news",
            clause=PROCEEDINGS,
        ),
        now=now,
        chains=chains,
    )
    return case


@transaction.atomic
def note_legal_followup(*, case_id: int, note: str, by: User, now: datetime) -> Case:
    """Note what follows before the courts (3.5, P4): for those who run the case, at any stage. Empty takes it back."""
    case = lock_case(case_id)
    if not can_prosecute(by, case):
        raise PermissionDenied
    case.legal_note = note.strip()
    touch(case, "legal_note")
    # In the school's own chain: it is the school's note, and no measure against the student.
    entry = enter("legal_followup_noted", case, now, by=by, facts={}, clause="3.5")
    write(entries=[entry._replace(subject_id=None)], now=now)
    return case


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, PROCEEDINGS, message)
