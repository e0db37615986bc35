"""Video-conference reports: upload, look at each row with its session, apply or lay aside."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, opened_to
from accounts.numbers import number_in
from mentoring.conference.uploading import apply_report, lay_aside, read_again, upload_report
from mentoring.forms.imports import ReadingForm, ReportsForm
from mentoring.models import ConferenceReport, Problem, Session
from mentoring.permissions import can_upload_report
from mentoring.words import refusal
from rulebook.errors import RuleError

from .sending import sent

PAGE = 200
uploaders_only = opened_to(can_upload_report)


def _own(request: PersonRequest) -> QuerySet[ConferenceReport]:
    """A report is its uploader's alone; the facts that it told are in each session's history."""
    return ConferenceReport.objects.filter(uploaded_by=request.user).defer("content")


@require_http_methods(["GET", "HEAD", "POST"])
@uploaders_only
def reports(request: PersonRequest) -> HttpResponse:
    """Reports sent so far, and the way to send more. Files that cannot be read do not hold up the others."""
    initial = {"time_zone": request.user.time_zone}
    form = ReportsForm(*sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        made = []
        for file in form.cleaned_data["reports"]:
            try:
                made.append(
                    upload_report(
                        content=file.read(),
                        file_name=file.name,
                        time_zone=form.cleaned_data["time_zone"],
                        date_order=form.cleaned_data["date_order"],
                        by=request.user,
                        now=request.now,
                    )
                )
            except RuleError as error:
                form.add_error("reports", f"{file.name}: {refusal(error)}")
        if made and not form.errors:
            return redirect("report", pk=made[0].pk) if len(made) == 1 else redirect("reports")
    listed = _own(request).annotate(
        row_count=Count("rows"), unmatched=Count("rows", filter=~Q(rows__problem=""))
    )
    page = Paginator(listed.order_by("-uploaded_at", "-pk"), 20).get_page(request.GET.get("page"))
    drafts = [each for each in page if each.applied_at is None]
    context = {"now": request.now, "form": form, "page": page, "drafts": len(drafts)}
    return render(request, "mentoring/imports/reports.html", context, status=422 if form.errors else 200)


@require_safe
@uploaders_only
def report(request: PersonRequest, pk: int) -> HttpResponse:
    """One report: each row with its session, or with the reason why it belongs to none."""
    found = get_object_or_404(_own(request), pk=pk)
    effects: dict[str, Any] = json.loads(found.effects)
    rows = found.rows.select_related("session__student__user", "session__mentor__user")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    sessions = Session.objects.filter(
        pk__in=[each["session"] for each in effects["sessions"]]
    ).select_related("student__user", "mentor__user")
    by_id = {session.pk: session for session in sessions}
    context = {
        "now": request.now,
        "trail": [{"label": _("Video-conference reports"), "url": reverse("reports")}],
        "report": found,
        "page": page,
        "question": effects["question"],
        "effects": [
            {**each, "session": by_id[each["session"]]}
            for each in effects["sessions"]
            if each["session"] in by_id
        ],
        "refused": Problem.REFUSED,
        "unmatched": found.rows.exclude(problem="").count(),
        "facts": _facts(found),
        "form": ReadingForm(initial={"time_zone": found.time_zone, "date_order": found.date_order}),
    }
    return render(request, "mentoring/imports/report.html", context)


def _facts(found: ConferenceReport) -> list[dict[str, Any]]:
    return [
        {"label": _("Made by"), "value": found.get_provider_display()},
        {"label": _("Times read in"), "value": found.time_zone},
        {"label": _("Dates read"), "value": found.get_date_order_display()},
        {"label": _("Uploaded"), "value": found.uploaded_at},
        {"label": _("Applied"), "value": found.applied_at},
    ]


@require_POST
@uploaders_only
def read_report_again(request: PersonRequest, pk: int) -> HttpResponse:
    """The same file with its times read in another way."""
    found = get_object_or_404(_own(request), pk=pk, applied_at__isnull=True)
    form = ReadingForm(request.POST)
    if form.is_valid():
        read_again(report=found, **form.cleaned_data, by=request.user, now=request.now)
    else:
        messages.error(request, _("Choose a time zone and how the dates are written."))
    return redirect("report", pk=found.pk)


@require_POST
@uploaders_only
def apply_report_page(request: PersonRequest) -> HttpResponse:
    """Apply one report that was looked at, or all of them that wait."""
    waiting = _own(request).filter(applied_at__isnull=True).order_by("pk")
    one = number_in(request.POST.get("report", ""))
    if one is not None:
        waiting = waiting.filter(pk=one)
    applied, left = 0, []
    for found in waiting:
        try:
            found, done = apply_report(report=found, by=request.user, now=request.now)
        except ConferenceReport.DoesNotExist:  # pressed twice: the other press was first
            continue
        applied += done
        if not done:
            left.append(found)
    if applied:
        messages.success(
            request,
            ngettext("%(n)s report was applied.", "%(n)s reports were applied.", applied) % {"n": applied},
        )
    for found in left:
        messages.warning(
            request,
            _("%(file)s was not applied: look at it again, something has changed or has to be chosen.")
            % {"file": found.file_name},
        )
    if one is not None:
        return redirect("report", pk=one)
    return redirect("reports")


@require_POST
@uploaders_only
def report_discard(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_own(request), pk=pk, applied_at__isnull=True)
    lay_aside(report=found, by=request.user)
    messages.success(request, _("The report was laid aside; nothing was changed."))
    return redirect("reports")
