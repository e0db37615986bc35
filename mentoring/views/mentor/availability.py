"""When a mentor has time: weekly hours, and time off with the sessions that it would cancel."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, keepers_of_hours
from mentoring.forms import add_refusal
from mentoring.forms.hours import SPARE, HoursForm, TimeOffForm, fingerprint
from mentoring.models import Mentor, Mentorship, Session, WeeklySlot
from mentoring.selectors import mentor as reads
from mentoring.selectors.hours import within
from mentoring.selectors.sessions import mentor_of
from mentoring.services import add_time_off, set_availability, withdraw_time_off
from mentoring.services.calendars import check_span, falls_out
from mentoring.words import refusal
from rulebook.dates import local_date, local_instant
from rulebook.errors import RuleError


def _mentor(request: PersonRequest) -> Mentor:
    mentor = mentor_of(request.user)
    if mentor is None:
        raise Http404
    return mentor


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_of_hours
def availability(request: PersonRequest) -> HttpResponse:
    """The weekly hours, edited as a whole; what is booked stays booked."""
    mentor = _mentor(request)
    slots = reads.standing_hours(request.user)
    form, status = _hours_form(request, slots, request.POST or None), 200
    if "more" in request.POST:
        form = _retyped(request, slots)
    elif request.method == "POST" and form.is_valid():
        if form.cleaned_data["standing"] != fingerprint(slots):
            stale = _("Your hours were changed in another window. Here is what stands: nothing was saved.")
            messages.error(request, stale)
            form, status = _hours_form(request, slots, None), 409
        else:
            try:
                set_availability(
                    mentor=mentor, slots=form.cleaned_data["slots"], by=request.user, now=request.now
                )
            except RuleError as error:
                add_refusal(form, error)
                form.point_out()
            else:
                messages.success(request, _("Your hours are saved. Sessions that are booked stay."))
                return redirect("mentor-availability")
    context = {
        "now": request.now,
        "form": form,
        "zone_name": form.zone,
        "outside": _outside(list(reads.mentees(request.user, request.now)), slots, request.now),
        "has_hours": bool(slots),
        "time_off": reads.time_off_ahead(request.user, request.now),
    }
    return render(
        request, "mentoring/mentor/availability.html", context, status=422 if form.errors else status
    )


def _hours_form(request: PersonRequest, slots: list[WeeklySlot], data: Any, more: int = 0) -> HoursForm:
    own = request.user.time_zone
    return HoursForm(data, slots=slots, zone=slots[0].time_zone if slots else own, own_zone=own, more=more)


def _retyped(request: PersonRequest, slots: list[WeeklySlot]) -> HoursForm:
    """The form with more empty rows and what was typed so far, not yet looked at."""
    typed, plain = _hours_form(request, slots, request.POST, SPARE), _hours_form(request, slots, None)
    form = _hours_form(request, slots, None, typed.shown - plain.shown)
    kept = {name: request.POST[name] for name in form.fields if name in request.POST}
    form.initial = {**(form.initial or {}), **kept, "count": form.shown}
    return form


def _outside(mentorships: list[Mentorship], slots: list[WeeklySlot], now: datetime) -> list[dict[str, Any]]:
    """Weekly sessions that lie outside of the hours: they go on, but nothing can be booked around them."""
    found = []
    for row in mentorships:
        zone = row.enrolment.time_zone
        starts_at = _next_start(row, local_date(now, zone), zone)
        if not within(slots, starts_at, starts_at + timedelta(minutes=row.length_minutes)):
            found.append({"student": row.enrolment.student.user.full_name, "starts_at": starts_at})
    return found


def _next_start(row: Mentorship, today: date, zone: str) -> datetime:
    first = max(today, row.starts_on)
    day = first + timedelta(days=(row.weekday - first.isoweekday()) % 7)
    return local_instant(day, row.local_time, zone)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_of_hours
def time_off(request: PersonRequest) -> HttpResponse:
    """Time off: which sessions it would cancel is shown before it is sent."""
    mentor = _mentor(request)
    form = TimeOffForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.cleaned_data["starts_at"], form.cleaned_data["ends_at"]
        try:
            check_span(starts_at, ends_at, request.now)
        except RuleError as error:
            add_refusal(form, error)
        else:
            found = falls_out(mentor, starts_at, ends_at, request.now)
            sessions = list(found.select_related("student__user").order_by("starts_at", "pk"))
            shown = ",".join(str(row.pk) for row in sessions)
            if "confirm" in request.POST and request.POST.get("sessions", "") == shown:
                add_time_off(mentor=mentor, **form.cleaned_data, by=request.user, now=request.now)
                messages.success(request, _done(sessions))
                return redirect("mentor-availability")
            context = {
                "rows": _consequences(starts_at, ends_at, sessions),
                "sessions": sessions,
                "shown": shown,
                "changed": "confirm" in request.POST,
            }
    context |= {"now": request.now, "form": form, "trail": _trail()}
    return render(request, "mentoring/mentor/time_off.html", context, status=422 if form.errors else 200)


def _consequences(starts_at: datetime, ends_at: datetime, sessions: list[Session]) -> list[tuple[str, Any]]:
    students = {row.student.user.full_name for row in sessions}
    rows: list[tuple[str, Any]] = [(_("From"), starts_at), (_("Until"), ends_at)]
    if not sessions:
        return [*rows, (_("Sessions cancelled"), _("None: no session is set in this time"))]
    told = _("%(students)s, by e-mail, at once") % {"students": ", ".join(sorted(students))}
    return [
        *rows,
        (_("Sessions cancelled"), len(sessions)),
        (_("Who is told"), told),
        (_("What it counts"), _("Nothing: a session that you cancel never counts against a student")),
    ]


def _done(sessions: list[Session]) -> str:
    if not sessions:
        return _("Your time off is noted. No session was set in it.")
    return ngettext(
        "Your time off is noted. %(n)d session is cancelled and its student told.",
        "Your time off is noted. %(n)d sessions are cancelled and their students told.",
        len(sessions),
    ) % {"n": len(sessions)}


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_of_hours
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """The mentor is there after all; sessions that were cancelled stay so."""
    row = get_object_or_404(_mentor(request).time_off, pk=pk)
    context: dict[str, Any] = {"now": request.now, "time_off": row, "trail": _trail()}
    if request.method == "POST":
        if row.withdrawn_at is not None:
            return redirect("mentor-availability")  # sent twice: it is withdrawn
        try:
            withdraw_time_off(time_off_id=row.pk, by=request.user, now=request.now)
        except RuleError as error:
            context["refused"] = refusal(error)
        else:
            messages.success(request, _("The time off is withdrawn: you can be booked again."))
            return redirect("mentor-availability")
    context["rows"] = [
        (_("From"), row.starts_at),
        (_("Until"), row.ends_at),
        (_("Sessions cancelled by it"), _("They stay cancelled; their students can book them again")),
        (_("Weeks left out by it"), _("They get their weekly session where there is room")),
    ]
    status = 409 if "refused" in context else 200
    return render(request, "mentoring/mentor/withdraw.html", context, status=status)


def _trail() -> list[dict[str, str]]:
    return [{"label": _("Your hours"), "url": reverse("mentor-availability")}]
