"""What a student asks of the school: leaves, another Path, the end of the training (2.7, 2.8).

Each page says first which rules apply and what follows; only the second step sends.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, students_only
from mentoring.forms.requests import ApprovalForm, BackForm, ChangeForm, EndOwnForm, LeaveForm
from mentoring.forms.staff import ConfirmOnlyForm
from mentoring.selectors import requests as reads
from mentoring.services import (
    end_own_training,
    plan_leave,
    request_change,
    request_leave,
    return_from_leave,
    send_approval,
    withdraw_change,
    withdraw_leave,
)
from mentoring.services.path_changes import effect_of
from mentoring.views.describing import (
    TONES,
    approvals_of,
    change_rows,
    effect_rows,
    leave_rows,
    plan_rows,
    still_missing,
)
from mentoring.views.staff.acts import Act, perform
from rulebook.business_days import earliest_effect
from rulebook.dates import local_date
from rulebook.leave import in_advance
from rulebook.policy import policy_at
from students.models import Enrolment, EnrolmentState, LeaveState
from students.services.approvals import funding_on

METHODS = ["GET", "HEAD", "POST"]


def _training(request: PersonRequest, pk: int) -> Enrolment:
    return get_object_or_404(reads.own_trainings(request.user), pk=pk)


def _trail() -> list[dict[str, str]]:
    return [{"label": _("Leaves and changes"), "url": reverse("student-requests")}]


def _leave_url(pk: int) -> str:
    return reverse("student-leave", args=[pk])


@require_safe
@students_only
def overview(request: PersonRequest) -> HttpResponse:
    """All that the student asked for, what it waits for, and where to ask."""
    user, now = request.user, request.now
    trainings = list(reads.own_trainings(user))
    terms = policy_at(now)
    context = {
        "now": now,
        "trainings": trainings,
        "leave_terms": terms.leave,
        "change_terms": terms.change,
        "leaves": [(row, TONES[row.state]) for row in reads.own(user, reads.leaves_for(user, now))],
        "changes": [(row, TONES[row.state]) for row in reads.own(user, reads.changes_for(user, now))],
    }
    return render(request, "mentoring/student/requests.html", context)


@require_http_methods(METHODS)
@students_only
def leave_ask(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for a leave: the rules that apply and what follows are said before anything is sent."""
    enrolment = _training(request, pk)
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
            title=_("Ask for a leave"),
            lead=enrolment.path.title,
            form=LeaveForm,
            about=[
                (
                    _("Up to %(n)d days") % {"n": terms.mentor_approves_up_to},
                    _("Your mentor decides, if told in advance (2.7)"),
                ),
                (_("Longer"), _("Student Success decides, and your mentor is told (2.7)")),
                (
                    _("More than %(n)d days") % {"n": terms.email_beyond},
                    _("An e-mail to Student Success goes out with the request (2.7)"),
                ),
                (_("If somebody funds you"), _("Their official written approval comes first (2.7)")),
            ],
            follows=follows,
            do=lambda form: request_leave(
                enrolment_id=enrolment.pk, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda leave: _("Your request is sent. Your sessions stay until the leave is validated."),
            lead_back=lambda leave: _leave_url(leave.pk),
            back=reverse("student-requests"),
            submit=_("Ask for this leave"),
            undo=_("You can withdraw it, and come back early."),
            trail=_trail(),
        ),
    )


@require_safe
@students_only
def leave(request: PersonRequest, pk: int) -> HttpResponse:
    """One leave: where it stands, what it waits for, what can be done."""
    user, now = request.user, request.now
    row = get_object_or_404(reads.own(user, reads.leaves_for(user, now)), pk=pk)
    approvals = approvals_of(user, row)
    validated = row.state == LeaveState.VALIDATED
    ahead = in_advance(now, row.starts_on, row.enrolment.time_zone)
    today = local_date(now, row.enrolment.time_zone)
    active = row.enrolment.state == EnrolmentState.ACTIVE
    context = {
        "now": now,
        "leave": row,
        "tone": TONES[row.state],
        "rows": leave_rows(row),
        "approvals": approvals,
        "missing": still_missing(approvals),
        "may_withdraw": active and (row.is_open or (validated and ahead)),
        "may_return": active and validated and not ahead and today <= row.ends_on,
        "send_url": "student-approval",
        "audience": "student",
        "trail": _trail(),
    }
    return render(request, "mentoring/requests/leave.html", context)


