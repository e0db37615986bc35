"""Leaves as the school's staff enter, decide, and end them early (2.7)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, staff_only
from mentoring.forms.requests import (
    BackForm,
    DecisionForm,
    LeaveForm,
    RefusalForm,
)
from mentoring.forms.staff import ConfirmOnlyForm
from mentoring.permissions import (
    can_arrange_training,
    can_check_approval,
    can_decide_leave,
)
from mentoring.selectors import requests as reads
from mentoring.services import (
    plan_leave,
    refuse_leave,
    request_leave,
    return_from_leave,
    validate_leave,
    withdraw_leave,
)
from mentoring.services.leaves import current_mentor
from mentoring.views.describing import (
    TONES,
    approvals_of,
    leave_follows,
    leave_rows,
    plan_rows,
    still_missing,
)
from rulebook.dates import local_date
from rulebook.leave import in_advance
from rulebook.policy import policy_at
from students.models import (
    ChangeOfPath,
    EnrolmentState,
    LeaveRequest,
    LeaveState,
)

from .acts import Act, perform
from .trainings import METHODS, common, person, take


def _leave(request: PersonRequest, pk: int) -> LeaveRequest:
    user, now = request.user, request.now
    return get_object_or_404(reads.staffs(user, reads.leaves_for(user, now)), pk=pk)


def _trail(row: LeaveRequest | ChangeOfPath) -> list[dict[str, str]]:
    return [{"label": str(row.enrolment.student), "url": person(row.enrolment)}]


@require_safe
@staff_only
def leave(request: PersonRequest, pk: int) -> HttpResponse:
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
def leave_ask(request: PersonRequest, pk: int) -> HttpResponse:
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
def leave_validate(request: PersonRequest, pk: int) -> HttpResponse:
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
def leave_refuse(request: PersonRequest, pk: int) -> HttpResponse:
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


def _deciding(request: PersonRequest, pk: int) -> LeaveRequest:
    row = _leave(request, pk)
    if not can_decide_leave(request.user, row, current_mentor(row.enrolment, request.now)):
        raise Http404
    return row


def _arranging(request: PersonRequest, pk: int) -> LeaveRequest:
    row = _leave(request, pk)
    if not can_arrange_training(request.user, row.enrolment):
        raise Http404
    return row


@require_http_methods(METHODS)
@staff_only
def leave_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
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
def leave_back(request: PersonRequest, pk: int) -> HttpResponse:
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
