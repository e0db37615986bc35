"""What time does to leaves: complete once the e-mail was sent, reminded of, lapsed; and catching up with it (A10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Min

from record.models import Message
from record.services import write
from rulebook.policy import policy_at
from students.models import (
    ApprovalState,
    Enrolment,
    FunderApproval,
    LeaveRequest,
    LeaveState,
)
from students.models.leaves import OPEN
from students.selectors import student_success_team

from .telling import (
    ROW,
    asking_messages,
    current_mentors,
    deciders_of,
    entry,
    lock_training,
    message,
)


def settle_emails(pks: Sequence[int], now: datetime) -> int:
    """Requests whose e-mail was sent are complete as of then (L2)."""
    return len(_complete(_rows(pks, LeaveState.INCOMPLETE), now))


def settle_lapses(pks: Sequence[int], now: datetime) -> int:
    """Requests that nobody decided by the end of their last day."""
    rows = [row for row in _rows(pks, *OPEN) if row.lapses_at and row.lapses_at <= now]
    _complete([row for row in rows if row.state == LeaveState.INCOMPLETE], now)
    _lapse(rows)
    return len(rows)


def settle_reminders(pks: Sequence[int], now: datetime) -> int:
    """Remind, once, whom an open request waits for: the student of a funder, else who decides."""
    rows = [row for row in _rows(pks, *OPEN) if row.remind_at and row.remind_at <= now]
    mentors = current_mentors([row.enrolment_id for row in rows], now)
    waiting = set(
        FunderApproval.objects.filter(leave__in=rows)
        .exclude(state=ApprovalState.ON_FILE)
        .values_list("leave_id", flat=True)
    )
    team = student_success_team() if rows else []
    messages = []
    for row in rows:
        at = row.remind_at or now
        people = [row.enrolment.student.user_id]
        if row.pk not in waiting:
            people = deciders_of(row, mentors.get(row.enrolment_id), team)
        messages += [message(row, "reminder", person, at) for person in people]
    LeaveRequest.objects.filter(pk__in=[row.pk for row in rows]).update(remind_at=None)
    write(entries=[], messages=messages, now=now)
    return len(rows)


def _rows(pks: Sequence[int], *states: str) -> list[LeaveRequest]:
    rows = LeaveRequest.objects.filter(pk__in=pks, state__in=states).select_related(*ROW)
    return list(rows.order_by("pk"))


def _complete(rows: Sequence[LeaveRequest], now: datetime) -> list[LeaveRequest]:
    """Of these incomplete requests, those whose e-mail has gone out are complete from that instant."""
    sent_at = dict(
        LeaveRequest.objects.filter(pk__in=[row.pk for row in rows], emails__state=Message.State.SENT)
        .annotate(sent_at=Min("emails__sent_at"))
        .filter(sent_at__lte=now)
        .values_list("pk", "sent_at")
    )
    done = [row for row in rows if row.pk in sent_at and sent_at[row.pk] < (row.lapses_at or now)]
    mentors = current_mentors([row.enrolment_id for row in done], now)
    team = student_success_team() if done else []
    entries, messages = [], []
    for row in done:
        at = sent_at[row.pk]
        row.state, row.complete_at = LeaveState.REQUESTED, at
        row.remind_at = at + policy_at(row.requested_at).leave.remind_after
        row.revision += 1
        entries.append(entry(row, "leave_complete", None, at))
        messages.append(message(row, "complete", row.enrolment.student.user_id, at))
        messages += asking_messages(row, mentors.get(row.enrolment_id), at, team)
    LeaveRequest.objects.bulk_update(done, ["state", "complete_at", "remind_at", "revision"])
    write(entries=entries, messages=messages, now=now)
    return done


def _lapse(rows: Sequence[LeaveRequest]) -> None:
    entries, messages = [], []
    latest = max((row.lapses_at for row in rows if row.lapses_at), default=None)
    if latest is None:
        return
    for row in rows:
        at = row.lapses_at or latest
        row.state, row.decided_at = LeaveState.LAPSED, at
        row.remind_at = row.lapses_at = None
        row.revision += 1
        entries.append(entry(row, "leave_lapsed", None, at))
        messages.append(message(row, "lapsed", row.enrolment.student.user_id, at))
    LeaveRequest.objects.bulk_update(rows, ["state", "decided_at", "remind_at", "lapses_at", "revision"])
    write(entries=entries, messages=messages, now=latest)


def lapse_open(enrolment: Enrolment, now: datetime) -> None:
    """Requests of a training that has ended for good: nobody decides on them any more. In a transaction."""
    rows = list(
        LeaveRequest.objects.select_for_update(of=("self",), no_key=True)
        .filter(enrolment=enrolment, state__in=OPEN)
        .select_related(*ROW)
        .order_by("pk")
    )
    for row in rows:
        row.lapses_at = now
    _lapse(rows)


def take(leave_id: int, now: datetime) -> LeaveRequest:
    """The leave, its training locked first, brought up to ``now`` (A10). Raises ``LeaveRequest.DoesNotExist``."""
    enrolment_id = LeaveRequest.objects.values_list("enrolment_id", flat=True).get(pk=leave_id)
    enrolment = lock_training(enrolment_id)
    catch_up(enrolment, now)
    leave = LeaveRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=leave_id)
    leave.enrolment = enrolment
    return leave


def catch_up(enrolment: Enrolment, now: datetime) -> None:
    """What fell due before ``now`` for this training's requests, as the sweeps would have it."""
    rows = list(
        LeaveRequest.objects.select_for_update(of=("self",), no_key=True)
        .filter(enrolment=enrolment, state__in=OPEN)
        .select_related(*ROW)
        .order_by("pk")
    )
    if rows:
        _complete([row for row in rows if row.state == LeaveState.INCOMPLETE], now)
        _lapse([row for row in rows if row.lapses_at and row.lapses_at <= now])