@require_http_methods(METHODS)
@students_only
def leave_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    user = request.user
    row = get_object_or_404(reads.own(user, reads.leaves_for(user, request.now)), pk=pk)
    validated = row.state == LeaveState.VALIDATED
    rows: list[tuple[str, Any]] = [(_("First day"), row.starts_on), (_("Last day"), row.ends_on)]
    if validated:
        rows.append((_("Your sessions"), _("Those that were cancelled are laid out again where they fit.")))
        rows.append((_("Your training's end"), _("It moves back by %(n)d days.") % {"n": row.days}))
    rows.append((_("Who is told"), _("Whoever was asked, and your mentor")))
    return perform(
        request,
        Act(
            title=_("Withdraw this leave"),
            lead=row.enrolment.path.title,
            form=ConfirmOnlyForm,
            follows=lambda form: rows,
            do=lambda form: withdraw_leave(leave_id=row.pk, by=user, now=request.now),
            done=lambda made: _("The leave is withdrawn. Your sessions take place."),
            back=_leave_url(row.pk),
            submit=_("Withdraw it"),
            trail=_trail(),
        ),
    )


@require_http_methods(METHODS)
@students_only
def leave_back(request: PersonRequest, pk: int) -> HttpResponse:
    """Come back before the leave's last day (L4)."""
    user = request.user
    row = get_object_or_404(reads.own(user, reads.leaves_for(user, request.now)), pk=pk)
    return perform(
        request,
        Act(
            title=_("Come back early"),
            lead=row.enrolment.path.title,
            form=BackForm,
            about=[(_("First day"), row.starts_on), (_("Last day"), row.ends_on)],
            initial={"back_on": local_date(request.now, row.enrolment.time_zone)},
            follows=lambda form: [
                (_("Back in training on"), form.cleaned_data["back_on"]),
                (
                    _("Your sessions"),
                    _("Weekly sessions from that day on are laid out again where they fit."),
                ),
                (_("Your training's end"), _("It moves back by the days that you do not take.")),
                (_("Who is told"), _("Your mentor, and Student Success if it validated the leave")),
            ],
            do=lambda form: return_from_leave(
                leave_id=row.pk, back_on=form.cleaned_data["back_on"], by=user, now=request.now
            ),
            done=lambda made: _("Welcome back. Your sessions are laid out again."),
            back=_leave_url(row.pk),
            submit=_("Come back"),
            trail=_trail(),
        ),
    )


@require_http_methods(METHODS)
@students_only
def approval(request: PersonRequest, pk: int) -> HttpResponse:
    """Send a funder's official written approval (2.7, 2.8): stored for this request and no other."""
    rows = reads.approvals_for(request.user).filter(funding__enrolment__student__user=request.user)
    row = get_object_or_404(rows, pk=pk)
    back = _leave_url(row.leave_id) if row.leave_id else reverse("student-change", args=[row.change_id])
    return perform(
        request,
        Act(
            title=_("Send the approval of %(funder)s") % {"funder": row.funding.funder},
            lead=str(row.leave or row.change),
            form=ApprovalForm,
            follows=lambda form: [],
            do=lambda form: send_approval(
                approval_id=row.pk, upload=form.cleaned_data["document"], by=request.user, now=request.now
            ),
            done=lambda made: _("The document is stored. Student Success looks whether it is the approval."),
            back=back,
            submit=_("Send it"),
            undo=_("It is kept with this request and used for no other."),
            direct=True,
            trail=_trail(),
        ),
    )


# Change of Path --------------------------------------------------------------------------------


