"""Suspicions of plagiarism: reported by who teaches, with evidence side by side; established or dismissed."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, opened_to
from accounts.permissions import is_assessor, is_mentor, is_school_staff
from discipline.forms.proceedings import EstablishForm, EvidenceForm, ReasonsForm, SuspicionForm
from discipline.models import Suspicion, SuspicionState
from discipline.permissions.proceedings import can_decide_suspicion, teaches
from discipline.selectors.reports import suspicions_for
from discipline.services.suspicions import (
    add_evidence,
    dismiss_suspicion,
    establish_suspicion,
    ladder_of,
    report_suspicion,
)
from mentoring.selectors.works import works_for
from mentoring.views.staff.acts import Act, perform
from rulebook.ladder import LADDER
from students.models import ProjectWork

METHODS = ["GET", "HEAD", "POST"]
PAGE = 25

who_teaches = opened_to(is_mentor | is_assessor | is_school_staff)


@require_safe
@who_teaches
def suspicions(request: PersonRequest) -> HttpResponse:
    """Those that the reader may see: what waits first."""
    rows = suspicions_for(request.user, request.now)
    state = request.GET.get("state", SuspicionState.OPEN)
    if state in SuspicionState.values:
        rows = rows.filter(state=state)
    page = Paginator(rows.order_by("-reported_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"url": f"?state={value}", "label": label, "current": state == value}
        for value, label in [*SuspicionState.choices, ("all", _("All"))]
    ]
    return render(request, "discipline/suspicions.html", {"now": request.now, "page": page, "tabs": tabs})


@require_safe
@who_teaches
def suspicion(request: PersonRequest, pk: int) -> HttpResponse:
    """One suspicion: the evidence side by side, what the ladder would propose, and the decision."""
    row = _row(request, pk)
    decides = can_decide_suspicion(request.user, row, request.now)
    proposed = ladder_of(row)
    context = {
        "now": request.now,
        "suspicion": row,
        "evidence": list(row.evidence.select_related("deliverable", "document", "other_document")),
        "is_open": row.state == SuspicionState.OPEN,
        "decides": decides,
        "adds": decides or row.reported_by_id == request.user.pk,
        "ladder": [{"words": _(each.words), "proposed": each.rung == proposed} for each in LADDER],
        "trail": [{"label": _("Suspicions"), "url": reverse("suspicions")}],
    }
    return render(request, "discipline/suspicion.html", context)


def _row(request: PersonRequest, pk: int) -> Suspicion:
    row: Suspicion = get_object_or_404(suspicions_for(request.user, request.now), pk=pk)
    return row


@require_http_methods(METHODS)
@who_teaches
def new(request: PersonRequest, pk: int) -> HttpResponse:
    """Report a suspicion about the work on a project."""
    work: ProjectWork = get_object_or_404(
        works_for(request.user, request.now).select_related("project", "enrolment__student__user"), pk=pk
    )
    if not teaches(request.user) or work.enrolment.student.user_id == request.user.pk:
        raise Http404
    versions = [(each.pk, str(each)) for each in work.deliverables.order_by("version")]
    act = Act(
        title=_("Report a suspicion of plagiarism"),
        lead=f"{work.enrolment.student} · {work.project.title}",
        form=partial(SuspicionForm, versions=versions),
        follows=lambda form: (
            (_("What is suspected"), form.cleaned_data["text"]),
            (_("Side by side"), f"{form.pair.title} — {form.pair.other_title}"),
            (
                _("What follows"),
                _("Somebody else looks at it and decides. The student hears nothing until then."),
            ),
        ),
        do=lambda form: report_suspicion(
            work_id=work.pk,
            text=form.cleaned_data["text"],
            pairs=[form.pair],
            deliverable_id=form.cleaned_data["deliverable"],
            stage=form.cleaned_data["stage"] or None,
            by=request.user,
            now=request.now,
        ),
        done=lambda made: _("The suspicion is reported."),
        submit=_("Report it"),
        back=reverse("suspicions"),
        lead_back=lambda made: reverse("suspicion", args=[made.pk]),
    )
    return perform(request, act)


@require_http_methods(METHODS)
@who_teaches
def evidence(request: PersonRequest, pk: int) -> HttpResponse:
    """Put more side by side."""
    row = _row(request, pk)
    if row.reported_by_id != request.user.pk and not can_decide_suspicion(request.user, row, request.now):
        raise Http404
    act = Act(
        title=_("Add evidence"),
        lead=str(row.enrolment.student),
        form=EvidenceForm,
        follows=lambda form: (),
        do=lambda form: add_evidence(
            suspicion_id=row.pk, pairs=[form.pair], by=request.user, now=request.now
        ),
        done=lambda made: _("The evidence lies with the suspicion."),
        submit=_("Add the evidence"),
        back=reverse("suspicion", args=[row.pk]),
        direct=True,
    )
    return perform(request, act)


def _decided(request: PersonRequest, pk: int) -> Suspicion:
    row = _row(request, pk)
    if not can_decide_suspicion(request.user, row, request.now):
        raise Http404
    return row


@require_http_methods(METHODS)
@who_teaches
def establish(request: PersonRequest, pk: int) -> HttpResponse:
    """Plagiarism is established: the case opens at once (P3)."""
    row = _decided(request, pk)
    act = Act(
        title=_("Establish plagiarism"),
        lead=_("The Board takes the case up at once, and the project is blocked (PL.3)."),
        form=EstablishForm,
        follows=lambda form: (
            (_("How far it went"), dict(form.fields["stage"].choices)[form.cleaned_data["stage"]]),
            (_("Reasons"), form.cleaned_data["reasons"]),
            (_("Proposed to the Board"), _(ladder_row(row, form.cleaned_data["stage"]))),
            (_("Who is told"), _("The student, the mentor, the Head of Learning and the Learning Manager.")),
        ),
        do=lambda form: establish_suspicion(
            suspicion_id=row.pk, **form.cleaned_data, by=request.user, now=request.now
        ),
        done=lambda made: _("Plagiarism is established, and the case is open."),
        submit=_("Establish it"),
        back=reverse("suspicion", args=[row.pk]),
        initial={"stage": row.stage},
        tone="bad",
    )
    return perform(request, act)


def ladder_row(row: Suspicion, stage: str) -> str:
    """The words of the rung that this stage would lead to."""
    rung = ladder_of(row, stage)
    return next(each.words for each in LADDER if each.rung == rung)


@require_http_methods(METHODS)
@who_teaches
def dismiss(request: PersonRequest, pk: int) -> HttpResponse:
    """Nothing was found."""
    row = _decided(request, pk)
    act = Act(
        title=_("Dismiss the suspicion"),
        lead=str(row.enrolment.student),
        form=ReasonsForm,
        follows=lambda form: (
            (_("Reasons"), form.cleaned_data["reasons"]),
            (
                _("Who is told"),
                _("Who reported it. The student hears nothing, and nothing stands in their record."),
            ),
        ),
        do=lambda form: dismiss_suspicion(
            suspicion_id=row.pk, reasons=form.cleaned_data["reasons"], by=request.user, now=request.now
        ),
        done=lambda made: _("The suspicion is dismissed."),
        submit=_("Dismiss it"),
        back=reverse("suspicion", args=[row.pk]),
    )
    return perform(request, act)
