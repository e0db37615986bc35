"""The summons to a meeting of the Board (B3): made from its parts, sent by e-mail or handed over, dispatched, received.

The 72 hours count from when it really went out: from ``sent_at`` of the message that carries it, or from when the
signed receipt of a hand delivery came in. A meeting that moves gets a new summons, with its own 72 hours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from discipline.models import (
    Case,
    CaseState,
    Meeting,
    Step,
    Summons,
    SummonsChannel,
)
from discipline.permissions.board import can_arrange_board, can_receive_by_hand, is_the_student
from discipline.selectors.availability import other_boards
from discipline.selectors.board import planned_meeting, standing_members
from record.documents.services import Upload, store_document
from record.models import Message
from record.rendering import language_of
from record.services import lock_chains, write
from record.types import NewMessage
from rulebook.board import BOARD, NEEDED, check_parts, check_start
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at

from .acts import about, enter, lock_case, move, news, touch
from .invitations import attendants, invite, meeting_context

LONGEST_MEETING = timedelta(hours=4)
MICROSECOND = timedelta(microseconds=1)
RIGHT = gettext_noop(
    "You have the right to be accompanied by a student representative who follows the same training as you."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPlan:
    """What whoever summons writes; the rest of the summons follows from the case."""

    starts_at: datetime
    ends_at: datetime
    place: str
    video_link: str
    purpose: str
    grounds: str


def parts_of(case: Case, plan: MeetingPlan) -> dict[str, Any]:
    """The required parts, the right to be accompanied in the student's language (B3)."""
    with translation.override(language_of(case.student.user)):
        right = _(RIGHT)
    return {
        "purpose": plan.purpose.strip(),
        "grounds": plan.grounds.strip(),
        "starts_at": plan.starts_at,
        "place": plan.place.strip(),
        "video_link": plan.video_link.strip(),
        "right_text": right,
    }


def check_plan(case: Case, plan: MeetingPlan, now: datetime) -> dict[str, Any]:
    """The parts of the summons that would go out now. Raises ``RuleError`` on whatever stands against it."""
    if case.state not in (CaseState.INFORMED, CaseState.SUMMONED):
        raise _refuse("case", gettext_noop("A summons follows the complaint, once that was sent."))
    seats = {member.role for member in standing_members(case)}
    if not seats >= set(NEEDED):
        raise _refuse("case", gettext_noop("Compose the Board first: chair and Learning Manager."))
    parts = parts_of(case, plan)
    check_parts(parts)
    # It cannot go out before now: what is too soon now stays too soon.
    check_start(plan.starts_at, now, policy_at(now).board)
    if not timedelta(0) < plan.ends_at - plan.starts_at <= LONGEST_MEETING:
        raise _refuse("ends_at", gettext_noop("A meeting ends after its start, within four hours."))
    if other_boards(case, plan.starts_at, plan.ends_at):
        raise _refuse("starts_at", gettext_noop("A member sits on another Board at that time."))
    return parts


@transaction.atomic
def summon(
    *, case_id: int, plan: MeetingPlan, channel: str, by: User, now: datetime, expected: int | None = None
) -> Summons:
    """Plan a meeting and summon the student to it; one that is planned already moves, and gets a new summons.

    ``expected`` is the case's revision that was looked at (abuse 53). Raises ``RuleError`` on the field, and where
    a part is missing or the meeting would be sooner than the policy allows.
    """
    case = lock_case(case_id)
    if not can_arrange_board(by, case):
        raise PermissionDenied
    if expected is not None and case.revision != expected:
        raise _refuse("case", gettext_noop("The case has changed since you opened this page. Look again."))
    settle_dispatch(case)
    meeting = planned_meeting(case)
    parts = check_plan(case, plan, now)
    moved = None
    if meeting is None:
        meeting = Meeting(case=case, planned_at=now, planned_by=by, zone=case.enrolment.time_zone)
    else:
        moved = meeting.starts_at
        Summons.objects.filter(meeting=meeting, superseded_at__isnull=True).update(superseded_at=now)
        meeting.revision += 1
    meeting.starts_at, meeting.ends_at = plan.starts_at, plan.ends_at
    meeting.place, meeting.video_link = parts["place"], parts["video_link"]
    meeting.reminded_at = None
    meeting.save()
    case.members.update(available=None, available_at=None)
    if case.state == CaseState.SUMMONED:
        move(case, Step.ADJOURN)
    row = _issue(case, meeting, parts, channel, by, now)
    touch(case)
    facts = _facts(row)
    entries = [enter("summons_issued", case, now, by=by, facts={**facts, "outcome": row.channel})]
    if moved is not None:
        entries.insert(0, enter("meeting_moved", case, now, by=by, facts={**facts, "before_at": moved}))
    messages = invite(meeting, case, attendants(case), now)
    if row.channel == SummonsChannel.EMAIL:
        messages.append(_message(row, case, meeting, now))
    write(entries=entries, messages=messages, now=now)
    return row


def _issue(
    case: Case, meeting: Meeting, parts: Mapping[str, Any], channel: str, by: User, now: datetime
) -> Summons:
    policy = policy_at(now)
    notice = policy.board.summons
    number = Summons.objects.filter(meeting=meeting).count() + 1
    occasion = f"board-summons:{meeting.pk}:{number}:{case.student.user_id}"
    return Summons.objects.create(
        meeting=meeting,
        case=case,
        purpose=parts["purpose"],
        grounds=parts["grounds"],
        says_at=meeting.starts_at,
        zone=meeting.zone,
        place=f"{parts['place']} · {parts['video_link']}",
        right_text=parts["right_text"],
        channel=SummonsChannel(channel),
        message_occasion=occasion if channel == SummonsChannel.EMAIL else None,
        issued_at=now,
        issued_by=by,
        notice_microseconds=notice // MICROSECOND,
        latest_at=meeting.starts_at - notice,
        policy_id=policy.id,
    )


