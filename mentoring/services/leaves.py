"""Leaves (2.7): asked for, decided, taken back, ended early; with their sessions and the training's end (L1-L4).

Lock order: the enrolment, then the leave, then what ``adaptations`` locks. Sweeps lock the leave alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Min

from accounts.models import User
from mentoring import permissions
from mentoring.models import Mentor, Mentorship, Session
from mentoring.selectors.lasting import lasting
from record.models import Message
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.dates import local_date
from rulebook.errors import RuleError
from rulebook.leave import (
    CLAUSE,
    Approver,
    LeaveCourse,
    begins_at,
    days_given_back,
    in_advance,
    judge_leave,
    moved_end,
    over_at,
)
from rulebook.marking import gettext_noop
from rulebook.policy import get_policy, policy_at
from students.models import (
    ApprovalState,
    Enrolment,
    EnrolmentState,
    FunderApproval,
    Funding,
    Interruption,
    InterruptionKind,
    LeaveRequest,
    LeaveState,
    ShiftCause,
)
from students.models.leaves import OPEN, STANDING, TRANSITIONS
from students.selectors import student_success_team
from students.services import NewDates
from students.services.approvals import (
    Upload,
    ask_funders,
    confirm,
    funding_on,
    missing,
    receive,
    refuse_as_funder,
    send_back,
)

from . import adaptations, cancellations, mentorships

ONE_DAY = timedelta(days=1)

SHARED = gettext_noop("These days are taken by another leave or interruption already.")


@dataclass(frozen=True, slots=True)
class LeavePlan:
    """What a leave would lead to if it were asked for now and validated."""

    course: LeaveCourse
    approver: Approver
    mentor: Mentor | None
    funders: tuple[Funding, ...]
    sessions: tuple[Session, ...]
    ends_on_before: date
    ends_on_after: date


def plan_leave(*, enrolment: Enrolment, starts_on: date, ends_on: date, by: User, now: datetime) -> LeavePlan:
    """Which rules apply to a leave and what follows from it; reads only. Raises what ``request_leave`` would."""
    course = judge_leave(starts_on, ends_on, policy_at(now).leave)
    own = enrolment.student.user_id == by.pk
    if enrolment.state != EnrolmentState.ACTIVE:
        raise _refuse("enrolment", gettext_noop("This training has ended."))
    if not enrolment.starts_on <= starts_on <= enrolment.last_day:
        raise _refuse("starts_on", gettext_noop("This day lies outside of the training."))
    if own and not in_advance(now, starts_on, enrolment.time_zone):
        raise _refuse(
            "starts_on",
            gettext_noop(
                "A leave is asked for in advance: tomorrow is the earliest first day. For a session today, give notice."
            ),
        )
    if ends_on < local_date(now, enrolment.time_zone):
        raise _refuse("ends_on", gettext_noop("These days are over."))
    if _taken(enrolment, starts_on, ends_on):
        raise _refuse("starts_on", SHARED)
    mentor = current_mentor(enrolment, now)
    # Where nobody mentors the student, Student Success stands in.
    approver = course.approver if mentor else Approver.STUDENT_SUCCESS
    sessions = cancellations.to_come(now).filter(
        enrolment=enrolment,
        starts_at__gte=begins_at(starts_on, enrolment.time_zone),
        starts_at__lt=over_at(ends_on, enrolment.time_zone),
    )
    return LeavePlan(
        course,
        approver,
        mentor,
        tuple(funding_on(enrolment, starts_on)),
        tuple(sessions.order_by("starts_at")),
        enrolment.ends_on,
        moved_end(enrolment.ends_on, course.days),
    )


@transaction.atomic
def request_leave(
    *, enrolment_id: int, starts_on: date, ends_on: date, reason: str, by: User, now: datetime
) -> LeaveRequest:
    """Ask for a leave, by the student or by staff for them.

    Over 15 days the e-mail to Student Success is part of it: the request is complete once that was sent (L2).
    Raises ``RuleError`` on ``starts_on``, ``ends_on`` and ``enrolment``.
    """
    enrolment = _enrolment(enrolment_id)
    if not permissions.can_ask_leave(by, enrolment):
        raise PermissionDenied
    _catch_up_all(enrolment, now)
    plan = plan_leave(enrolment=enrolment, starts_on=starts_on, ends_on=ends_on, by=by, now=now)
    policy = policy_at(now)
    needs_email = plan.course.needs_email
    try:
        with transaction.atomic():
            leave = LeaveRequest.objects.create(
                enrolment=enrolment,
                starts_on=starts_on,
                ends_on=ends_on,
                asked_until=ends_on,
                reason=reason.strip(),
                approver=plan.approver,
                needs_email=needs_email,
                requested_at=now,
                complete_at=None if needs_email else now,
                policy_id=policy.id,
                state=LeaveState.INCOMPLETE if needs_email else LeaveState.REQUESTED,
                remind_at=None if needs_email else now + policy.leave.remind_after,
                lapses_at=over_at(ends_on, enrolment.time_zone),
            )
    except IntegrityError as shared:
        # The database has the last word on days that two leaves would share.
        raise _refuse("starts_on", SHARED) from shared
    ask_funders(leave, plan.funders, now)
    messages = [_message(leave, "requested", enrolment.student.user_id, now)]
    if needs_email:
        messages += [_message(leave, "email", person, now) for person in student_success_team()]
    else:
        messages += _asking(leave, plan.mentor, now)
    facts = {
        "approver": str(plan.approver),
        "needs_email": needs_email,
        "reason": leave.reason,
        "funders": [str(each.funder) for each in plan.funders],
    }
    write(entries=[_entry(leave, "leave_requested", by, now, **facts)], messages=messages, now=now)
    if needs_email:
        occasions = [each.occasion for each in messages[1:]]
        leave.emails.set(Message.objects.filter(occasion__in=occasions))
    return leave


@transaction.atomic
def validate_leave(*, leave_id: int, decision: str = "", by: User, now: datetime) -> LeaveRequest:
    """The mentor or Student Success validates a leave (L1, L2): its sessions are cancelled, neutrally, and the
    training's end moves by its length (L4).

    Raises ``RuleError`` on ``leave`` when it is not whole or not open, and on ``approvals`` when a funder's
    written approval is not on file (L3).
    """
    leave = _take(leave_id, now)
    if not permissions.can_decide_leave(by, leave, current_mentor(leave.enrolment, now)):
        raise PermissionDenied
    _may_become(leave, LeaveState.VALIDATED)
    enrolment = leave.enrolment
    lacking = missing(leave, funding_on(enrolment, leave.starts_on))
    if lacking:
        raise _refuse(
            "approvals",
            gettext_noop("Not before the written approval is on file of: %(funders)s."),
            funders=", ".join(lacking),
        )
    leave.interruption = adaptations.interrupt_training(
        enrolment=enrolment,
        kind=InterruptionKind.LEAVE,
        starts_on=leave.starts_on,
        ends_on=leave.ends_on,
        by=by,
        now=now,
    )
    _move_end(leave, leave.days, ShiftCause.LEAVE, by, now)
    _close(leave, LeaveState.VALIDATED, decision.strip(), by, now)
    people = _people(leave, now)
    messages = [_message(leave, "validated", person, now) for person in people]
    entry = _entry(leave, "leave_validated", by, now, decision=leave.decision, **_end(leave))
    write(entries=[entry], messages=messages, now=now)
    return leave


@transaction.atomic
def refuse_leave(*, leave_id: int, decision: str, by: User, now: datetime) -> LeaveRequest:
    """Say no, with reasons. Raises ``RuleError`` on ``decision`` when there are none and on ``leave``."""
    if not decision.strip():
        raise _refuse("decision", gettext_noop("Say why: the student reads it."))
    leave = _take(leave_id, now)
    if not permissions.can_decide_leave(by, leave, current_mentor(leave.enrolment, now)):
        raise PermissionDenied
    _may_become(leave, LeaveState.REFUSED)
    _close(leave, LeaveState.REFUSED, decision.strip(), by, now)
    messages = [_message(leave, "refused", person, now) for person in _people(leave, now)]
    write(
        entries=[_entry(leave, "leave_refused", by, now, decision=leave.decision)], messages=messages, now=now
    )
    return leave


@transaction.atomic
def withdraw_leave(*, leave_id: int, by: User, now: datetime) -> LeaveRequest:
    """Take a leave back before its first day: an open request, or a validated one with all that it moved.

    Raises ``RuleError`` on ``leave`` when it is closed or has begun.
    """
    leave = _take(leave_id, now)
    if not permissions.can_ask_leave(by, leave.enrolment):
        raise PermissionDenied
    _may_become(leave, LeaveState.WITHDRAWN)
    if leave.state == LeaveState.VALIDATED:
        if not in_advance(now, leave.starts_on, leave.enrolment.time_zone):
            raise _refuse("leave", gettext_noop("This leave has begun: say from which day you are back."))
        _give_back(leave, leave.starts_on, by, now)
    _close(leave, LeaveState.WITHDRAWN, "", by, now)
    messages = [_message(leave, "withdrawn", person, now) for person in _people(leave, now)]
    write(entries=[_entry(leave, "leave_withdrawn", by, now, **_end(leave))], messages=messages, now=now)
    return leave


@transaction.atomic
def return_from_leave(*, leave_id: int, back_on: date, by: User, now: datetime) -> LeaveRequest:
    """Come back before the last day: the days not taken move the training's end back, and their weeks get sessions.

    ``back_on`` is the first day back in training, today or later. Raises ``RuleError`` on ``back_on`` and ``leave``.
    """
    leave = _take(leave_id, now)
    enrolment = leave.enrolment
    if not permissions.can_ask_leave(by, enrolment):
        raise PermissionDenied
    if leave.state != LeaveState.VALIDATED:
        raise _refuse("leave", gettext_noop("Only a validated leave can end early."))
    if back_on < local_date(now, enrolment.time_zone):
        raise _refuse("back_on", gettext_noop("Today is the earliest day on which you can be back."))
    days_given_back(leave.starts_on, leave.ends_on, back_on)
    _give_back(leave, back_on, by, now)
    leave.back_on = back_on
    if back_on == leave.starts_on:
        _close(leave, LeaveState.WITHDRAWN, leave.decision, by, now)
    leave.revision += 1
    leave.save()
    messages = [_message(leave, "returned", person, now) for person in _people(leave, now)]
    entry = _entry(leave, "leave_returned", by, now, back_on=str(back_on), **_end(leave))
    write(entries=[entry], messages=messages, now=now)
    return leave


# Approvals ------------------------------------------------------------------------------------


@transaction.atomic
def send_approval(*, approval_id: int, upload: Upload, by: User, now: datetime) -> FunderApproval:
    """The student sends a funder's approval, which Student Success checks; staff put it on file at once (L3, C2)."""
    approval = _approval(approval_id, now)
    enrolment = approval.funding.enrolment
    if not permissions.can_ask_leave(by, enrolment):
        raise PermissionDenied
    own = enrolment.student.user_id == by.pk
    return _after(receive(approval_id=approval_id, upload=upload, by=by, checked=not own, now=now), now)


