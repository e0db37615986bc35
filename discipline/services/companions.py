"""Who accompanies the student before the Board (4.2, B3): asked by the student, accepting or not."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from discipline.models import Case, CaseState, Companion
from discipline.selectors.board import companionship
from record.services import write
from record.types import NewEntry
from rulebook.board import PROCEEDINGS, check_companion
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop

from .acts import ensure_pending, enter, lock_case, news, touch
from .invitations import invite_companion, uninvite_companion


@transaction.atomic
def ask_companion(*, case_id: int, email: str, by: User, now: datetime) -> Companion:
    """The student asks another of the same Path to come along. Raises ``RuleError`` on ``user`` and ``case``.

    Somebody unknown, of another Path, or with a part in the case is refused in the same words (abuse 23).
    """
    case = lock_case(case_id)
    if case.student.user_id != by.pk:
        raise PermissionDenied
    _ensure_before_meeting(case)
    user = User.objects.filter(email=email.strip().lower()).first()
    check_companion(companionship(case, user, now))
    assert user is not None
    try:
        with transaction.atomic():
            row = Companion.objects.create(case=case, user=user, asked_at=now)
    except IntegrityError:
        raise _refuse("user", gettext_noop("You asked somebody already: take that back first.")) from None
    touch(case)
    write(
        entries=[_entry("companion_asked", row, case, by, now)],
        messages=news(
            "companion_asked",
            case,
            [user.pk],
            f"companion-asked:{row.pk}",
            now,
            context={"companion": row.pk},
        ),
        now=now,
    )
    return row


@transaction.atomic
def answer_companion(*, companion_id: int, accept: bool, by: User, now: datetime) -> Companion:
    """The one who was asked says yes or no; yes opens the case to them while it is under way.

    Raises ``RuleError`` on ``companion`` and ``user``.
    """
    row, case = _locked(companion_id)
    if row.user_id != by.pk:
        raise PermissionDenied
    _ensure_before_meeting(case)
    if row.accepted_at or row.declined_at or row.ended_at:
        raise _refuse("companion", gettext_noop("You answered already, or were not needed any more."))
    if accept:
        check_companion(companionship(case, by, now))
        row.accepted_at = now
    else:
        row.declined_at = now
    row.save(update_fields=["accepted_at", "declined_at"])
    touch(case)
    outcome = "accepted" if accept else "declined"
    write(
        entries=[_entry("companion_answered", row, case, by, now, outcome)],
        messages=[
            *news(
                f"companion_{outcome}",
                case,
                [case.student.user_id],
                f"companion-{outcome}:{row.pk}",
                now,
                context={"who": by.full_name},
            ),
            *(invite_companion(row, case, now) if accept else ()),
        ],
        now=now,
    )
    return row


@transaction.atomic
def end_companion(*, companion_id: int, by: User, now: datetime) -> Companion:
    """The student takes it back, or the companion steps back; what the companion saw of the case closes at once.

    Raises ``RuleError`` on ``companion``.
    """
    row, case = _locked(companion_id)
    if by.pk not in (row.user_id, case.student.user_id):
        raise PermissionDenied
    _ensure_before_meeting(case)
    if row.declined_at or row.ended_at:
        raise _refuse("companion", gettext_noop("This had ended already."))
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    touch(case)
    other = case.student.user_id if by.pk == row.user_id else row.user_id
    write(
        entries=[_entry("companion_ended", row, case, by, now)],
        messages=[
            *news(
                "companion_ended",
                case,
                [other],
                f"companion-ended:{row.pk}",
                now,
                context={"who": by.full_name},
            ),
            *uninvite_companion(row, case, now),
        ],
        now=now,
    )
    return row


def _locked(companion_id: int) -> tuple[Companion, Case]:
    case = lock_case(Companion.objects.values_list("case_id", flat=True).get(pk=companion_id))
    rows = Companion.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    return rows.get(pk=companion_id), case


def _entry(kind: str, row: Companion, case: Case, by: User, now: datetime, outcome: str = "") -> NewEntry:
    facts = {"companion": row.user.full_name, **({"outcome": outcome} if outcome else {})}
    return enter(kind, case, now, by=by, facts=facts, clause=PROCEEDINGS)


def _ensure_before_meeting(case: Case) -> None:
    ensure_pending(case)
    if case.state == CaseState.HEARD:
        raise _refuse("case", gettext_noop("The meeting was held."))


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, PROCEEDINGS, message)
