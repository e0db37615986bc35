"""Who sits on the Board of a case (B2): named, stepping back, saying whether they can come."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from discipline.models import BoardMember, BoardRole, Case, CaseState, MeetingState
from discipline.permissions.board import can_arrange_board
from discipline.selectors.board import candidate, reporters_of, standing_members
from record.services import write
from rulebook.board import BOARD, Seat, check_seat
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.texts import written

from .acts import ensure_pending, enter, lock_case, news, touch
from .invitations import invite_member, uninvite_member


@transaction.atomic
def name_member(*, case_id: int, seat: str, user_id: int, by: User, now: datetime) -> BoardMember:
    """Give somebody a seat (B2). Raises ``RuleError`` on ``user``, ``seat`` and ``case``."""
    case = lock_case(case_id)
    _ensure_arranges(by, case)
    _ensure_before_meeting(case)
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise _refuse("user", gettext_noop("There is nobody like this."))
    return _seat(case, Seat(seat), user, by, now)


@transaction.atomic
def seat_by_office(*, case_id: int, by: User, now: datetime) -> list[BoardMember]:
    """Give the two seats that are still free to those whose office it is, where it is clear whose.

    The chair to the one Head of Learning who may sit, the other to the Path's Learning Manager.
    """
    case = lock_case(case_id)
    _ensure_arranges(by, case)
    _ensure_before_meeting(case)
    taken = {member.role for member in standing_members(case)}
    made = []
    for seat, people in (
        (Seat.CHAIR, User.objects.filter(role_grants__role="head_of_learning", is_active=True)),
        (Seat.LEARNING_MANAGER, User.objects.filter(managed_paths=case.enrolment.path)),
    ):
        if seat in taken:
            continue
        fit = [person for person in people.order_by("pk") if _fits(case, seat, person, now)]
        if len(fit) == 1:
            made.append(_seat(case, seat, fit[0], by, now, office=True))
    if not made:
        raise _refuse(
            "seat", gettext_noop("Name the members one by one: it is not clear who sits by office.")
        )
    return made


def _fits(case: Case, seat: Seat, person: User, now: datetime) -> bool:
    try:
        check_seat(seat, candidate(case, person, now))
    except RuleError:
        return False
    return True


def _seat(
    case: Case, seat: Seat, user: User, by: User, now: datetime, *, office: bool = False
) -> BoardMember:
    check_seat(seat, candidate(case, user, now))
    try:
        with transaction.atomic():
            member = BoardMember.objects.create(
                case=case, user=user, role=seat, named_at=now, named_by=None if office else by
            )
    except IntegrityError:
        raise _refuse("seat", gettext_noop("This seat is taken.")) from None
    touch(case)
    facts = {"outcome": str(seat), "member": user.full_name, "member_id": user.pk}
    write(
        entries=[enter("board_member_named", case, now, by=by, facts=facts)],
        messages=[
            *news("named", case, [user.pk], f"board-named:{member.pk}", now, context={"seat": str(seat)}),
            *invite_member(member, now),
        ],
        now=now,
    )
    return member


@transaction.atomic
def step_back(*, member_id: int, reason: str, by: User, now: datetime, recused: bool = True) -> BoardMember:
    """A member steps back: recused from this case for good, or leaving the seat to somebody else (B2).

    By themselves or by whoever composes the Board, before the meeting. Raises ``RuleError`` on ``reason`` and
    ``case``. The reason is kept with the seat and told to nobody: it may say who reported.
    """
    case = lock_case(BoardMember.objects.values_list("case_id", flat=True).get(pk=member_id))
    member = BoardMember.objects.select_for_update(of=("self",), no_key=True).get(pk=member_id)
    member.case = case
    if member.user_id != by.pk:
        _ensure_arranges(by, case)
    _ensure_before_meeting(case)
    if member.recused_at or member.left_at:
        raise _refuse("case", gettext_noop("This seat is free already."))
    if not written(reason):
        raise _refuse("reason", gettext_noop("Say why, in a sentence."))
    if recused:
        member.recused_at, member.recused_by, member.recusal_reason = now, by, reason.strip()
        member.save(update_fields=["recused_at", "recused_by", "recusal_reason"])
    else:
        member.left_at = now
        member.save(update_fields=["left_at"])
    touch(case)
    outcome = "recused" if recused else "left"
    facts = {"outcome": outcome, "member": member.user.full_name, "member_id": member.user_id}
    told = [one.user_id for one in standing_members(case)]
    write(
        entries=[enter("board_member_stepped_back", case, now, by=by, facts=facts)],
        messages=[
            *news(
                "stepped_back",
                case,
                {*told, member.named_by_id, by.pk} - {member.user_id, *reporters_of(case)},
                f"board-stepped-back:{member.pk}",
                now,
                context={"member": member.user.full_name, "seat": member.role},
            ),
            *uninvite_member(member, now),
        ],
        now=now,
    )
    return member


@transaction.atomic
def say_available(*, member_id: int, available: bool, by: User, now: datetime) -> BoardMember:
    """A member says whether they can come to the meeting that is planned. Raises ``RuleError`` on ``available``."""
    case = lock_case(BoardMember.objects.values_list("case_id", flat=True).get(pk=member_id))
    member = BoardMember.objects.select_for_update(of=("self",), no_key=True).get(pk=member_id)
    if member.user_id != by.pk or member.recused_at or member.left_at:
        raise PermissionDenied
    meeting = case.meetings.filter(state=MeetingState.PLANNED).first()
    if meeting is None:
        raise _refuse("available", gettext_noop("No meeting is planned."))
    member.available, member.available_at = available, now
    member.save(update_fields=["available", "available_at"])
    touch(case)
    if not available:
        write(
            entries=[],
            messages=news(
                "unavailable",
                case,
                [meeting.planned_by_id],
                f"board-unavailable:{member.pk}:{meeting.pk}:{meeting.revision}",
                now,
                context={
                    "member": by.full_name,
                    "seat": member.role,
                    "starts_at": meeting.starts_at,
                    "needed": member.role != BoardRole.REPRESENTATIVE,
                },
            ),
            now=now,
        )
    return member


def _ensure_arranges(by: User, case: Case) -> None:
    if not can_arrange_board(by, case):
        raise PermissionDenied


def _ensure_before_meeting(case: Case) -> None:
    ensure_pending(case)
    if case.state == CaseState.HEARD:
        raise _refuse("case", gettext_noop("The meeting was held: the Board that held it decides."))


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, BOARD, message)
