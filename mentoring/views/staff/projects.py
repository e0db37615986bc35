"""A student's work on a project as the school's staff sees it: read, commented on, and its defences arranged."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, staff_only
from mentoring.forms.projects import RemarkForm
from mentoring.models import Defence
from mentoring.selectors.works import current_mentor, with_people
from mentoring.services import works as services
from mentoring.views.mentor.projects import propose_page
from mentoring.views.student.projects import cancel_page
from mentoring.views.works import work_context
from students.models import ProjectWork
from students.selectors import staff_scope


def _seen(request: PersonRequest, pk: int) -> ProjectWork:
    rows = with_people(ProjectWork.objects.filter(staff_scope(request.user, "enrolment__")))
    return get_object_or_404(rows, pk=pk)


def _trail(work: ProjectWork) -> list[dict[str, str]]:
    student = work.enrolment.student
    return [
        {"label": _("People"), "url": reverse("staff-people")},
        {"label": str(student), "url": reverse("staff-person", args=[student.pk])},
        {"label": work.project.title, "url": reverse("staff-work", args=[work.pk])},
    ]


@require_safe
@staff_only
def work(request: PersonRequest, pk: int) -> HttpResponse:
    """One project of a student: what was handed in, decided and defended. Recordings are not the staff's (V2)."""
    shown = _seen(request, pk)
    context = work_context(shown) | {
        "now": request.now,
        "audience": "staff",
        "mentor": current_mentor(shown.enrolment_id, request.now),
        "remark_url": reverse("staff-remark", args=[pk]),
        "sees_recordings": False,
        "trail": _trail(shown)[:2],
    }
    return render(request, "mentoring/projects/work.html", context)


@require_POST
@staff_only
def remark(request: PersonRequest, pk: int) -> HttpResponse:
    """A comment that the student and the mentor read."""
    shown, form = _seen(request, pk), RemarkForm(request.POST)
    if form.is_valid():
        services.write_remark(
            work_id=shown.pk, text=form.cleaned_data["text"], by=request.user, now=request.now
        )
        messages.success(request, _("Your comment is there; student and mentor have been told."))
    else:
        messages.error(request, _("Write something first."))
    return redirect(reverse("staff-work", args=[pk]) + "#comments")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def defence(request: PersonRequest, pk: int) -> HttpResponse:
    """Set the time of a defence."""
    shown = _seen(request, pk)
    return propose_page(request, shown, reverse("staff-work", args=[pk]), _trail(shown))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def defence_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Call a booked defence off."""
    rows = Defence.objects.filter(staff_scope(request.user, "work__enrolment__"))
    shown = get_object_or_404(
        rows.select_related("work__project", "work__enrolment__student__user", "assessor__user"), pk=pk
    )
    told = _("%(student)s and %(assessor)s") % {
        "student": shown.work.enrolment.student.user.full_name,
        "assessor": shown.assessor.user.full_name,
    }
    return cancel_page(request, shown, told, reverse("staff-work", args=[shown.work_id]), _trail(shown.work))
