"""Contests: the evidence side by side, what each decision would lead to, and the decision (A7)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, staff_only
from mentoring.forms.staff import DECISIONS, DecideContestForm
from mentoring.models import Contest, ContestOutcome
from mentoring.permissions import can_decide_contest
from mentoring.selectors import staff as reads
from mentoring.services import decide_contest
from mentoring.words import fact_rows, rule_of, why
from record.words import Sentence
from rulebook.words import Reader

from .acts import Act, perform
from .words import OUTCOMES, case_after, outlook, what_follows


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def contest(request: PersonRequest, pk: int) -> HttpResponse:
    """Everybody of the school who sees the student reads it; Student Success decides."""
    row = get_object_or_404(reads.staff_contests(request.user), pk=pk)
    session = row.absence.session
    context = {
        "contest": row,
        "form": None,
        "absence": row.absence,
        "session": session,
        "student": session.student,
        "evidence": reads.evidence_of(request.user, session),
        "why": why(session, Reader.OTHER),
        "facts": fact_rows(session, Reader.OTHER),
        "rule": rule_of(session),
        "may_decide": can_decide_contest(request.user, row) and row.decided_at is None,
    }
    trail = [
        {"label": _("To decide"), "url": reverse("staff-home")},
        {"label": str(session.student), "url": reverse("staff-person", args=[session.student_id])},
    ]
    if not context["may_decide"]:
        if request.method == "POST" and not can_decide_contest(request.user, row):
            raise Http404  # who only reads has no such page
        status = 409 if request.method == "POST" else 200
        return render(
            request,
            "mentoring/staff/contest.html",
            {**context, "now": request.now, "trail": trail, "gone": request.method == "POST"},
            status=status,
        )
    context["outlooks"] = [
        (label, case_after(outlook(session, OUTCOMES[value], request.now))) for value, label in DECISIONS
    ]

    def decide(form: DecideContestForm) -> Contest:
        return decide_contest(
            contest_id=row.pk,
            outcome=ContestOutcome(form.cleaned_data["outcome"]),
            reasons=form.cleaned_data["reasons"],
            by=request.user,
            now=request.now,
        )

    return perform(
        request,
        Act(
            title=_("Decide a contest"),
            lead=Sentence(
                _("%(student)s contests the absence of %(at)s."),
                {"student": str(session.student), "at": session.starts_at},
            ),
            form=DecideContestForm,
            follows=lambda form: [
                (_("Your decision"), dict(DECISIONS)[form.cleaned_data["outcome"]]),
                *what_follows(session, OUTCOMES[form.cleaned_data["outcome"]], request.now),
                (_("Your reasons"), form.cleaned_data["reasons"]),
            ],
            do=decide,
            done=lambda made: (
                _("Decided: %(outcome)s. %(student)s is told by e-mail.")
                % {"outcome": made.get_outcome_display(), "student": session.student}
            ),
            back=reverse("staff-contest", args=[row.pk]),
            submit=_("Decide"),
            undo=_(
                "A contest is decided once. Afterwards an exceptional circumstance can still be authorised."
            ),
            trail=trail,
            template="mentoring/staff/contest.html",
            extra=context,
        ),
    )
