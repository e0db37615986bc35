"""A student asks that the programme be adapted, with a proof that Student Success alone reads (2.4, 2.5)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest
from mentoring.forms.requests import AdaptationForm
from mentoring.forms.staff import ConfirmOnlyForm
from mentoring.selectors import requests as reads
from mentoring.services import request_adaptation, withdraw_request
from mentoring.views.staff.accommodations import measure_rows
from mentoring.views.staff.acts import Act, perform
from students.models import Accommodation, AccommodationState

from .requests import METHODS, students_only


@require_safe
@students_only
def overview(request: PersonRequest) -> HttpResponse:
    """What is adapted for the student, what was asked for, and who has read the proof."""
    user = request.user
    measures = list(
        Accommodation.objects.filter(enrolment__student__user=user).select_related("enrolment__path")
    )
    for row in measures:
        row.rows = measure_rows(row.audio, row.notice, row.lateness, row.rescheduling)  # type: ignore[attr-defined]  # shown
    rows = list(reads.own(user, reads.adaptations_for(user)).prefetch_related("proof__viewings__viewer"))
    waiting = {row.enrolment_id for row in rows if row.state == AccommodationState.REQUESTED}
    trainings = [row for row in reads.own_trainings(user) if row.pk not in waiting]
    context = {"now": request.now, "measures": measures, "requests": rows, "trainings": trainings}
    return render(request, "mentoring/student/adaptations.html", context)


@require_http_methods(METHODS)
@students_only
def ask(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for an adaptation of one training."""
    enrolment = get_object_or_404(reads.own_trainings(request.user), pk=pk)
    return perform(
        request,
        Act(
            title=_("Ask for an adaptation"),
            lead=enrolment.path.title,
            form=AdaptationForm,
            about=[
                (
                    _("Who reads your proof"),
                    _("Student Success alone; each opening is logged and shown to you"),
                ),
                (_("What others see"), _("The measure that comes of it, for instance that audio is allowed")),
            ],
            follows=lambda form: [],
            do=lambda form: request_adaptation(
                enrolment_id=enrolment.pk,
                audio=form.cleaned_data["audio"],
                wishes=form.cleaned_data["wishes"],
                proof=form.cleaned_data["proof"],
                by=request.user,
                now=request.now,
            ),
            done=lambda made: _("Your request is sent to Student Success."),
            back=reverse("student-adaptation"),
            submit=_("Send it to Student Success"),
            direct=True,
            trail=[{"label": _("Adaptations"), "url": reverse("student-adaptation")}],
        ),
    )


@require_http_methods(METHODS)
@students_only
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a request back that is not decided yet."""
    user = request.user
    rows = reads.own(user, reads.adaptations_for(user))
    row = get_object_or_404(rows, pk=pk, state=AccommodationState.REQUESTED)
    return perform(
        request,
        Act(
            title=_("Take your request back"),
            lead=row.enrolment.path.title,
            form=ConfirmOnlyForm,
            follows=lambda form: [(_("Your request"), _("Student Success no longer decides on it."))],
            do=lambda form: withdraw_request(request_id=row.pk, by=user, now=request.now),
            done=lambda made: _("Your request is taken back."),
            back=reverse("student-adaptation"),
            submit=_("Take it back"),
        ),
    )