@transaction.atomic
def confirm_approval(*, approval_id: int, by: User, now: datetime) -> FunderApproval:
    """Staff found that what the student sent is the funder's approval."""
    approval = _approval(approval_id, now)
    if not permissions.can_check_approval(by, approval.funding.enrolment):
        raise PermissionDenied
    return _after(confirm(approval_id=approval_id, by=by, now=now), now)


@transaction.atomic
def send_back_approval(*, approval_id: int, reasons: str, by: User, now: datetime) -> FunderApproval:
    """Staff found that it is not: another document is asked for."""
    approval = _approval(approval_id, now)
    if not permissions.can_check_approval(by, approval.funding.enrolment):
        raise PermissionDenied
    return send_back(approval_id=approval_id, reasons=reasons, by=by, now=now)


@transaction.atomic
def answer_as_funder(
    *, approval_id: int, approve: bool, upload: Upload | None, reasons: str, now: datetime
) -> FunderApproval:
    """The funder's own answer over the API. An approval is a document (L3): without one there is none."""
    _approval(approval_id, now)
    if not approve:
        return refuse_as_funder(approval_id=approval_id, reasons=reasons, upload=upload, now=now)
    if upload is None:
        raise _refuse("document", gettext_noop("An approval is a document: send it with your answer."))
    return _after(receive(approval_id=approval_id, upload=upload, by=None, checked=True, now=now), now)


