"""Monitoring reports and commitment alerts: the mentor writes, student and staff read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, mentors_only, opened_to, staff_only, students_only
from accounts.permissions import is_mentor, is_school_staff
from mentoring.forms import add_refusal
from mentoring.forms.monitoring import AdditionForm, MarkForm, ReportForm
from mentoring.models import MonitoringReport, ReportKind, ReportState, SessionState
from mentoring.permissions import can_mark_alert
from mentoring.selectors import monitoring as reads
from mentoring.selectors.mentor import held_sessions
from mentoring.services import Findings, add_to_report, mark_alert, open_report, submit_report
from mentoring.services.commitment import mentors_now
from mentoring.words import refusal
from rulebook.errors import RuleError
from rulebook.words import spell_length
from students.selectors import own_scope, staff_scope

PAGE = 20


# The mentor's pages.


@require_safe
@mentors_only
def owed(request: PersonRequest) -> HttpResponse:
    """What this mentor owes, the oldest first; then what they submitted."""
    written = reads.with_people(reads.reports_for(request.user, request.now)).filter(
        reads.written_by(request.user), state=ReportState.FINAL
    )
    context = {
        "now": request.now,
        "owed": list(reads.owed_by(request.user)[:100]),
        "page": Paginator(written.order_by("-submitted_at", "-pk"), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "mentoring/monitoring/owed.html", context)


@require_POST
@mentors_only
def session_report(request: PersonRequest, pk: int) -> HttpResponse:
    """Open the report on a session of one's own."""
    session = get_object_or_404(held_sessions(request.user).select_related("mentor"), pk=pk)
    try:
        report = open_report(session=session, by=request.user, now=request.now)
    except RuleError as error:
        messages.error(request, refusal(error))
        return redirect("mentor-session", pk=pk)
    return redirect("mentor-report", pk=report.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def mentor_report(request: PersonRequest, pk: int) -> HttpResponse:
    """The form while it is owed; then the report, which its author can add to."""
    rows = reads.with_people(reads.reports_for(request.user, request.now))
    report = get_object_or_404(rows, pk=pk)
    own = report.mentor.user_id == request.user.pk
    if report.state == ReportState.DRAFT:
        return _write(request, report)
    if request.method == "POST" and not own:
        raise Http404
    form = AdditionForm(request.POST if request.method == "POST" else None) if own else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            add_to_report(
                report_id=report.pk, text=form.cleaned_data["text"], by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Added, and the student is told."))
            return redirect("mentor-report", pk=pk)
    trail = [{"label": _("Reports"), "url": reverse("mentor-reports")}]
    return _show(request, report, trail, form)


def _write(request: PersonRequest, report: MonitoringReport) -> HttpResponse:
    facts = reads.report_facts(report)
    sent = request.POST if request.method == "POST" else None
    form = ReportForm(sent, report=report, initial=_draft(report, facts))
    if sent is not None and form.is_valid():
        try:
            submit_report(
                report_id=report.pk,
                findings=Findings(**form.cleaned_data),
                by=request.user,
                now=request.now,
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The report is submitted, and the student is told."))
            return redirect("mentor-reports")
    context = {
        "now": request.now,
        "report": report,
        "form": form,
        "facts": fact_rows(report, facts),
        "trail": [{"label": _("Reports"), "url": reverse("mentor-reports")}],
    }
    return render(request, "mentoring/monitoring/write.html", context, status=422 if form.errors else 200)


def _draft(report: MonitoringReport, facts: dict[str, Any]) -> dict[str, str]:
    """What can be said from the facts; the mentor writes over it."""
    submitted = ", ".join(facts["submitted"])
    handed_in = _("Handed in: %(titles)s.") % {"titles": submitted} if submitted else ""
    if report.kind == ReportKind.MONTHLY:
        done = "\n".join(filter(None, (reads.told_in(report), handed_in)))
        return {"done": done, "attendance": _counted(facts)}
    late = facts.get("late_seconds")
    if late:
        attendance = _("Joined %(late)s after the start.") % {"late": spell_length(late)}
    elif late == 0:
        attendance = _("Was there from the start.")
    else:
        attendance = ""
    return {"done": handed_in, "attendance": attendance}


def _counted(facts: dict[str, Any]) -> str:
    counts: dict[str, int] = facts["sessions"]
    total, held = sum(counts.values()), counts.get(SessionState.HELD, 0)
    words = ngettext("%(held)d of %(n)d session held.", "%(held)d of %(n)d sessions held.", total) % {
        "held": held,
        "n": total,
    }
    others = [
        f"{SessionState(state).label}: {count}"
        for state, count in sorted(counts.items())
        if state != SessionState.HELD
    ]
    return " ".join([words, *([_("Others: %(list)s.") % {"list": ", ".join(others)}] if others else [])])


def fact_rows(report: MonitoringReport, facts: dict[str, Any]) -> list[tuple[str, Any]]:
    """The facts beside a report, as label and value."""
    rows: list[tuple[str, Any]] = []
    if report.session is not None:
        rows.append((_("The session"), report.session.starts_at))
        if report.session.student_joined_at is not None:
            rows.append((_("The student joined"), report.session.student_joined_at))
    elif facts.get("sessions"):
        rows.append((_("Sessions"), _counted(facts)))
    if facts.get("submitted"):
        rows.append((_("Handed in"), ", ".join(facts["submitted"])))
    return rows


def _show(
    request: Any, report: MonitoringReport, trail: list[dict[str, str]], form: Any = None
) -> HttpResponse:
    context = {
        "now": request.now,
        "report": report,
        "facts": fact_rows(report, reads.stored_facts(report)),
        "additions": report.additions.select_related("author"),
        "form": form,
        "trail": trail,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "mentoring/monitoring/report.html", context, status=status)


# The student's pages.


@require_safe
@students_only
def student_reports(request: PersonRequest) -> HttpResponse:
    rows = _of_student(request)
    page = Paginator(rows.order_by("-submitted_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "mentoring/monitoring/student_reports.html", {"now": request.now, "page": page})


@require_safe
@students_only
def student_report(request: PersonRequest, pk: int) -> HttpResponse:
    report = get_object_or_404(_of_student(request), pk=pk)
    return _show(request, report, [{"label": _("Reports"), "url": reverse("student-reports")}])


def _of_student(request: PersonRequest) -> Any:
    own = own_scope(request.user, "enrolment__")
    return reads.with_people(MonitoringReport.objects.filter(own, state=ReportState.FINAL))


# The staff's pages.


@require_safe
@staff_only
def staff_reports(request: PersonRequest) -> HttpResponse:
    """Reports that are owed, or that were submitted, of the students whom the reader sees."""
    submitted = request.GET.get("state") == "final"
    if submitted:
        rows = reads.with_people(_of_staff(request)).order_by("-submitted_at", "-pk")
    else:
        rows = reads.owed_to(request.user)
    context = {
        "now": request.now,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "submitted": submitted,
        "tabs": [
            {"url": "?", "label": _("Owed"), "current": not submitted},
            {"url": "?state=final", "label": _("Submitted"), "current": submitted},
        ],
    }
    return render(request, "mentoring/monitoring/staff_reports.html", context)


@require_safe
@staff_only
def staff_report(request: PersonRequest, pk: int) -> HttpResponse:
    report = get_object_or_404(reads.with_people(_of_staff(request)), pk=pk)
    trail = [
        {"label": _("Reports"), "url": f"{reverse('staff-reports')}?state=final"},
        {
            "label": str(report.enrolment.student),
            "url": reverse("staff-person", args=[report.enrolment.student_id]),
        },
    ]
    return _show(request, report, trail)


def _of_staff(request: PersonRequest) -> Any:
    seen = staff_scope(request.user, "enrolment__")
    return MonitoringReport.objects.filter(seen, state=ReportState.FINAL)


# Alerts, for the mentor of today and for staff.


@require_safe
@opened_to(is_mentor | is_school_staff)
def alerts(request: PersonRequest) -> HttpResponse:
    """Students without regular work: the alerts that stand first, then those that are over."""
    over = request.GET.get("state") == "over"
    rows = reads.alerts_for(request.user, request.now).filter(ended_at__isnull=not over)
    context = {
        "now": request.now,
        "page": Paginator(rows.order_by("-raised_at", "-pk"), PAGE).get_page(request.GET.get("page")),
        "over": over,
        "tabs": [
            {"url": "?", "label": _("Standing"), "current": not over},
            {"url": "?state=over", "label": _("Over"), "current": over},
        ],
    }
    return render(request, "mentoring/monitoring/alerts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@opened_to(is_mentor | is_school_staff)
def alert(request: PersonRequest, pk: int) -> HttpResponse:
    """One alert; the mentor and the Learning Manager can ask the Board to look."""
    row = get_object_or_404(reads.alerts_for(request.user, request.now), pk=pk)
    may_mark = can_mark_alert(request.user, row) or mentors_now(request.user, row, request.now)
    if request.method == "POST" and not may_mark:
        raise Http404
    form = MarkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            mark_alert(
                alert_id=row.pk, reasons=form.cleaned_data["reasons"], by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Marked for the Board. It stands in the student's record."))
            return redirect("commitment-alert", pk=pk)
    context = {
        "now": request.now,
        "alert": row,
        "form": form if may_mark and row.marked_at is None and row.ended_at is None else None,
        "trail": [{"label": _("Alerts"), "url": reverse("commitment-alerts")}],
    }
    return render(request, "mentoring/monitoring/alert.html", context, status=422 if form.errors else 200)


__all__ = [
    "alert",
    "alerts",
    "mentor_report",
    "owed",
    "session_report",
    "staff_report",
    "staff_reports",
    "student_report",
    "student_reports",
]
