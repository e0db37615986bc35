"""Leaves (2.7): asked for, decided, taken back, ended early; with their sessions and the training's end (L1-L4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from mentoring import permissions
from mentoring.models import Mentor, Session
from mentoring.services import adaptations, cancellations
from record.models import Message
from record.services import write
from rulebook.dates import local_date
from rulebook.leave import (
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
from rulebook.policy import policy_at
from rulebook.texts import written
from students.models import (
    Enrolment,
    EnrolmentState,
    Funding,
    Interruption,
    InterruptionKind,
    LeaveRequest,
    LeaveState,
    ShiftCause,
)
from students.models.leaves import STANDING, TRANSITIONS
from students.permissions import check_standing
from students.selectors import student_success_team
from students.services import NewDates
from students.services.approvals import (
    ask_funders,
    funding_on,
    missing,
)

from .telling import (
    asking_messages,
    current_mentor,
    end_of,
    entry,
    lock_training,
    message,
    people_of,
    refuse,
)
from .timing import catch_up, take

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
    course = judge_leave(starts_on, ends_on, policy_at(now).leave, _standing(enrolment))
    own = enrolment.student.user_id == by.pk
    check_standing(enrolment, now)
    if enrolment.state != EnrolmentState.ACTIVE:
        raise refuse("enrolment", gettext_noop("This training has ended."))
    if not enrolment.starts_on <= starts_on <= enrolment.last_day:
        raise refuse("starts_on", gettext_noop("This day lies outside of the training."))
    if own and not in_advance(now, starts_on, enrolment.time_zone):
        raise refuse(
            "starts_on",
            gettext_noop(
                "A leave is asked for in advance: tomorrow is the earliest first day. For a session today, give notice."
            ),
        )
    if ends_on < local_date(now, enrolment.time_zone):
        raise refuse("ends_on", gettext_noop("These days are over."))
    if _taken(enrolment, starts_on, ends_on):
        raise refuse("starts_on", SHARED)
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
    enrolment = lock_training(enrolment_id)
    if not permissions.can_ask_leave(by, enrolment):
        raise PermissionDenied
    catch_up(enrolment, now)
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
        raise refuse("starts_on", SHARED) from shared
    ask_funders(leave, plan.funders, now)
    messages = [message(leave, "requested", enrolment.student.user_id, now)]
    if needs_email:
        messages += [message(leave, "email", person, now) for person in student_success_team()]
    else:
        messages += asking_messages(leave, plan.mentor, now)
    facts = {
        "approver": str(plan.approver),
        "needs_email": needs_email,
        "consecutive_days": plan.course.consecutive,
        "reason": leave.reason,
        "funders": [str(each.funder) for each in plan.funders],
    }
    write(entries=[entry(leave, "leave_requested", by, now, **facts)], messages=messages, now=now)
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
    leave = take(leave_id, now)
    if not permissions.can_decide_leave(by, leave, current_mentor(leave.enrolment, now)):
        raise PermissionDenied
    _may_become(leave, LeaveState.VALIDATED)
    enrolment = leave.enrolment
    lacking = missing(leave, funding_on(enrolment, leave.starts_on))
    if lacking:
        raise refuse(
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
    people = people_of(leave, now)
    messages = [message(leave, "validated", person, now) for person in people]
    told = entry(leave, "leave_validated", by, now, decision=leave.decision, **end_of(leave))
    write(entries=[told], messages=messages, now=now)
    return leave


@transaction.atomic
def refuse_leave(*, leave_id: int, decision: str, by: User, now: datetime) -> LeaveRequest:
    """Say no, with reasons. Raises ``RuleError`` on ``decision`` when there are none and on ``leave``."""
    if not written(decision):
        raise refuse("decision", gettext_noop("Say why: the student reads it."))
    leave = take(leave_id, now)
    if not permissions.can_decide_leave(by, leave, current_mentor(leave.enrolment, now)):
        raise PermissionDenied
    _may_become(leave, LeaveState.REFUSED)
    _close(leave, LeaveState.REFUSED, decision.strip(), by, now)
    messages = [message(leave, "refused", person, now) for person in people_of(leave, now)]
    write(
        entries=[entry(leave, "leave_refused", by, now, decision=leave.decision)], messages=messages, now=now
    )
    return leave


@transaction.atomic
def withdraw_leave(*, leave_id: int, by: User, now: datetime) -> LeaveRequest:
    """Take a leave back before its first day: an open request, or a validated one with all that it moved.

    Raises ``RuleError`` on ``leave`` when it is closed or has begun.
    """
    leave = take(leave_id, now)
    if not permissions.can_ask_leave(by, leave.enrolment):
        raise PermissionDenied
    _may_become(leave, LeaveState.WITHDRAWN)
    if leave.state == LeaveState.VALIDATED:
        if not in_advance(now, leave.starts_on, leave.enrolment.time_zone):
            raise refuse("leave", gettext_noop("This leave has begun: say from which day you are back."))
        _give_back(leave, leave.starts_on, by, now)
    _close(leave, LeaveState.WITHDRAWN, "", by, now)
    messages = [message(leave, "withdrawn", person, now) for person in people_of(leave, now)]
    write(entries=[entry(leave, "leave_withdrawn", by, now, **end_of(leave))], messages=messages, now=now)
    return leave


@transaction.atomic
def return_from_leave(*, leave_id: int, back_on: date, by: User, now: datetime) -> LeaveRequest:
    """Come back before the last day: the days not taken move the training's end back, and their weeks get sessions.

    ``back_on`` is the first day back in training, today or later. Raises ``RuleError`` on ``back_on`` and ``leave``.
    """
    leave = take(leave_id, now)
    enrolment = leave.enrolment
    if not permissions.can_ask_leave(by, enrolment):
        raise PermissionDenied
    check_standing(enrolment, now, "leave")
    if leave.state != LeaveState.VALIDATED:
        raise refuse("leave", gettext_noop("Only a validated leave can end early."))
    if back_on < local_date(now, enrolment.time_zone):
        raise refuse("back_on", gettext_noop("Today is the earliest day on which you can be back."))
    days_given_back(leave.starts_on, leave.ends_on, back_on)
    _give_back(leave, back_on, by, now)
    leave.back_on = back_on
    if back_on == leave.starts_on:
        _close(leave, LeaveState.WITHDRAWN, leave.decision, by, now)
    leave.revision += 1
    leave.save()
    messages = [message(leave, "returned", person, now) for person in people_of(leave, now)]
    told = entry(leave, "leave_returned", by, now, back_on=str(back_on), **end_of(leave))
    write(entries=[told], messages=messages, now=now)
    return leave


def _taken(enrolment: Enrolment, starts_on: date, ends_on: date) -> bool:
    days = {"starts_on__lte": ends_on, "ends_on__gte": starts_on}
    return (
        LeaveRequest.objects.filter(enrolment=enrolment, state__in=STANDING, **days).exists()
        or Interruption.objects.filter(enrolment=enrolment, lifted_at__isnull=True, **days).exists()
    )


def _standing(enrolment: Enrolment) -> list[tuple[date, date]]:
    """First and last days of the leaves that were asked for or validated."""
    rows = LeaveRequest.objects.filter(enrolment=enrolment, state__in=STANDING)
    return list(rows.values_list("starts_on", "ends_on"))


def _may_become(leave: LeaveRequest, state: LeaveState) -> None:
    if state in TRANSITIONS[LeaveState(leave.state)]:
        return
    if leave.state == LeaveState.INCOMPLETE:
        raise refuse(
            "leave",
            gettext_noop(
                "This request is not complete: its e-mail to Student Success has not gone out yet (2.7)."
            ),
        )
    raise refuse("leave", gettext_noop("This leave is closed."))


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