def _approval(approval_id: int, now: datetime) -> FunderApproval:
    """The approval with its training locked and its leave brought up to date."""
    row = FunderApproval.objects.select_related("funding").get(pk=approval_id)
    row.funding.enrolment = _enrolment(row.funding.enrolment_id)
    if row.leave_id:
        _take(row.leave_id, now)
    return row


def _after(approval: FunderApproval, now: datetime) -> FunderApproval:
    """When the last approval is on file, a change is accepted for processing, and who decides a leave is told."""
    # Here, because changes of Path are built on the same approvals.
    from .path_changes import accept_if_whole

    if approval.change_id:
        accept_if_whole(approval.change_id, now)
    elif approval.leave_id and approval.state == ApprovalState.ON_FILE:
        leave = LeaveRequest.objects.select_related(*ROW).get(pk=approval.leave_id)
        if leave.state == LeaveState.REQUESTED and not missing(
            leave, funding_on(leave.enrolment, leave.starts_on)
        ):
            deciders = _deciders(leave, current_mentor(leave.enrolment, now))
            messages = [_message(leave, "approved", person, now) for person in deciders]
            write(entries=[], messages=messages, now=now)
    return approval


# Time ------------------------------------------------------------------------------------------


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
            people = _deciders(row, mentors.get(row.enrolment_id), team)
        messages += [_message(row, "reminder", person, at) for person in people]
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
        entries.append(_entry(row, "leave_complete", None, at))
        messages.append(_message(row, "complete", row.enrolment.student.user_id, at))
        messages += _asking(row, mentors.get(row.enrolment_id), at, team)
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
        entries.append(_entry(row, "leave_lapsed", None, at))
        messages.append(_message(row, "lapsed", row.enrolment.student.user_id, at))
    LeaveRequest.objects.bulk_update(rows, ["state", "decided_at", "remind_at", "lapses_at", "revision"])
    write(entries=entries, messages=messages, now=latest)


