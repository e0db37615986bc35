"""Another session in place of one that was missed or cancelled: the free slots, and the booking."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, students_only
from mentoring.forms import add_refusal
from mentoring.forms.student import SlotForm
from mentoring.models import Session
from mentoring.selectors import student as reads
from mentoring.selectors.slots import picker
from mentoring.services.bookings import book_replacement, replaceable
from mentoring.views.slots import shown_week, tabs, weeks_of
from mentoring.words import refusal
from rulebook.errors import RuleError


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def book(request: PersonRequest, pk: int) -> HttpResponse:
    """The mentor's free slots, a week at a time; posting one books it. The service says whether it is free."""
    missed = get_object_or_404(
        reads.own_sessions(request.user).select_related(
            "student__user", "mentor__user", "enrolment__path", "absence"
        ),
        pk=pk,
    )
    form = SlotForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        starts_at = form.cleaned_data["starts_at"]
        standing = reads.own_sessions(request.user).filter(replaces=missed, released_at__isnull=True).first()
        if standing is not None and standing.starts_at == starts_at:
            return redirect("student-session", pk=standing.pk)  # sent twice: it is booked
        try:
            booked = book_replacement(
                session_id=missed.pk, starts_at=starts_at, by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(
                request,
                _("Your session is booked. %(mentor)s has been told.")
                % {"mentor": booked.mentor.user.full_name},
            )
            return redirect("student-session", pk=booked.pk)
    return _show(request, missed, form)


def _show(request: PersonRequest, missed: Session, form: SlotForm) -> HttpResponse:
    context: dict[str, Any] = {
        "now": request.now,
        "session": missed,
        "absence": getattr(missed, "absence", None),
        "form": form,
        "trail": [
            {"label": _("Sessions"), "url": reverse("student-sessions")},
            {"label": _("Session"), "url": reverse("student-session", args=[missed.pk])},
        ],
    }
    if refused := replaceable(missed, request.now):
        context["refused"] = refusal(refused)
        status = 409 if form.is_bound else 200
        return render(request, "mentoring/student/book.html", context, status=status)
    offer = picker(missed, now=request.now, by=request.user)
    weeks = weeks_of(offer, request.now)
    shown = shown_week(weeks, request.GET.get("week", ""))
    context |= {
        "offer": offer,
        "mentor": offer.mentorship.mentor.user if offer.mentorship else None,
        "days": weeks[shown] if weeks else [],
        "minutes": int(offer.length.total_seconds()) // 60,
        "count": len(offer.slots),
        "tabs": tabs(weeks, shown, request.now),
    }
    return render(request, "mentoring/student/book.html", context, status=422 if form.errors else 200)
