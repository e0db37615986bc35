"""What a mentor decides or says of a student's requests: short leaves, and advice on another Path (2.7, 2.8)."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, mentors_only
from mentoring.forms.requests import ConsultationForm, DecisionForm, RefusalForm
from mentoring.permissions import can_decide_leave
from mentoring.selectors import mentor as of_mentor
from mentoring.selectors import requests as reads
from mentoring.services import record_consultation, refuse_leave, validate_leave
from mentoring.services.leaves import current_mentor
from mentoring.views.describing import (
    TONES,
    approvals_of,
    change_rows,
    leave_follows,
    leave_rows,
    still_missing,
)
from mentoring.views.staff.acts import Act, perform
from students.models import LeaveRequest, LeaveState, Path

METHODS = ["GET", "HEAD", "POST"]


def _leave(request: PersonRequest, pk: int) -> LeaveRequest:
    user, now = request.user, request.now
    return get_object_or_404(reads.mentors(user, reads.leaves_for(user, now), now), pk=pk)


@require_safe
@mentors_only
def leave(request: PersonRequest, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    row = _leave(request, pk)
    approvals = approvals_of(user, row)
    mine = can_decide_leave(user, row, current_mentor(row.enrolment, now))
    context = {
        "now": now,
        "leave": row,
        "tone": TONES[row.state],
        "rows": leave_rows(row),
        "approvals": approvals,
        "missing": still_missing(approvals),
        "may_decide": mine and row.state == LeaveState.REQUESTED,
        "validate_url": reverse("mentor-leave-validate", args=[row.pk]),
        "refuse_url": reverse("mentor-leave-refuse", args=[row.pk]),
        "audience": "mentor",
        "trail": [
            {
                "label": str(row.enrolment.student),
                "url": reverse("mentor-student", args=[row.enrolment_id]),
            }
        ],
    }
    return render(request, "mentoring/requests/leave.html", context)


@require_http_methods(METHODS)
@mentors_only
def leave_validate(request: PersonRequest, pk: int) -> HttpResponse:
    """L1: the mentor approves a leave of up to a week."""
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
            done=lambda made: _("The leave is validated. The student has been told."),
            back=reverse("mentor-leave", args=[row.pk]),
            submit=_("Validate the leave"),
            undo=_("The student can withdraw it before it begins, and come back early."),
        ),
    )


@require_http_methods(METHODS)
@mentors_only
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
            back=reverse("mentor-leave", args=[row.pk]),
            submit=_("Refuse the leave"),
            undo=_("The student can ask for other days."),
            tone="bad",
        ),
    )


def _deciding(request: PersonRequest, pk: int) -> LeaveRequest:
    row = _leave(request, pk)
    if not can_decide_leave(request.user, row, current_mentor(row.enrolment, request.now)):
        raise Http404
    return row


@require_http_methods(METHODS)
@mentors_only
def consultation(request: PersonRequest, pk: int) -> HttpResponse:
    """C1: the mentor records what was advised, before the student can ask the school."""
    mentorship = get_object_or_404(of_mentor.mentees(request.user, request.now), enrolment_id=pk)
    enrolment = mentorship.enrolment
    now_mentor = current_mentor(enrolment, request.now)
    if now_mentor is None or now_mentor.user_id != request.user.pk:
        raise Http404
    paths = Path.objects.filter(active=True).exclude(pk=enrolment.path_id)
    back = reverse("mentor-student", args=[enrolment.pk])
    return perform(
        request,
        Act(
            title=_("Record a consultation about another Path"),
            lead=f"{enrolment.student} · {enrolment.path.title}",
            form=partial(ConsultationForm, paths=paths),
            follows=lambda form: [
                (_("Path that the student wishes for"), str(form.cleaned_data["to_path"])),
                (_("What you advised"), form.cleaned_data["advice"]),
                (_("What it opens"), _("The student can send a request for this Path to the school (2.8).")),
                (_("Told by e-mail"), str(enrolment.student)),
            ],
            do=lambda form: record_consultation(
                enrolment_id=enrolment.pk, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda made: _("Your advice is recorded. The student has been told."),
            back=back,
            submit=_("Record it"),
            undo=_("It stays in the record."),
            trail=[{"label": str(enrolment.student), "url": back}],
        ),
    )


@require_safe
@mentors_only
def change(request: PersonRequest, pk: int) -> HttpResponse:
    user, now = request.user, request.now
    row = get_object_or_404(reads.mentors(user, reads.changes_for(user, now), now), pk=pk)
    approvals = approvals_of(user, row)
    context = {
        "now": now,
        "change": row,
        "tone": TONES[row.state],
        "rows": change_rows(row),
        "approvals": approvals,
        "missing": still_missing(approvals),
        "audience": "mentor",
    }
    return render(request, "mentoring/requests/change.html", context)
