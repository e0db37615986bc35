"""The meeting of the Board (B2–B4): held, with what was said; called off; adjourned on a proved circumstance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from discipline.models import (
    Case,
    CaseState,
    Excuse,
    ExcuseState,
    Meeting,
    MeetingAttendance,
    MeetingState,
    Step,
)
from discipline.permissions.board import can_arrange_board, is_the_student, keeps_minutes
from discipline.selectors.board import companion_of, live_summons, standing_members
from record.documents.services import Upload, store_document
from record.services import lock_chains, write
from record.types import NewEntry, NewMessage
from rulebook.board import BOARD, PROCEEDINGS, MeetingFacts, Seat, check_adjournment, check_meeting
from rulebook.decisions import letter_window
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import get_policy
from rulebook.texts import written

from .acts import about, enter, lock_case, move, news, touch
from .invitations import everybody, meeting_context, withdraw_invitation
from .summonses import settle_dispatch


@transaction.atomic
def hold_meeting(
    *,
    meeting_id: int,
    grounds_stated: str,
    explanations: str,
    present: Collection[int],
    student_present: bool,
    companion_present: bool,
    by: User,
    now: datetime,
) -> Meeting:
    """The minutes of a meeting that took place: who was there (``present``: members, by id), and what was said.

    It is dated by when it began, whenever the minutes are written: the days of the letter count from there (B6).
    Raises ``RuleError`` on whatever the meeting lacks.
    """
    meeting, case = _locked(meeting_id)
    if not keeps_minutes(by, case):
        raise PermissionDenied
    if meeting.state != MeetingState.PLANNED:
        raise _refuse("meeting", gettext_noop("This meeting is over, or was called off."))
    members = standing_members(case)
    if not set(present) <= {member.pk for member in members}:
        raise _refuse("attendance", gettext_noop("Only members of this Board sit in it."))
    summons = live_summons(meeting)
    excuses = list(Excuse.objects.filter(meeting=meeting, state=ExcuseState.SENT))
    if any(not (companion_present if each.of_companion else student_present) for each in excuses):
        raise _refuse(
            "excuse", gettext_noop("Somebody sent a proof of why they cannot come: decide on it first.")
        )
    facts = MeetingFacts(
        starts_at=meeting.starts_at,
        summons_says_at=summons.says_at if summons else None,
        dispatched_at=summons.dispatched_at if summons else None,
        present=frozenset(Seat(member.role) for member in members if member.pk in present),
        grounds_stated=grounds_stated,
        explanations=explanations,
        student_present=student_present,
    )
    # The policy that its summons was made under.
    terms = get_policy(summons.policy_id if summons else case.policy_id).board
    check_meeting(facts, now, terms)
    companion = companion_of(case)
    if companion_present and (companion is None or companion.accepted_at is None):
        raise _refuse("companion_present", gettext_noop("Nobody accompanies the student."))
    MeetingAttendance.objects.bulk_create(
        MeetingAttendance(meeting=meeting, member=member, present=member.pk in present) for member in members
    )
    meeting.state = MeetingState.HELD
    meeting.grounds_stated, meeting.explanations = grounds_stated.strip(), explanations.strip()
    meeting.student_present, meeting.companion_present = student_present, companion_present
    meeting.held_at, meeting.minutes_at, meeting.minutes_by = meeting.starts_at, now, by
    meeting.revision += 1
    meeting.save()
    move(case, Step.HEAR, heard_at=meeting.held_at)
    window = letter_window(meeting.held_at, case.enrolment.time_zone, terms)
    told: dict[str, Any] = {
        "meeting": meeting.pk,
        "starts_at": meeting.starts_at,
        "grounds": meeting.grounds_stated,
        "explanations": meeting.explanations,
    }
    entry = enter(
        "meeting_held",
        case,
        now,
        by=by,
        facts={
            **told,
            "outcome": "present" if student_present else "absent",
            "attendance": [
                {"seat": member.role, "name": member.user.full_name, "present": member.pk in present}
                for member in members
            ],
            "companion_present": companion_present,
        },
        happened_at=meeting.held_at,
    )
    messages = news(
        "held",
        case,
        [case.student.user_id],
        f"board-held:{meeting.pk}",
        now,
        context={**told, "earliest_at": window.earliest_at, "late_at": window.late_at},
    )
    write(entries=[entry], messages=messages, now=now)
    return meeting


@transaction.atomic
def call_off_meeting(*, meeting_id: int, reason: str, by: User, now: datetime) -> Meeting:
    """A meeting does not take place; another one needs its own summons. Raises ``RuleError`` on ``reason``."""
    meeting, case = _locked(meeting_id)
    if not can_arrange_board(by, case):
        raise PermissionDenied
    if meeting.state != MeetingState.PLANNED:
        raise _refuse("meeting", gettext_noop("This meeting is over, or was called off."))
    if not written(reason):
        raise _refuse("reason", gettext_noop("Say why: everybody who was invited reads it."))
    people = everybody(case)
    _end(meeting, MeetingState.CALLED_OFF, reason.strip(), now)
    _back(case)
    facts = {"meeting": meeting.pk, "starts_at": meeting.starts_at, "reason": meeting.adjournment_reason}
    write(
        entries=[enter("meeting_called_off", case, now, by=by, facts=facts)],
        messages=withdraw_invitation(
            meeting, case, people, "called_off", now, context={"reason": meeting.adjournment_reason}
        ),
        now=now,
    )
    return meeting


@transaction.atomic
def send_excuse(
    *,
    meeting_id: int,
    ground: str,
    text: str,
    of_companion: bool,
    upload: Upload | None,
    by: User,
    now: datetime,
) -> Excuse:
    """Why the student, or the companion, cannot come, with the official document (B4).

    By that person, or entered by who keeps the minutes. Raises ``RuleError`` on ``ground``, ``document`` and
    ``meeting``.
    """
    meeting, case = _locked(meeting_id)
    companion = companion_of(case)
    accompanies = companion is not None and companion.user_id == by.pk and companion.accepted_at is not None
    allowed = keeps_minutes(by, case) or (accompanies if of_companion else is_the_student(by, case))
    if not allowed:
        raise PermissionDenied
    if meeting.state != MeetingState.PLANNED:
        raise _refuse("meeting", gettext_noop("This meeting is over, or was called off."))
    if of_companion and (companion is None or companion.accepted_at is None):
        raise _refuse("of_companion", gettext_noop("Nobody accompanies the student."))
    found = check_adjournment(ground, document=upload is not None, absent=True)
    assert upload is not None
    if Excuse.objects.filter(meeting=meeting, state=ExcuseState.SENT).exists():
        raise _refuse("meeting", gettext_noop("A proof was sent already, and is being looked at."))
    subject = companion.user if of_companion and companion is not None else case.student.user
    document = store_document(
        purpose="adjournment-proof", upload=upload, subject=subject, about=about(case), by=by, now=now
    )
    row = Excuse.objects.create(
        meeting=meeting,
        of_companion=of_companion,
        ground=str(found),
        text=text.strip(),
        document=document,
        sent_at=now,
        sent_by=by,
    )
    touch(case)
    facts = {"meeting": meeting.pk, "starts_at": meeting.starts_at, "excuse": row.pk}
    deciders = [member.user_id for member in standing_members(case) if member.role != Seat.REPRESENTATIVE]
    write(
        # Not which circumstance: of an illness its readers alone know.
        entries=[
            enter(
                "excuse_sent",
                case,
                now,
                by=by,
                facts={**facts, "outcome": "companion" if of_companion else "student"},
                clause=PROCEEDINGS,
            )
        ],
        messages=news(
            "excuse_sent",
            case,
            set(deciders) - {by.pk},
            f"board-excuse:{row.pk}",
            now,
            context={**meeting_context(meeting, now), "of_companion": of_companion},
            clause=PROCEEDINGS,
        ),
        now=now,
    )
    return row


@transaction.atomic
def decide_excuse(*, excuse_id: int, accept: bool, reasons: str, by: User, now: datetime) -> Excuse:
    """Accept a proof, which adjourns the meeting, or refuse it with reasons; by chair or Learning Manager (B4).

    Raises ``RuleError`` on ``reasons`` and ``excuse``.
    """
    meeting, case = _locked(Excuse.objects.values_list("meeting_id", flat=True).get(pk=excuse_id))
    if not keeps_minutes(by, case):
        raise PermissionDenied
    row = Excuse.objects.select_for_update(of=("self",), no_key=True).get(pk=excuse_id)
    if row.state != ExcuseState.SENT or meeting.state != MeetingState.PLANNED:
        raise _refuse("excuse", gettext_noop("This was decided already."))
    if not accept and not written(reasons):
        raise _refuse("reasons", gettext_noop("Say why it is refused."))
    row.state = ExcuseState.ACCEPTED if accept else ExcuseState.REFUSED
    row.decided_at, row.decided_by, row.reasons = now, by, reasons.strip()
    row.save(update_fields=["state", "decided_at", "decided_by", "reasons"])
    facts = {"meeting": meeting.pk, "starts_at": meeting.starts_at, "excuse": row.pk}
    if accept:
        people = everybody(case)
        _end(meeting, MeetingState.ADJOURNED, row.get_ground_display(), now, proof_id=row.document_id)
        _back(case)
        entry = enter("meeting_adjourned", case, now, by=by, facts=facts, clause=PROCEEDINGS)
        messages = withdraw_invitation(meeting, case, people, "adjourned", now)
    else:
        touch(case)
        facts = {**facts, "reasons": row.reasons}
        entry = enter("excuse_refused", case, now, by=by, facts=facts, clause=PROCEEDINGS)
        messages = news(
            "excuse_refused",
            case,
            [row.sent_by_id, case.student.user_id],
            f"board-excuse-refused:{row.pk}",
            now,
            context={**meeting_context(meeting, now), "reasons": row.reasons},
            clause=PROCEEDINGS,
        )
    write(entries=[entry], messages=messages, now=now)
    return row


def meetings_off(meeting_ids: Sequence[int], now: datetime) -> int:
    """Call these locked meetings off: their case was closed or withdrawn, and nobody needs to come."""
    rows = list(
        Meeting.objects.filter(
            pk__in=meeting_ids,
            state=MeetingState.PLANNED,
            case__state__in=(CaseState.CLOSED, CaseState.WITHDRAWN),
        )
        .select_related("case__student__user", "case__enrolment__path")
        .order_by("pk")
    )
    lock_chains({row.case.student.user_id for row in rows})
    entries: list[NewEntry] = []
    messages: list[NewMessage] = []
    for row in rows:
        at = row.case.closed_at or row.case.withdrawn_at or now
        people = everybody(row.case)
        _end(row, MeetingState.CALLED_OFF, CASE_ENDED, at)
        facts = {"meeting": row.pk, "starts_at": row.starts_at, "why": CASE_ENDED}
        entries.append(
            enter("meeting_called_off", row.case, now, by=None, facts={**facts, "reason": ""}, happened_at=at)
        )
        messages += withdraw_invitation(row, row.case, people, "case_ended", now)
    write(entries=entries, messages=messages, now=now)
    return len(rows)


CASE_ENDED = gettext_noop("The case was closed.")


def _end(
    meeting: Meeting, state: MeetingState, reason: str, at: datetime, *, proof_id: int | None = None
) -> None:
    meeting.state, meeting.adjourned_at, meeting.adjournment_reason = state, at, reason
    meeting.proof_id = proof_id
    meeting.revision += 1
    meeting.save(update_fields=["state", "adjourned_at", "adjournment_reason", "proof", "revision"])
    meeting.summonses.filter(superseded_at__isnull=True).update(superseded_at=at)


def _back(case: Case) -> None:
    if case.state == CaseState.SUMMONED:
        move(case, Step.ADJOURN)
    else:
        touch(case)


def _locked(meeting_id: int) -> tuple[Meeting, Case]:
    case = lock_case(Meeting.objects.values_list("case_id", flat=True).get(pk=meeting_id))
    settle_dispatch(case)
    return Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting_id), case


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, BOARD, message)