def _message(row: Summons, case: Case, meeting: Meeting, now: datetime) -> NewMessage:
    [message] = news(
        "summoned",
        case,
        [case.student.user_id],
        (row.message_occasion or "").rpartition(":")[0],
        now,
        kind="board_summons",
        context={
            **meeting_context(meeting, now),
            "summons": row.pk,
            "purpose": row.purpose,
            "grounds": row.grounds,
            "right": row.right_text,
            "members": [
                {"seat": member.role, "name": member.user.full_name} for member in standing_members(case)
            ],
        },
    )
    return message


# ---- dispatch: by the sweep, and before anything is done that depends on it


def undispatched(until: datetime | None = None) -> QuerySet[Summons]:
    """Summonses by e-mail whose message went out (by then), with ``sent_at``, which is the message's own."""
    message = Message.objects.filter(occasion=OuterRef("message_occasion"), state=Message.State.SENT)
    if until is not None:
        message = message.filter(sent_at__lte=until)
    rows = Summons.objects.filter(
        channel=SummonsChannel.EMAIL, dispatched_at__isnull=True, superseded_at__isnull=True
    )
    return rows.annotate(sent_at=Subquery(message.values("sent_at")[:1])).filter(sent_at__isnull=False)


def settle_dispatch(case: Case) -> None:
    """Take note of a dispatch that the sweep has not come to yet, as the sweep would have (A10)."""
    for row in undispatched().filter(case=case).select_related("meeting"):
        _dispatch(case, row, row.sent_at, row.sent_at)  # type: ignore[attr-defined]  # annotated


def summonses_sent(case_ids: Sequence[int], now: datetime) -> int:
    """Of these locked cases, take note of when the messages of their summonses went out.

    A few statements for each summons: there are few of them.
    """
    rows = list(
        undispatched()
        .filter(case__in=case_ids)
        .select_related("meeting", "case__student__user", "case__enrolment__path")
        .order_by("case_id", "pk")
    )
    # Chains in one order, whatever the order of the cases.
    lock_chains({row.case.student.user_id for row in rows})
    for row in rows:
        _dispatch(row.case, row, row.sent_at, now)  # type: ignore[attr-defined]  # annotated
    return len(rows)


def _dispatch(case: Case, row: Summons, at: datetime, now: datetime) -> None:
    """A summons went out: in time, the student is summoned; too late, the meeting has to move (B3)."""
    row.dispatched_at = at
    row.save(update_fields=["dispatched_at", "receipt"])
    facts = {**_facts(row), "dispatched_at": at}
    entries = [
        enter(
            "summons_dispatched",
            case,
            now,
            by=None,
            facts={**facts, "outcome": row.channel},
            happened_at=at,
        )
    ]
    messages: list[NewMessage] = []
    if at <= row.latest_at:
        if case.state == CaseState.INFORMED:
            move(case, Step.SUMMON)
    else:
        entries.append(enter("summons_late", case, now, by=None, facts=facts, happened_at=at))
        members = {member.user_id for member in standing_members(case)}
        messages = news(
            "summons_late",
            case,
            {row.issued_by_id, row.meeting.planned_by_id, *members},
            f"board-summons-late:{row.pk}",
            now,
            context={**meeting_context(row.meeting, now), "dispatched_at": at, "latest_at": row.latest_at},
        )
        touch(case)
    write(entries=entries, messages=messages, now=now)


@transaction.atomic
def file_receipt(*, summons_id: int, upload: Upload, by: User, now: datetime) -> Summons:
    """A summons was handed over: its signed receipt. It counts from when the receipt comes in here (B3).

    Raises ``RuleError`` on ``file`` and ``summons``.
    """
    row, case = _locked(summons_id)
    if not can_receive_by_hand(by, case):
        raise PermissionDenied
    if row.channel != SummonsChannel.HAND or row.superseded_at or row.dispatched_at:
        raise _refuse("summons", gettext_noop("This summons needs no receipt."))
    row.receipt = store_document(
        purpose="summons-receipt", upload=upload, subject=case.student.user, about=about(case), by=by, now=now
    )
    _dispatch(case, row, now, now)
    return row


@transaction.atomic
def acknowledge_summons(*, summons_id: int, by: User, now: datetime) -> Summons:
    """The student says that they have it. Nothing hangs on it: the 72 hours count from the dispatch."""
    row, case = _locked(summons_id)
    if not is_the_student(by, case):
        raise PermissionDenied
    if row.acknowledged_at is None:
        if row.superseded_at is not None:
            raise _refuse("summons", gettext_noop("Another summons took the place of this one."))
        row.acknowledged_at = now
        row.save(update_fields=["acknowledged_at"])
        write(entries=[enter("summons_acknowledged", case, now, by=by, facts=_facts(row))], now=now)
    return row


def _locked(summons_id: int) -> tuple[Summons, Case]:
    case = lock_case(Summons.objects.values_list("case_id", flat=True).get(pk=summons_id))
    settle_dispatch(case)
    rows = Summons.objects.select_for_update(of=("self",), no_key=True).select_related("meeting")
    return rows.get(pk=summons_id), case


def _facts(row: Summons) -> dict[str, Any]:
    return {
        "summons": row.pk,
        "meeting": row.meeting_id,
        "says_at": row.says_at,
        "place": row.place,
        "purpose": row.purpose,
        "grounds": row.grounds,
        "latest_at": row.latest_at,
    }


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, BOARD, message)