@require_http_methods(METHODS)
@students_only
def change_ask(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for another Path, after the mentor (C1)."""
    enrolment = _training(request, pk)
    consultations = reads.unused_consultations(enrolment)
    terms = policy_at(request.now).change
    if not consultations.exists():
        context = {"now": request.now, "enrolment": enrolment, "terms": terms, "trail": _trail()}
        return render(request, "mentoring/student/change_first.html", context)

    def follows(form: Any) -> list[tuple[str, Any]]:
        advice = form.cleaned_data["consultation"]
        today = local_date(request.now, enrolment.time_zone)
        funders = ", ".join(str(each.funder) for each in funding_on(enrolment, today))
        rows: list[tuple[str, Any]] = [
            (_("From"), enrolment.path.title),
            (_("To"), advice.to_path.title),
            (_("Your mentor's advice"), advice.advice),
        ]
        if funders:
            rows.append(
                (
                    _("Your funders"),
                    _(
                        "The school accepts the request once each one's written approval is on file: %(names)s."
                    )
                    % {"names": funders},
                )
            )
            rows.append(
                (
                    _("Takes effect"),
                    _("%(n)d business days after that at the earliest (2.8)") % {"n": terms.processing},
                )
            )
        else:
            rows.append(
                (
                    _("Takes effect no earlier than"),
                    earliest_effect(request.now, terms, enrolment.time_zone, enrolment.region),
                )
            )
        return [*rows, *effect_rows(effect_of(enrolment, advice.to_path))]

    return perform(
        request,
        Act(
            title=_("Ask for another Path"),
            lead=enrolment.path.title,
            form=partial(ChangeForm, consultations=consultations),
            follows=follows,
            do=lambda form: request_change(
                consultation_id=form.cleaned_data["consultation"].pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=request.now,
            ),
            done=lambda change: _("Your request is sent."),
            lead_back=lambda change: reverse("student-change", args=[change.pk]),
            back=reverse("student-requests"),
            submit=_("Ask for this change"),
            undo=_("You can withdraw it until the day on which it takes effect."),
            trail=_trail(),
        ),
    )


@require_safe
@students_only
def change(request: PersonRequest, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    row = get_object_or_404(reads.own(user, reads.changes_for(user, now)), pk=pk)
    approvals = approvals_of(user, row)
    context = {
        "now": now,
        "change": row,
        "tone": TONES[row.state],
        "rows": change_rows(row),
        "effect": effect_rows(effect_of(row.enrolment, row.to_path)) if row.is_open else [],
        "approvals": approvals,
        "missing": still_missing(approvals),
        "may_withdraw": row.is_open,
        "send_url": "student-approval",
        "audience": "student",
        "trail": _trail(),
    }
    return render(request, "mentoring/requests/change.html", context)


@require_http_methods(METHODS)
@students_only
def change_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    user = request.user
    row = get_object_or_404(reads.own(user, reads.changes_for(user, request.now)), pk=pk)
    return perform(
        request,
        Act(
            title=_("Stay on your Path"),
            lead=str(row),
            form=ConfirmOnlyForm,
            follows=lambda form: [
                (_("You stay on"), row.from_path.title),
                (_("Who is told"), _("Your mentor, the Learning Manager and Student Success")),
            ],
            do=lambda form: withdraw_change(change_id=row.pk, by=user, now=request.now),
            done=lambda made: _("The request is withdrawn."),
            back=reverse("student-change", args=[row.pk]),
            submit=_("Withdraw the request"),
            trail=_trail(),
        ),
    )


@require_http_methods(METHODS)
@students_only
def training_end(request: PersonRequest, pk: int) -> HttpResponse:
    """End the training early (L5): what follows is said first."""
    enrolment = _training(request, pk)
    return perform(
        request,
        Act(
            title=_("End your training early"),
            lead=enrolment.path.title,
            form=EndOwnForm,
            initial={"ends_on": local_date(request.now, enrolment.time_zone)},
            about=[
                (_("A pause instead?"), _("A leave moves your training's end and keeps your place.")),
                (_("Your training ends now on"), enrolment.ends_on),
            ],
            follows=lambda form: [
                (_("Your last day in training"), form.cleaned_data["ends_on"]),
                (_("Your sessions"), _("Those after that day are cancelled.")),
                (_("What is still open"), _("Leaves and a change of Path that wait are withdrawn.")),
                (_("Your record"), _("Nothing is deleted: it stays yours to read.")),
                (_("Who is told"), _("Your mentor, the Learning Manager and Student Success")),
            ],
            do=lambda form: end_own_training(
                enrolment_id=enrolment.pk, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda made: _("Your training ends on the day that you chose. Your mentor has been told."),
            lead_back=lambda made: reverse("student-training"),
            back=reverse("student-requests"),
            submit=_("End my training"),
            undo=_("This cannot be taken back: the school would have to enrol you again."),
            tone="bad",
            trail=_trail(),
        ),
    )