# Shared ----------------------------------------------------------------------------------------

ROW = ("enrolment__student__user", "enrolment__path")


def current_mentor(enrolment: Enrolment, now: datetime) -> Mentor | None:
    """Who mentors this training now."""
    return current_mentors([enrolment.pk], now).get(enrolment.pk)


def current_mentors(enrolment_ids: Sequence[int], now: datetime) -> dict[int, Mentor]:
    """Who mentors each of these trainings now: of several the one who began last; one statement."""
    rows = Mentorship.objects.filter(
        lasting(now), enrolment__in=list(enrolment_ids), mentor__user__is_active=True
    )
    return {
        row.enrolment_id: row.mentor
        for row in rows.select_related("mentor__user").order_by("starts_on", "pk")
    }


def _enrolment(pk: int) -> Enrolment:
    return mentorships.lock_enrolments([Enrolment(pk=pk)])[0]


def _take(leave_id: int, now: datetime) -> LeaveRequest:
    """The leave, its training locked first, brought up to ``now`` (A10). Raises ``LeaveRequest.DoesNotExist``."""
    enrolment_id = LeaveRequest.objects.values_list("enrolment_id", flat=True).get(pk=leave_id)
    enrolment = _enrolment(enrolment_id)
    _catch_up_all(enrolment, now)
    leave = LeaveRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=leave_id)
    leave.enrolment = enrolment
    return leave


def _catch_up_all(enrolment: Enrolment, now: datetime) -> None:
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


def _taken(enrolment: Enrolment, starts_on: date, ends_on: date) -> bool:
    days = {"starts_on__lte": ends_on, "ends_on__gte": starts_on}
    return (
        LeaveRequest.objects.filter(enrolment=enrolment, state__in=STANDING, **days).exists()
        or Interruption.objects.filter(enrolment=enrolment, lifted_at__isnull=True, **days).exists()
    )


def _may_become(leave: LeaveRequest, state: LeaveState) -> None:
    if state in TRANSITIONS[LeaveState(leave.state)]:
        return
    if leave.state == LeaveState.INCOMPLETE:
        raise _refuse(
            "leave",
            gettext_noop(
                "This request is not complete: its e-mail to Student Success has not gone out yet (2.7)."
            ),
        )
    raise _refuse("leave", gettext_noop("This leave is closed."))


