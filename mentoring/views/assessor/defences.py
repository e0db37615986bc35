"""Defences as their assessor sees them: the list, one of them, its recording and its outcome (2.2, 2.6)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, assessors_only
from mentoring.forms.projects import OutcomeForm, RecordingForm
from mentoring.models import Defence, DefenceState
from mentoring.services.defences import attach_recording, decide_defence, join_defence
from mentoring.views.answers import lead_on
from mentoring.views.student.projects import cancel_page
from mentoring.views.works import work_context
from mentoring.words import refusal
from rulebook.errors import RuleError
from rulebook.policy import policy_at

PAGE = 25

AssessorRequest = PersonRequest


def _own(request: AssessorRequest) -> Any:
    return Defence.objects.filter(assessor__user=request.user).select_related(
        "work__project",
        "work__enrolment__path",
        "work__enrolment__student__user",
        "assessor__user",
        "student__user",
        "recording",
    )


def _trail(defence: Defence) -> list[dict[str, str]]:
    return [
        {"label": _("Defences"), "url": reverse("assessor-home")},
        {"label": str(defence.work.project), "url": reverse("assessor-defence", args=[defence.pk])},
    ]


@require_safe
@assessors_only
def home(request: AssessorRequest) -> HttpResponse:
    """Defences to hold or to decide on, the next first; then those that are done."""
    rows = _own(request)
    past = rows.exclude(state=DefenceState.BOOKED).order_by("-starts_at", "-pk")
    context = {
        "now": request.now,
        "ahead": list(rows.filter(state=DefenceState.BOOKED).order_by("starts_at", "pk")),
        "past": Paginator(past, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "mentoring/assessor/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@assessors_only
def defence(request: AssessorRequest, pk: int) -> HttpResponse:
    """One defence with the work behind it; posting gives the word on each skill."""
    shown: Defence = get_object_or_404(_own(request), pk=pk)
    if shown.state == DefenceState.CANCELLED:
        # The work behind it is none of theirs any more.
        context: dict[str, Any] = {"now": request.now, "defence": shown, "trail": _trail(shown)[:1]}
        return render(request, "mentoring/assessor/cancelled.html", context)
    context = work_context(shown.work)
    missing = [skill for skill, approval in context["skills"] if approval is None]
    form = OutcomeForm(request.POST if request.method == "POST" else None, skills=missing)
    if request.method == "POST" and shown.state != DefenceState.BOOKED:
        return redirect("assessor-defence", pk=pk)  # it is decided
    if request.method == "POST" and form.is_valid():
        try:
            decide_defence(
                defence_id=pk,
                assessed=form.assessed,
                comment=form.cleaned_data["comment"],
                by=request.user,
                now=request.now,
            )
        except RuleError as error:
            form.add_error(error.field if error.field in form.fields else None, refusal(error))
        else:
            messages.success(
                request, _("The outcome is recorded. The student and the mentor have been told.")
            )
            return redirect("assessor-defence", pk=pk)
    context |= {
        "now": request.now,
        "audience": "assessor",
        "defence": shown,
        "form": form,
        "recording_form": RecordingForm(),
        "begun": request.now >= shown.starts_at,
        "opens_at": shown.starts_at - policy_at(shown.starts_at).defences.join_opens_before,
        "sees_recordings": False,  # each only of the defences that they held themselves
        "trail": _trail(shown)[:1],
    }
    return render(request, "mentoring/assessor/defence.html", context, status=422 if form.errors else 200)


@require_POST
@assessors_only
def recording(request: AssessorRequest, pk: int) -> HttpResponse:
    """Add the recording, or another in its place."""
    shown: Defence = get_object_or_404(_own(request), pk=pk)
    form = RecordingForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            attach_recording(
                defence_id=shown.pk, upload=form.cleaned_data["recording"], by=request.user, now=request.now
            )
        except RuleError as error:
            messages.error(request, refusal(error))
        else:
            messages.success(request, _("The recording is part of the student’s record."))
    else:
        for said in form.errors.get("recording", []):
            messages.error(request, str(said))
    return redirect("assessor-defence", pk=pk)


@require_POST
@assessors_only
def join(request: AssessorRequest, pk: int) -> HttpResponse:
    """Notes that the assessor joined, and leads on to the video conference."""
    shown: Defence = get_object_or_404(_own(request), pk=pk)
    try:
        join_defence(defence_id=pk, by=request.user, now=request.now)
    except RuleError as error:
        messages.error(request, refusal(error))
        return redirect("assessor-defence", pk=pk)
    return lead_on(request, shown.video_link)


@require_http_methods(["GET", "HEAD", "POST"])
@assessors_only
def cancel(request: AssessorRequest, pk: int) -> HttpResponse:
    """Call a booked defence off."""
    shown: Defence = get_object_or_404(_own(request), pk=pk)
    told = shown.student.user.full_name
    return cancel_page(request, shown, told, reverse("assessor-defence", args=[pk]), _trail(shown))
