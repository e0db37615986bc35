"""Leaves and changes of Path in rows of label and value, for whoever may see them: the same words at every door."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from mentoring.services.leaves import LeavePlan
from mentoring.services.path_changes import ChangeEffect
from record.documents.purposes import purpose
from rulebook.leave import Approver, moved_end
from rulebook.policy import get_policy
from rulebook.terms import LeaveTerms
from students.models import ApprovalState, ChangeOfPath, FunderApproval, LeaveRequest

Rows = list[tuple[str, Any]]

TONES = {
    "incomplete": ("warn", "hourglass"),
    "requested": ("warn", "hourglass"),
    "validated": ("ok", "circle-check"),
    "refused": ("bad", "circle-x"),
    "withdrawn": ("", "undo-2"),
    "lapsed": ("", "clock"),
    "waiting": ("warn", "hourglass"),
    "accepted": ("warn", "hourglass"),
    "scheduled": ("ok", "calendar-check"),
    "effective": ("ok", "circle-check"),
    "asked": ("warn", "hourglass"),
    "received": ("warn", "hourglass"),
    "on_file": ("ok", "file-check"),
}


def in_days(days: int) -> str:
    return ngettext("%(n)d day, first and last included", "%(n)d days, first and last included", days) % {
        "n": days
    }


def who_decides(days: int, approver: str, mentor: str, terms: LeaveTerms) -> str:
    """Who decides on a leave, and why."""
    limit = terms.mentor_approves_up_to
    if approver == Approver.MENTOR:
        return _(
            "%(mentor)s, your mentor: a leave of up to %(limit)d days is the mentor's to approve (2.7)"
        ) % {
            "mentor": mentor,
            "limit": limit,
        }
    if days > limit:
        return _("Student Success: a leave of more than %(limit)d days is theirs to validate (2.7)") % {
            "limit": limit
        }
    return _("Student Success, because there is no mentor at present (2.7)")


def plan_rows(starts_on: date, ends_on: date, plan: LeavePlan, terms: LeaveTerms) -> Rows:
    """What a leave asks for and leads to, before it is sent."""
    days, together = plan.course.days, plan.course.consecutive
    mentor = plan.mentor.user.full_name if plan.mentor else ""
    rows: Rows = [
        (_("First day"), starts_on),
        (_("Last day"), ends_on),
        (_("Length"), in_days(days)),
        *([(_("With the leaves next to it"), in_days(together))] if together != days else []),
        (_("Who decides"), who_decides(together, plan.approver, mentor, terms)),
        (_("E-mail to Student Success"), email_words(plan.course.needs_email, terms)),
    ]
    if plan.funders:
        names = ", ".join(str(each.funder) for each in plan.funders)
        rows.append(
            (
                _("Funders"),
                _(
                    "Each one's official written approval comes first: %(names)s. You send it on the next page."
                )
                % {"names": names},
            )
        )
    else:
        rows.append((_("Funders"), _("None: nobody's approval is needed")))
    if mentor and plan.approver != Approver.MENTOR:
        rows.append((_("Who is told"), _("%(mentor)s, the mentor") % {"mentor": mentor}))
    rows += [(_("Cancelled, counting against nobody"), each.starts_at) for each in plan.sessions]
    if not plan.sessions:
        rows.append((_("Sessions"), _("None is laid out in these days yet; none will be.")))
    elif plan.approver == Approver.MENTOR:
        rows.append(
            (
                _("Another session"),
                _("It can be booked in the mentor's free hours, until the end of the week that follows."),
            )
        )
    rows.append((_("The training ends now on"), plan.ends_on_before))
    rows.append((_("It would end on"), plan.ends_on_after))
    return rows


def email_words(needed: bool, terms: LeaveTerms) -> str:
    limit = {"limit": terms.email_beyond}
    if needed:
        return (
            _("Goes out with your request, which is complete once it was sent (more than %(limit)d days)")
            % limit
        )
    return _("Not needed (only for more than %(limit)d days)") % limit


def leave_rows(leave: LeaveRequest) -> Rows:
    """A leave as it stands."""
    terms = get_policy(leave.policy_id).leave
    rows: Rows = [
        (_("First day"), leave.starts_on),
        (_("Last day"), leave.ends_on),
        (_("Length"), in_days(leave.days)),
    ]
    if leave.asked_until != leave.ends_on:
        rows.append((_("Asked for until"), leave.asked_until))
    if leave.back_on:
        rows.append((_("Back in training on"), leave.back_on))
    rows += [
        (_("Asked for"), leave.requested_at),
        (_("Who decides"), leave.get_approver_display()),
    ]
    if leave.needs_email:
        rows.append(
            (
                _("E-mail to Student Success"),
                leave.complete_at
                or _("On its way: the request is complete once it was sent (more than %(limit)d days)")
                % {"limit": terms.email_beyond},
            )
        )
    if leave.reason:
        rows.append((_("Reason"), leave.reason))
    if leave.decided_at:
        rows.append((_("Decided"), leave.decided_at))
        if leave.decided_by:
            rows.append((_("By"), str(leave.decided_by)))
    if leave.decision:
        rows.append((_("Reasons of the decision"), leave.decision))
    rows.append((_("The training ends on"), leave.enrolment.last_day))
    return rows


def leave_follows(row: LeaveRequest) -> Rows:
    """What validating a leave leads to, for whoever decides."""
    return [
        (_("First day"), row.starts_on),
        (_("Last day"), row.ends_on),
        (_("Sessions in these days"), _("They are cancelled and count against nobody.")),
        (_("The training ends now on"), row.enrolment.ends_on),
        (_("It will end on"), moved_end(row.enrolment.ends_on, row.days)),
        (_("Told by e-mail"), str(row.enrolment.student)),
    ]


def change_rows(change: ChangeOfPath) -> Rows:
    """A change of Path as it stands."""
    terms = get_policy(change.policy_id).change
    advice = change.consultation
    rows: Rows = [
        (_("From"), change.from_path.title),
        (_("To"), change.to_path.title),
        (_("The mentor's advice"), advice.advice),
        (_("Recorded by"), f"{advice.recorded_by}"),
        (_("Reason"), change.reason),
        (_("Asked for"), change.requested_at),
    ]
    if change.accepted_at:
        rows += [(_("Accepted for processing"), change.accepted_at)]
        rows += [
            (
                _("Business day %(n)d after that, the day itself not counted") % {"n": terms.processing},
                change.earliest_on,
            )
        ]
    else:
        rows.append(
            (
                _("Takes effect"),
                _("%(n)d business days after each funder's approval is on file, at the earliest (2.8)")
                % {"n": terms.processing},
            )
        )
    if change.takes_effect_on:
        rows.append((_("Takes effect on"), change.takes_effect_on))
    if change.ends_on:
        rows.append((_("The training's last day then"), change.ends_on))
    if change.effective_at:
        rows.append((_("Took effect"), change.effective_at))
    if change.decision:
        rows.append((_("Reasons of the decision"), change.decision))
    return rows


def effect_rows(effect: ChangeEffect) -> Rows:
    """What a change of Path does to projects and skills."""
    none = _("None")
    return [
        (_("Finished projects, which stay on record"), ", ".join(effect.finished) or none),
        (_("Skills that carry over"), ", ".join(effect.carried) or none),
        (_("Projects begun, which close as they are"), ", ".join(effect.closed) or none),
        (_("Projects not begun, which fall away"), ", ".join(effect.dropped) or none),
        (_("Projects of the new Path"), ", ".join(effect.new) or none),
        (_("Mentor and weekly session"), _("They stay as they are, until the school says otherwise.")),
    ]


def approvals_of(user: User, asking: LeaveRequest | ChangeOfPath) -> list[dict[str, Any]]:
    """Each funder's approval, and its document where the reader may open it."""
    found = []
    for row in asking.approvals.all():
        row.funding.enrolment = asking.enrolment
        readable = row.document is not None and purpose(row.document.purpose).may_read(user, row.document)
        found.append(
            {
                "row": row,
                "state": row.get_state_display(),
                "tone": TONES[row.state],
                "document": row.document if readable else None,
                "may_send": asking.is_open and row.state in (ApprovalState.ASKED, ApprovalState.RECEIVED),
                "to_check": asking.is_open and row.state == ApprovalState.RECEIVED,
            }
        )
    return found


def still_missing(approvals: list[dict[str, Any]]) -> list[FunderApproval]:
    return [each["row"] for each in approvals if each["row"].state != ApprovalState.ON_FILE]
