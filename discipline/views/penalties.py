"""The Head of Learning sets the day of a penalty whose letter has no receipt after day 15 (B7)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, opened_to
from accounts.permissions import is_head_of_learning
from discipline.forms.penalties import DayForm
from discipline.models import Penalty
from discipline.permissions.penalties import may_set_day
from discipline.selectors.penalties import late_at, penalties_for
from discipline.services.penalties import set_day
from mentoring.views.staff.acts import Act, Rows, perform
from record.words import Sentence


@require_http_methods(["GET", "HEAD", "POST"])
@opened_to(is_head_of_learning)
def penalty_day(request: PersonRequest, pk: int) -> HttpResponse:
    """Asked for a day and reasons; then what will follow; then done."""
    penalty = get_object_or_404(penalties_for(request.user).select_related("decision__meeting"), pk=pk)
    if not may_set_day(request.user, penalty) or not penalty.decision.needs_letter:
        raise Http404
    back = reverse("case", args=[penalty.case_id])

    def follows(form: DayForm) -> Rows:
        return [
            (_("Penalty"), penalty.get_kind_display().capitalize()),
            (_("Takes effect on"), form.cleaned_data["day"]),
            (_("What it closes"), _("Sessions, deliverables and groups, from that day on")),
            (_("Who is told"), _("The student, at once and when it takes effect; mentor and staff then")),
            (_("Your reasons"), form.cleaned_data["reasons"]),
        ]

    return perform(
        request,
        Act(
            title=_("Set the day of a penalty"),
            lead=Sentence(
                _("The letter to %(student)s has no receipt. Day 15 after the meeting was over at %(late)s."),
                {"student": str(penalty.student), "late": late_at(penalty)},
            ),
            form=DayForm,
            follows=follows,
            do=lambda form: set_day(
                penalty_id=penalty.pk,
                day=form.cleaned_data["day"],
                reasons=form.cleaned_data["reasons"],
                by=request.user,
                now=request.now,
            ),
            done=_done,
            back=back,
            submit=_("Set the day"),
            undo=_("The day is set once."),
            tone="bad",
            trail=[
                {"label": _("Cases"), "url": reverse("cases")},
                {"label": str(penalty.student), "url": back},
            ],
        ),
    )


def _done(made: Penalty) -> str:
    if made.effective_at is not None:
        return _("The penalty is in effect. The student has been told.")
    return _("The day is set. The student has been told.")
