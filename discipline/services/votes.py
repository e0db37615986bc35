"""Votes of the chair and the Learning Manager, and the advice of the student representative (B2, B5)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from discipline.models import (
    Advice,
    BoardMember,
    BoardRole,
    Case,
    CaseState,
    Meeting,
    MeetingAttendance,
    MeetingState,
    Vote,
)
from discipline.permissions.board import sits_to_decide
from discipline.selectors.board import proposed_measure, seat_of, standing_members
from record.services import write
from rulebook.board import BOARD
from rulebook.decisions import Measure, check_scale
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.texts import written

from .acts import enter, lock_case, news, touch


@transaction.atomic
def cast_vote(*, meeting_id: int, choice: str, reasons: str, by: User, now: datetime) -> Vote:
    """One vote at a meeting that was held, with its reasons; it is never changed.

    Raises ``RuleError`` on ``choice``, ``reasons``, ``votes`` and ``meeting``; who only advises may not (B2).
    """
    meeting, case = _held(meeting_id)
    member = sits_to_decide(by, case)
    if member is None:
        raise PermissionDenied
    if not MeetingAttendance.objects.filter(meeting=meeting, member=member, present=True).exists():
        raise _refuse("votes", gettext_noop("Only who was at the meeting votes."))
    if choice != Measure.NONE:
        check_scale(choice, case.kind, proposed_measure(case))
    if not written(reasons):
        raise _refuse("reasons", gettext_noop("Say why, in a sentence."))
    try:
        with transaction.atomic():
            row = Vote.objects.create(
                meeting=meeting, member=member, choice=choice, reasons=reasons.strip(), cast_at=now
            )
    except IntegrityError:
        raise _refuse("votes", gettext_noop("One vote each: this one is cast.")) from None
    touch(case)
    messages = []
    if meeting.votes.count() == 2:
        chair = [each.user_id for each in standing_members(case) if each.role == BoardRole.CHAIR]
        messages = news("voted", case, set(chair) - {by.pk}, f"board-voted:{meeting.pk}", now)
    # What was voted the members read; the student reads the decision.
    facts = {"meeting": meeting.pk, "starts_at": meeting.starts_at, "outcome": member.role}
    write(entries=[enter("board_vote_cast", case, now, by=by, facts=facts)], messages=messages, now=now)
    return row


@transaction.atomic
def give_advice(*, meeting_id: int, text: str, by: User, now: datetime) -> Advice:
    """What the student representative advises: heard and recorded apart from the votes (B2).

    Raises ``RuleError`` on ``text`` and ``meeting``.
    """
    meeting, case = _held(meeting_id)
    member = _representative(by, case)
    if not written(text):
        raise _refuse("text", gettext_noop("Write down what you advise."))
    try:
        with transaction.atomic():
            row = Advice.objects.create(meeting=meeting, member=member, text=text.strip(), given_at=now)
    except IntegrityError:
        raise _refuse("text", gettext_noop("Your advice is recorded already.")) from None
    touch(case)
    facts = {"meeting": meeting.pk, "starts_at": meeting.starts_at}
    write(entries=[enter("board_advice_given", case, now, by=by, facts=facts)], now=now)
    return row


def _representative(by: User, case: Case) -> BoardMember:
    member = seat_of(by, case) if by.is_active else None
    if member is None or member.role != BoardRole.REPRESENTATIVE:
        raise PermissionDenied
    return member


def _held(meeting_id: int) -> tuple[Meeting, Case]:
    case = lock_case(Meeting.objects.values_list("case_id", flat=True).get(pk=meeting_id))
    meeting = Meeting.objects.get(pk=meeting_id)
    if meeting.state != MeetingState.HELD or case.state != CaseState.HEARD:
        raise _refuse("meeting", gettext_noop("The Board votes after the meeting, and before its decision."))
    return meeting, case


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, BOARD, message)
