"""Leaves, changes of Path and adaptations that wait, as lines of the staff's worklist."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import is_student_success
from mentoring.permissions import can_check_approval, can_decide_change
from mentoring.selectors import requests as reads
from rulebook.dates import local_instant
from rulebook.leave import begins_at
from students.models import ApprovalState, ChangeOfPath, ChangeState, LeaveApprover, LeaveRequest, LeaveState

from .item import MOST, Item, go


def _waits_for(row: LeaveRequest | ChangeOfPath) -> tuple[str, bool]:
    """What a request waits for on the funders' side, and whether a document is there to be checked."""
    names = [str(each.funding.funder) for each in row.approvals.all() if each.state != ApprovalState.ON_FILE]
    to_check = any(each.state == ApprovalState.RECEIVED for each in row.approvals.all())
    return ", ".join(names), to_check


def leaves(user: User, now: datetime) -> Iterable[Item]:
    for row in reads.open_leaves(user)[:MOST]:
        names, to_check = _waits_for(row)
        by_mentor = row.approver == LeaveApprover.MENTOR
        own = row.enrolment.student.user_id == user.pk
        decides = bool(is_student_success(user)) and not by_mentor and not own
        ready = row.state == LeaveState.REQUESTED and not names
        checks = to_check and bool(can_check_approval(user, row.enrolment))
        if names:
            detail = _("Waits for the written approval of %(names)s") % {"names": names}
        elif row.state == LeaveState.INCOMPLETE:
            detail = _("Waits for its e-mail to be sent")
        elif by_mentor:
            detail = _("The mentor decides")
        else:
            detail = str(row.enrolment.path)
        mine = checks or (decides and ready)
        yield Item(
            kind="leave",
            who=str(row.enrolment.student),
            url=reverse("staff-person", args=[row.enrolment.student_id]),
            what=_("Leave of %(n)d days, %(first)s to %(last)s")
            % {"n": row.days, "first": date_format(row.starts_on), "last": date_format(row.ends_on)},
            detail=detail,
            since=row.requested_at,
            due=begins_at(row.starts_on, row.enrolment.time_zone),
            due_label=_("It begins"),
            action=go("staff-leave", row.pk, _("Check") if checks else _("Decide") if mine else _("Read")),
            mine=mine,
            path_id=row.enrolment.path_id,
        )


def changes(user: User, now: datetime) -> Iterable[Item]:
    for row in reads.open_changes(user)[:MOST]:
        names, to_check = _waits_for(row)
        checks = to_check and bool(can_check_approval(user, row.enrolment))
        decides = row.state == ChangeState.ACCEPTED and bool(can_decide_change(user, row.enrolment))
        due = None
        if row.earliest_on:
            due = local_instant(row.earliest_on, time(0), row.enrolment.time_zone)
        yield Item(
            kind="change",
            who=str(row.enrolment.student),
            url=reverse("staff-person", args=[row.enrolment.student_id]),
            what=_("Change of Path: %(change)s") % {"change": row},
            detail=_("Waits for the written approval of %(names)s") % {"names": names} if names else "",
            since=row.requested_at,
            due=due,
            due_label=_("Takes effect no earlier than"),
            action=go(
                "staff-change", row.pk, _("Check") if checks else _("Decide") if decides else _("Read")
            ),
            mine=checks or decides,
            path_id=row.enrolment.path_id,
        )


def adaptations(user: User, now: datetime) -> Iterable[Item]:
    """Student Success's alone: nobody else learns that there is one."""
    for row in reads.open_adaptations(user)[:MOST]:
        yield Item(
            kind="adaptation",
            who=str(row.enrolment.student),
            url=reverse("staff-person", args=[row.enrolment.student_id]),
            what=_("Asks for an adaptation"),
            detail=str(row.enrolment.path),
            since=row.requested_at,
            due=None,
            due_label="",
            action=go("staff-adaptation", row.pk, _("Decide")),
            mine=True,
            path_id=row.enrolment.path_id,
        )


REQUESTS = (leaves, changes, adaptations)
