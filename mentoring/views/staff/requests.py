"""Leaves, changes of Path and funders' approvals as the school's staff decide and check them (2.7, 2.8)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mentoring.forms.requests import (
    ApprovalForm,
    BackForm,
    DecisionForm,
    FundingForm,
    LastDayForm,
    LeaveForm,
    RefusalForm,
    ScheduleForm,
    SendBackForm,
)
from mentoring.forms.staff import ConfirmOnlyForm
from mentoring.permissions import (
    can_arrange_training,
    can_check_approval,
    can_decide_change,
    can_decide_leave,
)
from mentoring.selectors import requests as reads
from mentoring.services import (
    confirm_approval,
    plan_leave,
    refuse_change,
    refuse_leave,
    request_leave,
    return_from_leave,
    schedule_change,
    send_approval,
    send_back_approval,
    validate_leave,
    withdraw_leave,
)
from mentoring.services.leaves import current_mentor
from mentoring.services.path_changes import effect_of
from mentoring.views.describing import (
    TONES,
    approvals_of,
    change_rows,
    effect_rows,
    leave_follows,
    leave_rows,
    plan_rows,
    still_missing,
)
from rulebook.dates import local_date
from rulebook.leave import in_advance
from rulebook.policy import policy_at
from students.models import (
    ApprovalState,
    ChangeOfPath,
    ChangeState,
    EnrolmentState,
    FunderApproval,
    Funding,
    LeaveRequest,
    LeaveState,
)
from students.selectors import staff_scope
from students.services.approvals import end_funding, record_funding

from .acts import Act, perform
from .door import StaffRequest, staff_only
from .trainings import METHODS, common, person, take


def _leave(request: StaffRequest, pk: int) -> LeaveRequest:
    user, now = request.user, request.now
    return get_object_or_404(reads.staffs(user, reads.leaves_for(user, now)), pk=pk)


def _change(request: StaffRequest, pk: int) -> ChangeOfPath:
    user, now = request.user, request.now
    return get_object_or_404(reads.staffs(user, reads.changes_for(user, now)), pk=pk)


def _trail(row: LeaveRequest | ChangeOfPath) -> list[dict[str, str]]:
    return [{"label": str(row.enrolment.student), "url": person(row.enrolment)}]


@require_safe
@staff_only
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    """One leave; Student Success decides on the long ones, everybody of staff who sees the student reads it."""
    user, now = request.user, request.now
    row = _leave(request, pk)
    approvals = approvals_of(user, row)
    enrolment = row.enrolment
    mine = can_decide_leave(user, row, current_mentor(enrolment, now))
    arranges = can_arrange_training(user, enrolment) and enrolment.state == EnrolmentState.ACTIVE
    validated = row.state == LeaveState.VALIDATED
    ahead = in_advance(now, row.starts_on, enrolment.time_zone)
    context = {
        "now": now,
        "leave": row,
        "tone": TONES[row.state],
        "rows": leave_rows(row),
        "approvals": approvals,
        "missing": still_missing(approvals),
        "may_decide": mine and row.state == LeaveState.REQUESTED,
        "may_withdraw": arranges and (row.is_open or (validated and ahead)),
        "may_return": arranges
        and validated
        and not ahead
        and local_date(now, enrolment.time_zone) <= row.ends_on,
        "may_check": can_check_approval(user, enrolment),
        "send_url": "staff-approval" if arranges else "",
        "validate_url": reverse("staff-leave-validate", args=[row.pk]),
        "refuse_url": reverse("staff-leave-refuse", args=[row.pk]),
        "audience": "staff",
        "trail": _trail(row),
    }
    return render(request, "mentoring/requests/leave.html", context)


@require_http_methods(METHODS)
@staff_only
def leave_ask(request: StaffRequest, pk: int) -> HttpResponse:
    """A leave that the student told of by other means; it goes the same way (funders, who decides)."""
    enrolment = take(request, pk)
    terms = policy_at(request.now).leave

    def follows(form: Any) -> list[tuple[str, Any]]:
        days = (form.cleaned_data["starts_on"], form.cleaned_data["ends_on"])
        plan = plan_leave(
            enrolment=enrolment, starts_on=days[0], ends_on=days[1], by=request.user, now=request.now
        )
        return plan_rows(*days, plan, terms)

    return perform(
        request,
        Act(
            title=_("Enter a leave"),
            form=LeaveForm,
            initial={"starts_on": local_date(request.now, enrolment.time_zone)},
            follows=follows,
            do=lambda form: request_leave(
                enrolment_id=enrolment.pk, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda made: _("The leave is entered and waits for its decision."),
            lead_back=lambda made: reverse("staff-leave", args=[made.pk]),
            submit=_("Enter the leave"),
            **common(enrolment),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def leave_validate(request: StaffRequest, pk: int) -> HttpResponse:
    row = _deciding(request, pk)
    return perform(
        request,
        Act(
            title=_("Validate this leave"),
            lead=f"{row.enrolment.student} · {row}",
            form=DecisionForm,
            follows=lambda form: leave_follows(row),
            do=lambda form: validate_leave(
                leave_id=row.pk, decision=form.cleaned_data["decision"], by=request.user, now=request.now
            ),
            done=lambda made: _("The leave is validated. Student and mentor have been told."),
            back=reverse("staff-leave", args=[row.pk]),
            submit=_("Validate the leave"),
            undo=_("The student can withdraw it before it begins, and come back early."),
            trail=_trail(row),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def leave_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    row = _deciding(request, pk)
    return perform(
        request,
        Act(
            title=_("Refuse this leave"),
            lead=f"{row.enrolment.student} · {row}",
            form=RefusalForm,
            follows=lambda form: [
                (_("Your reasons"), form.cleaned_data["decision"]),
                (_("Sessions"), _("They take place as planned.")),
                (_("Told by e-mail"), str(row.enrolment.student)),
            ],
            do=lambda form: refuse_leave(
                leave_id=row.pk, decision=form.cleaned_data["decision"], by=request.user, now=request.now
            ),
            done=lambda made: _("The leave is refused. The student has been told."),
            back=reverse("staff-leave", args=[row.pk]),
            submit=_("Refuse the leave"),
            tone="bad",
            trail=_trail(row),
        ),
    )


def _deciding(request: StaffRequest, pk: int) -> LeaveRequest:
    row = _leave(request, pk)
    if not can_decide_leave(request.user, row, current_mentor(row.enrolment, request.now)):
        raise Http404
    return row


def _arranging(request: StaffRequest, pk: int) -> LeaveRequest:
    row = _leave(request, pk)
    if not can_arrange_training(request.user, row.enrolment):
        raise Http404
    return row


@require_http_methods(METHODS)
@staff_only
def leave_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    row = _arranging(request, pk)
    return perform(
        request,
        Act(
            title=_("Withdraw this leave for the student"),
            lead=f"{row.enrolment.student} · {row}",
            form=ConfirmOnlyForm,
            follows=lambda form: [
                (_("Sessions"), _("Those that were cancelled are laid out again where they fit.")),
                (_("Told by e-mail"), str(row.enrolment.student)),
            ],
            do=lambda form: withdraw_leave(leave_id=row.pk, by=request.user, now=request.now),
            done=lambda made: _("The leave is withdrawn."),
            back=reverse("staff-leave", args=[row.pk]),
            submit=_("Withdraw it"),
            trail=_trail(row),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def leave_back(request: StaffRequest, pk: int) -> HttpResponse:
    row = _arranging(request, pk)
    return perform(
        request,
        Act(
            title=_("End this leave early"),
            lead=f"{row.enrolment.student} · {row}",
            form=BackForm,
            initial={"back_on": local_date(request.now, row.enrolment.time_zone)},
            follows=lambda form: [
                (_("Back in training on"), form.cleaned_data["back_on"]),
                (_("Sessions"), _("Weekly sessions from that day on are laid out again where they fit.")),
                (_("The training's end"), _("It moves back by the days that are not taken.")),
                (_("Told by e-mail"), str(row.enrolment.student)),
            ],
            do=lambda form: return_from_leave(
                leave_id=row.pk, back_on=form.cleaned_data["back_on"], by=request.user, now=request.now
            ),
            done=lambda made: _("The leave ends early."),
            back=reverse("staff-leave", args=[row.pk]),
            submit=_("End it early"),
            trail=_trail(row),
        ),
    )


# Funders ---------------------------------------------------------------------------------------


def _approval(request: StaffRequest, pk: int) -> FunderApproval:
    rows = reads.approvals_for(request.user).filter(staff_scope(request.user, "funding__enrolment__"))
    row = get_object_or_404(rows, pk=pk)
    if not can_arrange_training(request.user, row.funding.enrolment):
        raise Http404
    return row


def _request_url(row: FunderApproval) -> str:
    if row.leave_id:
        return reverse("staff-leave", args=[row.leave_id])
    return reverse("staff-change", args=[row.change_id])


@require_http_methods(METHODS)
@staff_only
def approval(request: StaffRequest, pk: int) -> HttpResponse:
    """Put on file what the funder sent to the school."""
    row = _approval(request, pk)
    return perform(
        request,
        Act(
            title=_("Put the approval of %(funder)s on file") % {"funder": row.funding.funder},
            lead=f"{row.funding.enrolment.student} · {row.leave or row.change}",
            form=ApprovalForm,
            follows=lambda form: [],
            do=lambda form: send_approval(
                approval_id=row.pk, upload=form.cleaned_data["document"], by=request.user, now=request.now
            ),
            done=lambda made: _("The approval is on file. The student has been told."),
            back=_request_url(row),
            submit=_("Put it on file"),
            undo=_("Look that it is the funder's official written approval of this very request."),
            direct=True,
        ),
    )


@require_http_methods(METHODS)
@staff_only
def approval_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """What the student sent is the funder's approval."""
    row = _checking(request, pk)
    return perform(
        request,
        Act(
            title=_("Is this the approval of %(funder)s?") % {"funder": row.funding.funder},
            lead=f"{row.funding.enrolment.student} · {row.leave or row.change}",
            form=ConfirmOnlyForm,
            follows=lambda form: [
                (
                    _("You have looked at it"),
                    _("It is the funder's official written approval of this request."),
                ),
                (_("Told by e-mail"), str(row.funding.enrolment.student)),
            ],
            do=lambda form: confirm_approval(approval_id=row.pk, by=request.user, now=request.now),
            done=lambda made: _("The approval is on file. The student has been told."),
            back=_request_url(row),
            submit=_("Put it on file"),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def approval_send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """What the student sent is something else."""
    row = _checking(request, pk)
    return perform(
        request,
        Act(
            title=_("Send it back"),
            lead=f"{row.funding.enrolment.student} · {row.funding.funder}",
            form=SendBackForm,
            follows=lambda form: [
                (_("What is wrong with it"), form.cleaned_data["reasons"]),
                (_("Told by e-mail"), str(row.funding.enrolment.student)),
            ],
            do=lambda form: send_back_approval(
                approval_id=row.pk, reasons=form.cleaned_data["reasons"], by=request.user, now=request.now
            ),
            done=lambda made: _("It is sent back. The student has been told."),
            back=_request_url(row),
            submit=_("Send it back"),
        ),
    )


def _checking(request: StaffRequest, pk: int) -> FunderApproval:
    row = _approval(request, pk)
    if not can_check_approval(request.user, row.funding.enrolment) or row.state != ApprovalState.RECEIVED:
        raise Http404
    return row


@require_http_methods(METHODS)
@staff_only
def funding(request: StaffRequest, pk: int) -> HttpResponse:
    """Who pays for a training; leaves and changes that wait then wait for this funder's approval too."""
    enrolment = take(request, pk)
    return perform(
        request,
        Act(
            title=_("Enter a funder or employer"),
            form=FundingForm,
            initial={"starts_on": enrolment.starts_on},
            follows=lambda form: [
                (_("Funder or employer"), str(form.cleaned_data["funder"])),
                (_("First day"), form.cleaned_data["starts_on"]),
                (_("Last day"), form.cleaned_data["ends_on"] or _("Until the training's end")),
                (
                    _("Leaves and changes of Path"),
                    _("Their written approval is needed from now on (2.7, 2.8)."),
                ),
                (_("What they see over the API"), _("Attendance, dates and the approvals asked of them")),
            ],
            do=lambda form: record_funding(
                enrolment=enrolment,
                funder_id=form.cleaned_data["funder"].pk,
                reference=form.cleaned_data["reference"],
                starts_on=form.cleaned_data["starts_on"],
                ends_on=form.cleaned_data["ends_on"],
                by=request.user,
                now=request.now,
            ),
            done=lambda made: _("The funder is entered."),
            submit=_("Enter it"),
            **common(enrolment),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def funding_end(request: StaffRequest, pk: int) -> HttpResponse:
    rows = Funding.objects.filter(staff_scope(request.user, "enrolment__"), ends_on__isnull=True)
    row = get_object_or_404(
        rows.select_related("funder", "enrolment__student__user", "enrolment__path"), pk=pk
    )
    if not can_arrange_training(request.user, row.enrolment):
        raise Http404
    return perform(
        request,
        Act(
            title=_("End the part of %(funder)s") % {"funder": row.funder},
            form=LastDayForm,
            initial={"ends_on": local_date(request.now, row.enrolment.time_zone)},
            follows=lambda form: [
                (_("Last day"), form.cleaned_data["ends_on"]),
                (_("What they see over the API"), _("Attendance up to that day")),
            ],
            do=lambda form: end_funding(
                funding_id=row.pk, ends_on=form.cleaned_data["ends_on"], by=request.user, now=request.now
            ),
            done=lambda made: _("Their part ends on that day."),
            submit=_("End it"),
            **common(row.enrolment),
        ),
    )


# Change of Path --------------------------------------------------------------------------------


@require_safe
@staff_only
def change(request: StaffRequest, pk: int) -> HttpResponse:
    user = request.user
    row = _change(request, pk)
    approvals = approvals_of(user, row)
    mine = can_decide_change(user, row.enrolment)
    context = {
        "now": request.now,
        "change": row,
        "tone": TONES[row.state],
        "rows": change_rows(row),
        "effect": effect_rows(effect_of(row.enrolment, row.to_path)) if row.is_open else [],
        "approvals": approvals,
        "missing": still_missing(approvals),
        "may_schedule": mine and row.state == ChangeState.ACCEPTED,
        "may_refuse": mine and row.state in (ChangeState.WAITING, ChangeState.ACCEPTED),
        "may_check": can_check_approval(user, row.enrolment),
        "send_url": "staff-approval" if can_arrange_training(user, row.enrolment) else "",
        "audience": "staff",
        "trail": _trail(row),
    }
    return render(request, "mentoring/requests/change.html", context)


def _deciding_change(request: StaffRequest, pk: int) -> ChangeOfPath:
    row = _change(request, pk)
    if not can_decide_change(request.user, row.enrolment):
        raise Http404
    return row


@require_http_methods(METHODS)
@staff_only
def change_schedule(request: StaffRequest, pk: int) -> HttpResponse:
    """The school agrees, and says on which day; the seventh business day at the earliest (C1)."""
    row = _deciding_change(request, pk)
    return perform(
        request,
        Act(
            title=_("Set the day of this change"),
            lead=f"{row.enrolment.student} · {row}",
            form=ScheduleForm,
            initial={"takes_effect_on": row.earliest_on, "ends_on": row.enrolment.ends_on},
            about=[(_("Takes effect no earlier than"), row.earliest_on)],
            follows=lambda form: [
                (_("Takes effect on"), form.cleaned_data["takes_effect_on"]),
                (_("The training's last day then"), form.cleaned_data["ends_on"]),
                *effect_rows(effect_of(row.enrolment, row.to_path)),
                (_("Told by e-mail"), _("Student, mentor, Learning Manager and Student Success")),
            ],
            do=lambda form: schedule_change(
                change_id=row.pk, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda made: _("The change takes effect on that day by itself."),
            back=reverse("staff-change", args=[row.pk]),
            submit=_("Set this day"),
            undo=_("The student can still withdraw it until that day."),
            trail=_trail(row),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def change_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    row = _deciding_change(request, pk)
    return perform(
        request,
        Act(
            title=_("Refuse this change"),
            lead=f"{row.enrolment.student} · {row}",
            form=RefusalForm,
            follows=lambda form: [
                (_("Your reasons"), form.cleaned_data["decision"]),
                (_("The training"), _("It goes on as it is.")),
                (_("Told by e-mail"), str(row.enrolment.student)),
            ],
            do=lambda form: refuse_change(
                change_id=row.pk, decision=form.cleaned_data["decision"], by=request.user, now=request.now
            ),
            done=lambda made: _("The change is refused. The student has been told."),
            back=reverse("staff-change", args=[row.pk]),
            submit=_("Refuse the change"),
            tone="bad",
            trail=_trail(row),
        ),
    )
