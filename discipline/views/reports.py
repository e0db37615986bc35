"""Reports of abuse and of breaches: made by who works with a student, dealt with by staff."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, opened_to, staff_only
from accounts.permissions import is_assessor, is_mentor, is_school_staff
from discipline.forms.proceedings import AccusedForm, ReasonsForm, ReportForm
from discipline.models import DisciplineReportState, Report
from discipline.permissions.proceedings import can_handle_report, can_report
from discipline.selectors.reports import handled_reports_for, reportable_enrolments, reports_for
from discipline.services.reports import dismiss_report, make_report, name_accused, open_report
from mentoring.views.staff.acts import Act, perform
from students.models import ConductReport, Enrolment
from students.permissions import may_take_up_reports

METHODS = ["GET", "HEAD", "POST"]
PAGE = 25

who_reports = opened_to(is_mentor | is_assessor | is_school_staff)


@require_safe
@who_reports
def mine(request: PersonRequest) -> HttpResponse:
    """What the reader reported, and that it was dealt with: what came of it is not theirs to know."""
    rows = reports_for(request.user).filter(reporter=request.user)
    rows = rows.select_related("accused__student__user", "accused__path")
    page = Paginator(rows.order_by("-made_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "discipline/my_reports.html", {"now": request.now, "page": page})


@require_http_methods(METHODS)
@who_reports
def new(request: PersonRequest, pk: int) -> HttpResponse:
    """Report a student by name."""
    enrolment: Enrolment = get_object_or_404(reportable_enrolments(request.user, request.now), pk=pk)
    if not can_report(request.user, enrolment, request.now):
        raise Http404
    act = Act(
        title=_("Report a student"),
        lead=f"{enrolment.student} · {enrolment.path.title}",
        form=ReportForm,
        follows=lambda form: (
            (_("About"), dict(form.fields["kind"].choices)[form.cleaned_data["kind"]]),
            (
                _("What follows"),
                _("Proceedings open at once, and the student is told that they did.")
                if form.cleaned_data["kind"] == "abuse"
                else _("The school looks at it first. The student hears nothing until it does."),
            ),
            (_("Who reported"), _("Shown to who deals with it, and never to the student.")),
        ),
        do=lambda form: make_report(
            enrolment_id=enrolment.pk, **form.cleaned_data, by=request.user, now=request.now
        ),
        done=lambda made: _("Your report is received."),
        submit=_("Send the report"),
        back=reverse("my-discipline-reports"),
    )
    return perform(request, act)


@require_safe
@staff_only
def reports(request: PersonRequest) -> HttpResponse:
    """Reports about students whom the reader sees: what waits first."""
    rows = handled_reports_for(request.user)
    state = request.GET.get("state", DisciplineReportState.RECEIVED)
    if state in DisciplineReportState.values:
        rows = rows.filter(state=state)
    page = Paginator(rows.order_by("-made_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"url": f"?state={value}", "label": label, "current": state == value}
        for value, label in [*DisciplineReportState.choices, ("all", _("All"))]
    ]
    return render(request, "discipline/reports.html", {"now": request.now, "page": page, "tabs": tabs})


@require_safe
@staff_only
def report(request: PersonRequest, pk: int) -> HttpResponse:
    """One report, with who made it: for those who deal with it."""
    row: Report = get_object_or_404(handled_reports_for(request.user), pk=pk)
    context = {
        "now": request.now,
        "report": row,
        "may": can_handle_report(request.user, row) and row.state == DisciplineReportState.RECEIVED,
        "prior": _prior(request, row),
        "trail": [{"label": _("Reports"), "url": reverse("staff-discipline-reports")}],
    }
    return render(request, "discipline/report.html", context)


def _prior(request: PersonRequest, row: Report) -> list[Report]:
    """What was reported of the same student before, to those who may know."""
    rows = handled_reports_for(request.user).filter(accused__student=row.accused.student_id)
    return list(rows.exclude(pk=row.pk).order_by("-made_at", "-pk")[:PAGE])


def _handled(request: PersonRequest, pk: int) -> Report:
    row: Report = get_object_or_404(handled_reports_for(request.user), pk=pk)
    if not can_handle_report(request.user, row):
        raise Http404
    return row


@require_http_methods(METHODS)
@staff_only
def report_open(request: PersonRequest, pk: int) -> HttpResponse:
    """Open proceedings on a report."""
    row = _handled(request, pk)
    act = Act(
        title=_("Open proceedings"),
        lead=f"{row.accused.student} · {row.get_kind_display()}",
        form=ReasonsForm,
        follows=lambda form: (
            (_("Reasons"), form.cleaned_data["reasons"]),
            (
                _("Who is told"),
                _("The student that a case was opened, without who reported; and the Board's office."),
            ),
        ),
        do=lambda form: open_report(
            report_id=row.pk, reasons=form.cleaned_data["reasons"], by=request.user, now=request.now
        ),
        done=lambda made: _("Proceedings are open. Write the complaint next."),
        submit=_("Open proceedings"),
        back=reverse("staff-discipline-report", args=[row.pk]),
    )
    return perform(request, act)


@require_http_methods(METHODS)
@staff_only
def report_dismiss(request: PersonRequest, pk: int) -> HttpResponse:
    """Nothing comes of a report."""
    row = _handled(request, pk)
    act = Act(
        title=_("Dismiss the report"),
        lead=f"{row.accused.student} · {row.get_kind_display()}",
        form=ReasonsForm,
        follows=lambda form: (
            (_("Reasons"), form.cleaned_data["reasons"]),
            (_("Who is told"), _("The reporter, that it was dealt with. The student hears nothing.")),
        ),
        do=lambda form: dismiss_report(
            report_id=row.pk, reasons=form.cleaned_data["reasons"], by=request.user, now=request.now
        ),
        done=lambda made: _("The report is dismissed."),
        submit=_("Dismiss the report"),
        back=reverse("staff-discipline-report", args=[row.pk]),
    )
    return perform(request, act)


@require_http_methods(METHODS)
@opened_to(may_take_up_reports)
def accused(request: PersonRequest, pk: int) -> HttpResponse:
    """Say which student a report of conduct is about: abuse then opens proceedings at once."""
    said = get_object_or_404(ConductReport, pk=pk, taken_up_at__isnull=True, discipline_report__isnull=True)
    if request.user.pk in (said.reporter_id, said.subject_id):
        raise Http404
    act = Act(
        title=_("Name whom it is about"),
        lead=_("From here on it is a report about that student: abuse opens proceedings at once (3.5)."),
        form=partial(AccusedForm, rows=reportable_enrolments(request.user, request.now)),
        follows=lambda form: ((_("Student"), form.cleaned_data["enrolment"]),),
        do=lambda form: name_accused(
            conduct_report_id=said.pk,
            enrolment_id=form.cleaned_data["enrolment"].pk,
            by=request.user,
            now=request.now,
        ),
        done=lambda made: _("The report is received."),
        submit=_("Name the student"),
        back=reverse("staff-discipline-reports"),
        about=((_("Report"), said.text),),
    )
    return perform(request, act)
