"""Training in another place (5): the student's stays with their rules; places, stays and reports for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, opened_to, staff_only, students_only
from rulebook.dates import local_date
from rulebook.errors import RuleError
from students.forms import add_refusal
from students.forms.beginning import PlaceForm, ReportForm, StayForm, TakeUpForm
from students.models import ConductReport, ConductReportKind, Enrolment, Stay
from students.permissions import may_arrange_stay, may_keep_places, may_take_up_reports
from students.selectors import offsite, own_scope, staff_scope
from students.selectors.reported import reported_files
from students.services import (
    acknowledge_rules,
    arrange_stay,
    cancel_stay,
    check_in,
    report_conduct,
    take_up_report,
    write_place,
)
from students.words import refusal

PAGE = 25


# The student's pages.


@require_safe
@students_only
def stays(request: PersonRequest) -> HttpResponse:
    rows = offsite.with_rules(offsite.stays_for(request.user)).filter(own_scope(request.user, "enrolment__"))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "students/stays.html", {"now": request.now, "page": page})


def _own_stay(request: PersonRequest, pk: int) -> Stay:
    rows = offsite.with_rules(Stay.objects.filter(own_scope(request.user, "enrolment__")))
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def stay(request: PersonRequest, pk: int) -> HttpResponse:
    """One stay: the rules in full, to be acknowledged; then the check-in of each day."""
    row = _own_stay(request, pk)
    rules = row.place.rules.first()
    if request.method == "POST":
        try:
            sent = request.POST.get("rules", "")
            rules_id = int(sent) if sent.isdecimal() and len(sent) < 18 else 0
            acknowledge_rules(stay_id=row.pk, rules_id=rules_id, by=request.user, now=request.now)
        except RuleError as error:
            messages.error(request, refusal(error))
        else:
            messages.success(
                request, _("You have acknowledged the rules. You can check in on each of your days.")
            )
        return redirect("stay", pk=pk)
    today = local_date(request.now, row.enrolment.time_zone)
    arrivals = list(row.check_ins.all())
    context: dict[str, Any] = {
        "now": request.now,
        "stay": row,
        "rules": rules,
        "acknowledged": rules is not None and row.acknowledged_id == rules.pk,
        "over": today > row.ends_on or row.cancelled_at is not None,
        "begun": today >= row.starts_on,
        "arrivals": arrivals,
        "here_today": any(each.day == today for each in arrivals),
        "trail": [{"label": _("Elsewhere"), "url": reverse("stays")}],
    }
    return render(request, "students/stay.html", context)


@require_POST
@students_only
def stay_check_in(request: PersonRequest, pk: int) -> HttpResponse:
    """The student has arrived; refused before the rules are acknowledged."""
    row = _own_stay(request, pk)
    try:
        check_in(stay_id=row.pk, by=request.user, now=request.now)
    except RuleError as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("You are checked in for today."))
    return redirect("stay", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def stay_report(request: PersonRequest, pk: int) -> HttpResponse:
    """A breach of the rules at a place, reported."""
    row = _own_stay(request, pk)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            report_conduct(
                kind=ConductReportKind.SAFETY,
                text=form.cleaned_data["text"],
                stay=row,
                about=f"students.stay:{row.pk}",
                evidence=row.place.name,
                by=request.user,
                now=request.now,
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Your report is with Student Success."))
            return redirect("stay", pk=pk)
    return _form(
        request,
        form,
        title=_("Report a breach of the rules"),
        lead=row.place.name,
        submit=_("Send the report"),
        back=reverse("stay", args=[pk]),
        clause="5",
    )


# The staff's pages.


@require_safe
@staff_only
def places(request: PersonRequest) -> HttpResponse:
    """Places with their rules, and who is or will be there."""
    rows = offsite.with_rules(offsite.stays_for(request.user)).filter(cancelled_at__isnull=True)
    context = {
        "now": request.now,
        "places": list(offsite.places_for(request.user)),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "may_keep": may_keep_places(request.user),
    }
    return render(request, "students/places.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@opened_to(may_keep_places)
def place(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A place and its rules, new or changed."""
    row = get_object_or_404(offsite.places_for(request.user), pk=pk) if pk else None
    rules = row.rules.first() if row else None
    initial = (
        {"name": row.name, "address": row.address, "active": row.active, "rules": rules.text if rules else ""}
        if row
        else None
    )
    form = PlaceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            write_place(place=row, **form.cleaned_data, by=request.user, now=request.now)
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The place is saved."))
            return redirect("staff-places")
    return _form(
        request,
        form,
        title=row.name if row else _("A new place"),
        lead=_("Students read and acknowledge the rules before their first day there."),
        submit=_("Save the place"),
        back=reverse("staff-places"),
        clause="5",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def stay_arrange(request: PersonRequest, pk: int) -> HttpResponse:
    """Days of a training at a place."""
    rows = Enrolment.objects.filter(staff_scope(request.user)).select_related("student__user", "path")
    enrolment = get_object_or_404(rows, pk=pk)
    if not may_arrange_stay(request.user, enrolment):
        raise Http404
    form = StayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            arrange_stay(enrolment=enrolment, **form.cleaned_data, by=request.user, now=request.now)
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The stay is arranged, and the student is told by e-mail."))
            return redirect("staff-places")
    return _form(
        request,
        form,
        title=_("Days in another place"),
        lead=str(enrolment),
        submit=_("Arrange the stay"),
        back=reverse("staff-places"),
        clause="5",
    )


@require_POST
@staff_only
def stay_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(offsite.stays_for(request.user).select_related("enrolment__path"), pk=pk)
    if not may_arrange_stay(request.user, row.enrolment):
        raise Http404
    try:
        cancel_stay(stay_id=row.pk, by=request.user, now=request.now)
    except RuleError as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("The stay is called off, and the student is told."))
    return redirect("staff-places")


@require_safe
@opened_to(may_take_up_reports)
def conduct_reports(request: PersonRequest) -> HttpResponse:
    """Reports of conduct: what waits first, then what was taken up."""
    rows = _reports(request).order_by("taken_up_at", "-made_at")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "students/conduct_reports.html", {"now": request.now, "page": page})


def _reports(request: PersonRequest) -> Any:
    return offsite.conduct_reports_for(request.user).select_related(
        "subject", "reporter", "stay__place", "taken_up_by"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@opened_to(may_take_up_reports)
def conduct_report(request: PersonRequest, pk: int) -> HttpResponse:
    """One report, with what stood there, and what was done about it."""
    row: ConductReport = get_object_or_404(_reports(request), pk=pk)
    form = TakeUpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            take_up_report(
                report_id=row.pk, outcome=form.cleaned_data["outcome"], by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            return redirect("staff-conduct-reports")
    context = {
        "now": request.now,
        "report": row,
        "files": reported_files(row),
        "form": form,
        "trail": [{"label": _("Reports of conduct"), "url": reverse("staff-conduct-reports")}],
    }
    return render(request, "students/conduct_report.html", context, status=422 if form.errors else 200)


def _form(request: PersonRequest, form: Any, **words: Any) -> HttpResponse:
    context = {"now": request.now, "form": form, **words}
    return render(request, "students/form.html", context, status=422 if form.errors else 200)
