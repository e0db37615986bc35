"""The student's projects: what is asked, handing in, comments, and the defence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, students_only
from accounts.numbers import number_in
from mentoring.forms import add_refusal
from mentoring.forms.projects import FILES, CalledOffForm, DeliverableForm, RemarkForm
from mentoring.forms.student import SlotForm
from mentoring.models import Defence, DefenceState
from mentoring.selectors.defence_slots import defence_slots
from mentoring.selectors.works import assessors_for, current_mentor, with_people
from mentoring.services import works as services
from mentoring.services.defences import book_defence, cancel_defence, check_defendable, join_defence
from mentoring.views.answers import lead_on
from mentoring.views.slots import shown_week, tabs, weeks_of
from mentoring.views.works import work_context
from mentoring.words import refusal
from rulebook.errors import RuleError
from rulebook.policy import policy_at
from students.models import ProjectWork
from students.permissions import check_standing, in_training


def _own(request: PersonRequest, pk: int) -> ProjectWork:
    rows = with_people(ProjectWork.objects.filter(enrolment__student__user=request.user))
    return get_object_or_404(rows, pk=pk)


def _own_defence(request: PersonRequest, pk: int) -> Defence:
    rows = Defence.objects.filter(student__user=request.user).select_related(
        "work__project", "assessor__user", "student__user", "work__enrolment"
    )
    return get_object_or_404(rows, pk=pk)


def _trail(work: ProjectWork) -> list[dict[str, str]]:
    return [
        {"label": _("My training"), "url": reverse("student-training")},
        {"label": work.project.title, "url": reverse("student-work", args=[work.pk])},
    ]


@require_safe
@students_only
def work(request: PersonRequest, pk: int) -> HttpResponse:
    """One project of the student: what is asked, every version, what was said and decided."""
    own = _own(request, pk)
    mentor = current_mentor(own.enrolment_id, request.now)
    context = work_context(own) | {
        "now": request.now,
        "audience": "student",
        "mentor": mentor,
        "open": in_training(own.enrolment, request.now),
        "remark_url": reverse("student-remark", args=[pk]),
        "opens_before": policy_at(request.now).defences.join_opens_before,
        "sees_recordings": True,
        "trail": _trail(own)[:1],
    }
    return render(request, "mentoring/projects/work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def submit(request: PersonRequest, pk: int) -> HttpResponse:
    """Hand in another version; earlier ones stay as they are (T2)."""
    own = _own(request, pk)
    form = DeliverableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = services.submit_deliverable(
                work_id=pk,
                uploads=form.uploads,
                note=form.cleaned_data["note"],
                by=request.user,
                now=request.now,
            )
        except RuleError as error:
            field = FILES[0] if error.field in ("file", "files") else None
            form.add_error(field, refusal(error))
        else:
            said = _("Version %(n)d is handed in. Your mentor has been told.")
            if version.late:
                said = _("Version %(n)d is handed in, after its last day. Your mentor has been told.")
            messages.success(request, said % {"n": version.version})
            return redirect("student-work", pk=pk)
    context = work_context(own) | {
        "now": request.now,
        "form": form,
        "mentor": current_mentor(own.enrolment_id, request.now),
        "trail": _trail(own),
    }
    return render(request, "mentoring/projects/submit.html", context, status=422 if form.errors else 200)


@require_POST
@students_only
def remark(request: PersonRequest, pk: int) -> HttpResponse:
    """A comment to the mentor."""
    own, form = _own(request, pk), RemarkForm(request.POST)
    if form.is_valid():
        try:
            services.write_remark(
                work_id=own.pk, text=form.cleaned_data["text"], by=request.user, now=request.now
            )
        except RuleError as error:
            messages.error(request, refusal(error))
        else:
            messages.success(request, _("Your comment is there; your mentor has been told."))
    else:
        messages.error(request, _("Write something first."))
    return redirect(reverse("student-work", args=[pk]) + "#comments")


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def defence(request: PersonRequest, pk: int) -> HttpResponse:
    """Choose an assessor and one of their free slots."""
    own = _own(request, pk)
    form = SlotForm(request.POST if request.method == "POST" else None)
    assessors = list(assessors_for(own))
    chosen = number_in(request.GET.get("assessor", ""))
    assessor = next((each for each in assessors if each.pk == chosen), assessors[0] if assessors else None)
    if request.method == "POST" and form.is_valid() and assessor is not None:
        starts_at = form.cleaned_data["starts_at"]
        if own.defences.filter(state=DefenceState.BOOKED, assessor=assessor, starts_at=starts_at).exists():
            return redirect("student-work", pk=pk)  # sent twice: it is booked
        try:
            book_defence(
                work_id=pk, assessor_id=assessor.pk, starts_at=starts_at, by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            words = {"assessor": assessor.user.full_name}
            messages.success(request, _("Your defence is booked. %(assessor)s has been told.") % words)
            return redirect("student-work", pk=pk)
    context: dict[str, Any] = {
        "now": request.now,
        "work": own,
        "project": own.project,
        "form": form,
        "trail": _trail(own),
        "assessor": assessor,
    }
    try:
        check_standing(own.enrolment, request.now)
        check_defendable(own)
    except RuleError as error:
        context["refused"] = refusal(error)
        status = 409 if form.is_bound else 200
        return render(request, "mentoring/projects/book.html", context, status=status)
    if assessor is not None:
        offer = defence_slots(own, assessor, now=request.now)
        weeks = weeks_of(offer, request.now)
        shown = shown_week(weeks, request.GET.get("week", ""))
        context |= {
            "days": weeks[shown] if weeks else [],
            "count": len(offer.starts),
            "minutes": int(offer.length.total_seconds()) // 60,
            "tabs": [
                {**tab, "url": f"?assessor={assessor.pk}&week={place}"}
                for place, tab in enumerate(tabs(weeks, shown, request.now))
            ],
            "people": [
                {"label": each.user.full_name, "url": f"?assessor={each.pk}", "current": each == assessor}
                for each in assessors
            ],
        }
    return render(request, "mentoring/projects/book.html", context, status=422 if form.errors else 200)


@require_POST
@students_only
def defence_join(request: PersonRequest, pk: int) -> HttpResponse:
    """Notes that the student joined, and leads on to the video conference."""
    own = _own_defence(request, pk)
    try:
        join_defence(defence_id=pk, by=request.user, now=request.now)
    except RuleError as error:
        messages.error(request, refusal(error))
        return redirect("student-work", pk=own.work_id)
    return lead_on(request, own.video_link)


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def defence_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Call a booked defence off."""
    own = _own_defence(request, pk)
    back = reverse("student-work", args=[own.work_id])
    return cancel_page(request, own, own.assessor.user.full_name, back, _trail(own.work))


def cancel_page(
    request: Any, defence: Defence, told: str, back: str, trail: list[dict[str, str]]
) -> HttpResponse:
    """The page on which either side calls a defence off: what follows, then the reason."""
    form = CalledOffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and defence.state == DefenceState.CANCELLED:
        return redirect(back)  # sent twice: it is cancelled
    if request.method == "POST" and form.is_valid():
        try:
            cancel_defence(
                defence_id=defence.pk, reason=form.cleaned_data["reason"], by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The defence is cancelled. %(who)s has been told.") % {"who": told})
            return redirect(back)
    rows = [
        (_("The defence"), defence.starts_at),
        (_("Who is told"), _("%(who)s, by e-mail, at once, with your reason") % {"who": told}),
        (_("What it counts"), _("Nothing: the rules on notice and absence are those of weekly sessions")),
        (_("Another defence"), _("Can be booked at once")),
    ]
    context = {
        "now": request.now,
        "defence": defence,
        "project": defence.work.project,
        "form": form,
        "rows": rows,
        "back": back,
        "trail": trail,
    }
    return render(request, "mentoring/projects/cancel.html", context, status=422 if form.errors else 200)
