"""Holds on the recordings of a student's defences, for the Head of Learning (2.6; abuse 76)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, opened_to
from mentoring.forms.staff import ConfirmOnlyForm, HoldForm
from mentoring.models import Hold, HoldReason
from mentoring.permissions import can_hold_recordings
from mentoring.services.holds import place_legal_hold, release_legal_hold
from rulebook.policy import policy_at
from students.models import Student

from .acts import Act, perform

METHODS = ["GET", "HEAD", "POST"]


def _common(student: Student) -> dict[str, Any]:
    url = reverse("staff-person", args=[student.pk])
    return {"lead": str(student), "back": url, "trail": [{"label": str(student), "url": url}]}


def _others(request: PersonRequest, student: Student) -> Student:
    """Nobody holds or releases their own."""
    if student.user_id == request.user.pk:
        raise Http404
    return student


@require_http_methods(METHODS)
@opened_to(can_hold_recordings)
def place(request: PersonRequest, pk: int) -> HttpResponse:
    """Legal proceedings need the recordings of a student's defences."""
    student = _others(request, get_object_or_404(Student.objects.select_related("user"), pk=pk))
    longest = policy_at(request.now).recordings.legal_hold_longest
    return perform(
        request,
        Act(
            title=_("Hold the recordings of defences"),
            form=HoldForm,
            about=[
                (
                    _("What is held"),
                    _(
                        "Recordings of defences. Those of mentoring sessions go on their day, whatever happens."
                    ),
                ),
                (_("How long"), _("%(days)s days at most; it ends by itself.") % {"days": longest}),
            ],
            follows=lambda form: [
                (_("Kept until"), form.cleaned_data["ends_on"]),
                (_("Grounds"), form.cleaned_data["grounds"]),
                (
                    _("Who reads this"),
                    _("The student: on the page of what is kept of them, and in their record."),
                ),
            ],
            do=lambda form: place_legal_hold(
                student=student, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda made: _("The recordings are held."),
            submit=_("Hold them"),
            **_common(student),
        ),
    )


@require_http_methods(METHODS)
@opened_to(can_hold_recordings)
def release(request: PersonRequest, pk: int) -> HttpResponse:
    """The proceedings need them no more."""
    rows = Hold.objects.filter(reason=HoldReason.LEGAL, released_at__isnull=True, ends_at__gt=request.now)
    row = get_object_or_404(rows.select_related("student__user"), pk=pk)
    student = _others(request, row.student)
    return perform(
        request,
        Act(
            title=_("Release the recordings"),
            form=ConfirmOnlyForm,
            follows=lambda form: [
                (_("Held since"), row.placed_at),
                (_("Grounds"), row.grounds),
                (_("What follows"), _("Recordings that nothing else holds go once their training is over.")),
            ],
            do=lambda form: release_legal_hold(hold_id=row.pk, by=request.user, now=request.now),
            done=lambda made: _("The hold is released."),
            submit=_("Release them"),
            **_common(student),
        ),
    )
