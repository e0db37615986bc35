"""The mentor's side of a project: reading what was handed in, deciding, comments, a last day, proposing a defence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import PersonRequest, mentors_only
from mentoring.forms import add_refusal
from mentoring.forms.projects import DecisionForm, DueForm, ProposeForm, RemarkForm
from mentoring.models import Defence
from mentoring.selectors.sessions import mentee_scope
from mentoring.selectors.works import assessors_for, current_mentor, with_people
from mentoring.services import works as services
from mentoring.services.defences import book_defence, check_defendable
from mentoring.views.student.projects import cancel_page
from mentoring.views.works import work_context
from mentoring.words import refusal
from rulebook.errors import RuleError
from students.models import ProjectWork, ReviewDecision, WorkState


def _mentees(request: PersonRequest, pk: int) -> ProjectWork:
    """A work of a student whom this person mentors now; a former mentor finds nothing here (A11)."""
    rows = with_people(ProjectWork.objects.filter(mentee_scope(request.user, request.now)))
    return get_object_or_404(rows, pk=pk)


def _trail(work: ProjectWork) -> list[dict[str, str]]:
    name = work.enrolment.student.user.full_name
    return [
        {"label": _("Students"), "url": reverse("mentor-students")},
        {"label": name, "url": reverse("mentor-student", args=[work.enrolment_id])},
        {"label": work.project.title, "url": reverse("mentor-work", args=[work.pk])},
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def work(request: PersonRequest, pk: int) -> HttpResponse:
    """One project of a student; posting decides on the version that was read."""
    shown = _mentees(request, pk)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and (answer := _decide(request, shown, form)) is not None:
            return answer
        status = 422
        shown = _mentees(request, pk)
    context = work_context(shown)
    mentor = current_mentor(shown.enrolment_id, request.now)
    mine = mentor is not None and mentor.user_id == request.user.pk
    if not form.is_bound and context["current"] is not None:
        form = DecisionForm(initial={"version": context["current"].pk})
    context |= {
        "now": request.now,
        "audience": "mentor",
        "form": form,
        "decides": mine and shown.state == WorkState.SUBMITTED and shown.dropped_at is None,
        "due_form": DueForm(initial={"due_on": shown.due_on}),
        "sets_due": mine and context["takes_versions"],
        "remark_url": reverse("mentor-remark", args=[pk]),
        "sees_recordings": True,
        "trail": _trail(shown)[:2],
    }
    return render(request, "mentoring/projects/work.html", context, status=status)


def _decide(request: PersonRequest, work: ProjectWork, form: DecisionForm) -> HttpResponse | None:
    version = get_object_or_404(work.deliverables, pk=form.cleaned_data["version"])
    decision = ReviewDecision(form.cleaned_data["decision"])
    standing = getattr(version, "review", None)
    if standing is not None and standing.decided_by_id == request.user.pk and standing.decision == decision:
        return redirect("mentor-work", pk=work.pk)  # sent twice: it is decided
    try:
        services.decide_on_version(
            deliverable_id=version.pk,
            decision=decision,
            comment=form.cleaned_data["comment"],
            by=request.user,
            now=request.now,
        )
    except RuleError as error:
        add_refusal(form, error)
        return None
    words = {"student": work.enrolment.student.user.full_name}
    if decision == ReviewDecision.APPROVE:
        messages.success(request, _("The project is approved. %(student)s has been told.") % words)
    else:
        messages.success(request, _("The project is given back. %(student)s has been told.") % words)
    return redirect("mentor-work", pk=work.pk)


@require_POST
@mentors_only
def remark(request: PersonRequest, pk: int) -> HttpResponse:
    """A comment to the student."""
    shown, form = _mentees(request, pk), RemarkForm(request.POST)
    if form.is_valid():
        try:
            services.write_remark(
                work_id=shown.pk, text=form.cleaned_data["text"], by=request.user, now=request.now
            )
        except PermissionDenied:  # mentors from a later day on
            messages.error(request, _("You are not the mentor of this student today."))
        else:
            messages.success(request, _("Your comment is there; the student has been told."))
    else:
        messages.error(request, _("Write something first."))
    return redirect(reverse("mentor-work", args=[pk]) + "#comments")


@require_POST
@mentors_only
def due(request: PersonRequest, pk: int) -> HttpResponse:
    """The last day for a version."""
    shown, form = _mentees(request, pk), DueForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This is no day of the calendar."))
        return redirect("mentor-work", pk=pk)
    try:
        services.set_due_day(
            work_id=shown.pk, due_on=form.cleaned_data["due_on"], by=request.user, now=request.now
        )
    except RuleError as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("The last day is set; the student has been told."))
    return redirect("mentor-work", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def defence(request: PersonRequest, pk: int) -> HttpResponse:
    """Propose a time for the defence of an approved project."""
    shown = _mentees(request, pk)
    return propose_page(request, shown, reverse("mentor-work", args=[pk]), _trail(shown))


def propose_page(request: Any, work: ProjectWork, back: str, trail: list[dict[str, str]]) -> HttpResponse:
    """The page on which the mentor or the school sets the time of a defence."""
    form = ProposeForm(request.POST if request.method == "POST" else None, assessors=assessors_for(work))
    context: dict[str, Any] = {
        "now": request.now,
        "work": work,
        "project": work.project,
        "student": work.enrolment.student.user,
        "form": form,
        "back": back,
        "trail": trail,
    }
    try:
        check_defendable(work)
    except RuleError as error:
        context["refused"] = refusal(error)
        status = 409 if form.is_bound else 200
        return render(request, "mentoring/projects/propose.html", context, status=status)
    if request.method == "POST" and form.is_valid():
        try:
            book_defence(
                work_id=work.pk,
                assessor_id=form.cleaned_data["assessor"].pk,
                starts_at=form.starts_at,
                length=form.length,
                by=request.user,
                now=request.now,
            )
        except RuleError as error:
            names = {"starts_at": "starts", "ends_at": "minutes"}
            field = names.get(error.field, error.field)
            form.add_error(field if field in form.fields else None, refusal(error))
        else:
            messages.success(request, _("The defence is booked. Both sides have been told."))
            return redirect(back)
    return render(request, "mentoring/projects/propose.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def defence_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Call a booked defence of a student off."""
    rows = Defence.objects.filter(mentee_scope(request.user, request.now, "work__enrolment_id"))
    shown = get_object_or_404(
        rows.select_related("work__project", "work__enrolment__student__user", "assessor__user"), pk=pk
    )
    told = _("%(student)s and %(assessor)s") % {
        "student": shown.work.enrolment.student.user.full_name,
        "assessor": shown.assessor.user.full_name,
    }
    return cancel_page(request, shown, told, reverse("mentor-work", args=[shown.work_id]), _trail(shown.work))
