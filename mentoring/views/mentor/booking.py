"""The mentor books another session with the student, in place of one that was missed or cancelled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, mentors_only
from mentoring.forms import add_refusal
from mentoring.forms.mentor import SlotForm
from mentoring.models import Session
from mentoring.selectors import mentor as reads
from mentoring.selectors.slots import picker, replacing_mentorship
from mentoring.services.bookings import book_replacement, replaceable
from mentoring.views.slots import shown_week, tabs, weeks_of
from mentoring.words import refusal
from rulebook.errors import RuleError


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def book(request: PersonRequest, pk: int) -> HttpResponse:
    """The mentor's own free slots, a week at a time. Who no longer mentors the student books nothing (A11)."""
    missed = get_object_or_404(
        reads.seen_sessions(request.user, request.now).select_related(
            "student__user", "mentor__user", "enrolment__path", "absence"
        ),
        pk=pk,
    )
    mentorship = replacing_mentorship(missed, request.now)
    if mentorship is None or mentorship.mentor.user_id != request.user.pk:
        raise Http404
    form = SlotForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        starts_at = form.cleaned_data["starts_at"]
        standing = Session.objects.filter(replaces=missed, released_at__isnull=True).first()
        if standing is not None and standing.starts_at == starts_at:
            return redirect("mentor-session", pk=standing.pk)  # sent twice: it is booked
        try:
            booked = book_replacement(
                session_id=missed.pk, starts_at=starts_at, by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            words = {"student": missed.student.user.full_name}
            messages.success(request, _("The session is booked. %(student)s has been told.") % words)
            return redirect("mentor-session", pk=booked.pk)
    return _show(request, missed, form)


def _show(request: PersonRequest, missed: Session, form: SlotForm) -> HttpResponse:
    context: dict[str, Any] = {
        "now": request.now,
        "session": missed,
        "student": missed.student.user,
        "absence": getattr(missed, "absence", None),
        "form": form,
        "trail": [
            {"label": _("Sessions"), "url": reverse("mentor-sessions")},
            {"label": _("Session"), "url": reverse("mentor-session", args=[missed.pk])},
        ],
    }
    if refused := replaceable(missed, request.now):
        context["refused"] = refusal(refused)
        status = 409 if form.is_bound else 200
        return render(request, "mentoring/mentor/book.html", context, status=status)
    offer = picker(missed, now=request.now, by=request.user)
    weeks = weeks_of(offer, request.now)
    shown = shown_week(weeks, request.GET.get("week", ""))
    context |= {
        "days": weeks[shown] if weeks else [],
        "minutes": int(offer.length.total_seconds()) // 60,
        "count": len(offer.slots),
        "tabs": tabs(weeks, shown, request.now),
    }
    return render(request, "mentoring/mentor/book.html", context, status=422 if form.errors else 200)
