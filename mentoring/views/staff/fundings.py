"""Who pays for a training, and what staff do with funders' written approvals (2.7, 2.8)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, staff_only
from mentoring.forms.requests import (
    ApprovalForm,
    FundingForm,
    LastDayForm,
    SendBackForm,
)
from mentoring.forms.staff import ConfirmOnlyForm
from mentoring.permissions import (
    can_arrange_training,
    can_check_approval,
)
from mentoring.selectors import requests as reads
from mentoring.services import (
    confirm_approval,
    send_approval,
    send_back_approval,
)
from rulebook.dates import local_date
from students.models import (
    ApprovalState,
    FunderApproval,
    Funding,
)
from students.selectors import staff_scope
from students.services.approvals import end_funding, record_funding

from .acts import Act, perform
from .trainings import METHODS, common, take


def _approval(request: PersonRequest, pk: int) -> FunderApproval:
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
def approval(request: PersonRequest, pk: int) -> HttpResponse:
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
def approval_confirm(request: PersonRequest, pk: int) -> HttpResponse:
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
def approval_send_back(request: PersonRequest, pk: int) -> HttpResponse:
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


def _checking(request: PersonRequest, pk: int) -> FunderApproval:
    row = _approval(request, pk)
    if not can_check_approval(request.user, row.funding.enrolment) or row.state != ApprovalState.RECEIVED:
        raise Http404
    return row


@require_http_methods(METHODS)
@staff_only
def funding(request: PersonRequest, pk: int) -> HttpResponse:
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
def funding_end(request: PersonRequest, pk: int) -> HttpResponse:
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