def _close(leave: LeaveRequest, state: LeaveState, decision: str, by: User, now: datetime) -> None:
    leave.state, leave.decision = state, decision
    leave.decided_at, leave.decided_by = now, by
    leave.remind_at = leave.lapses_at = None
    leave.revision += 1
    leave.save()


def _move_end(leave: LeaveRequest, days: int, cause: ShiftCause, by: User, now: datetime) -> None:
    enrolment = leave.enrolment
    enrolment.refresh_from_db(fields=["starts_on", "ends_on", "state"])
    moved = NewDates(
        enrolment, enrolment.starts_on, moved_end(enrolment.ends_on, days), cause=cause, leave=leave
    )
    adaptations.change_training_dates(changes=[moved], by=by, now=now)


def _give_back(leave: LeaveRequest, back_on: date, by: User, now: datetime) -> None:
    """Days of a validated leave that are not taken: sessions come back and the training's end moves back (L4)."""
    days = days_given_back(leave.starts_on, leave.ends_on, back_on)
    assert leave.interruption_id is not None
    adaptations.give_back_days(interruption_id=leave.interruption_id, back_on=back_on, by=by, now=now)
    _move_end(leave, -days, ShiftCause.RETURN, by, now)
    if back_on > leave.starts_on:
        leave.ends_on = back_on - ONE_DAY


def _asking(
    leave: LeaveRequest, mentor: Mentor | None, at: datetime, team: list[int] | None = None
) -> list[NewMessage]:
    """Who decides is asked; the mentor of a long leave is told (L2)."""
    deciders = _deciders(leave, mentor, team)
    messages = [_message(leave, "to_decide", person, at) for person in deciders]
    if mentor and mentor.user_id not in deciders:
        messages.append(_message(leave, "told", mentor.user_id, at))
    return messages


def _deciders(leave: LeaveRequest, mentor: Mentor | None, team: list[int] | None = None) -> list[int]:
    if leave.approver == Approver.MENTOR and mentor:
        return [mentor.user_id]
    return student_success_team() if team is None else team


def _people(leave: LeaveRequest, now: datetime) -> list[int]:
    """Whom a decision concerns: the student, the mentor, and Student Success where it was asked."""
    mentor = current_mentor(leave.enrolment, now)
    people = [leave.enrolment.student.user_id, *([mentor.user_id] if mentor else [])]
    if leave.approver == Approver.STUDENT_SUCCESS:
        people += student_success_team()
    return list(dict.fromkeys(people))


def _end(leave: LeaveRequest) -> dict[str, object]:
    return {"training_ends_on": leave.enrolment.ends_on.isoformat()}


def _entry(leave: LeaveRequest, kind: str, by: User | None, at: datetime, **facts: object) -> NewEntry:
    return NewEntry(
        subject_id=leave.enrolment.student.user_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=leave.policy_id,
        happened_at=at,
        actor_id=by.pk if by else None,
        about=f"students.enrolment:{leave.enrolment_id}",
        facts={
            "leave": leave.pk,
            "starts_on": leave.starts_on.isoformat(),
            "ends_on": leave.ends_on.isoformat(),
            "days": leave.days,
            **facts,
        },
    )


def _message(leave: LeaveRequest, event: str, recipient_id: int, at: datetime) -> NewMessage:
    student = leave.enrolment.student.user
    return NewMessage(
        recipient_id=recipient_id,
        kind="leave_email" if event == "email" else "leave",
        occasion=f"leave-{event}:{leave.pk}:{leave.revision}:{recipient_id}",
        due_at=at,
        context={
            "leave": leave.pk,
            "event": event,
            "is_student": recipient_id == student.pk,
            "by_mentor": leave.approver == Approver.MENTOR,
            "student": student.full_name,
            "path": leave.enrolment.path.title,
            "starts_on": leave.starts_on.isoformat(),
            "ends_on": leave.ends_on.isoformat(),
            "days": leave.days,
            "needs_email": leave.needs_email,
            "limit": get_policy(leave.policy_id).leave.email_beyond,
            "reason": leave.reason,
            "decision": leave.decision,
            "back_on": leave.back_on.isoformat() if leave.back_on else "",
            "training_ends_on": leave.enrolment.ends_on.isoformat(),
            "clause": CLAUSE,
        },
    )


def _refuse(field: str, message: str, **params: object) -> RuleError:
    return RuleError(field, CLAUSE, message, params)
