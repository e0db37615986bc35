"""The decision: drafted by the chair, confirmed or given back by the Learning Manager."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest
from discipline.forms.board import DraftForm, RemarksForm, SignForm
from discipline.models import BoardRole, Case, CaseState, Decision, VoteChoice
from discipline.permissions.board import chairs, sits_to_decide
from discipline.selectors.board import held_meeting, outcome_of, proposed_measure
from discipline.services.decisions import confirm_decision, draft_decision, return_draft
from discipline.views.door import students_and_staff
from mentoring.views.staff.acts import Act, perform
from rulebook.decisions import Measure, scale_of
from rulebook.errors import RuleError

from .door import METHODS, common, find, only

DECIDING = (CaseState.INFORMED, CaseState.HEARD)


@require_http_methods(METHODS)
@students_and_staff
def draft(request: PersonRequest, pk: int) -> HttpResponse:
    """The chair's draft: what the votes came to, or a warning that needs no meeting."""
    case = find(request, pk)
    only(chairs(request.user, case) is not None and case.state in DECIDING)
    row = Decision.objects.filter(case=case).first()
    only(row is None or row.confirmed_at is None)
    scale = _scale(case)
    return perform(
        request,
        Act(
            title=_("Draft the decision"),
            form=partial(DraftForm, scale=scale),
            initial={
                "kind": row.penalty_kind if row else scale[0],
                "reasons": row.reasons if row else "",
                "revision": row.revision if row else 0,
            },
            follows=lambda form: [
                (_("Penalty"), VoteChoice(form.cleaned_data["kind"]).label),
                (_("Reasons"), form.cleaned_data["reasons"]),
                (_("Next"), _("The Learning Manager reads it, and signs or gives it back.")),
            ],
            do=lambda form: draft_decision(
                case_id=case.pk,
                kind=form.cleaned_data["kind"],
                reasons=form.cleaned_data["reasons"],
                expected=form.cleaned_data["revision"],
                by=request.user,
                now=request.now,
            ),
            done=lambda made: _("The draft is with the Learning Manager."),
            submit=_("Hand it over"),
            undo=_("You can write it again until it is confirmed."),
            **common(case, "decision"),
        ),
    )


def _scale(case: Case) -> tuple[Measure, ...]:
    """What may be decided: what was voted, where a meeting was held; a warning, where none was."""
    meeting = held_meeting(case)
    if meeting is None:
        return (Measure.WARNING,)
    try:
        voted = outcome_of(meeting).measure
    except RuleError:
        return scale_of(case.kind, proposed_measure(case))
    return scale_of(case.kind, proposed_measure(case)) if voted is Measure.NONE else (voted,)


def _second(request: PersonRequest, pk: int) -> tuple[Case, Decision]:
    case = find(request, pk)
    row = get_object_or_404(Decision.objects.select_related("drafted_by"), case=case, confirmed_at=None)
    member = sits_to_decide(request.user, case)
    only(
        member is not None
        and member.role == BoardRole.LEARNING_MANAGER
        and row.drafted_by_id != request.user.pk
        and case.state in DECIDING
    )
    return case, row


@require_http_methods(METHODS)
@students_and_staff
def confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """The second signature, on what is shown."""
    case, row = _second(request, pk)
    rows = [
        (_("Penalty"), row.get_penalty_kind_display()),
        (_("Reasons"), row.reasons),
        (_("Clause"), row.clause),
        (_("Drafted by"), row.drafted_by.full_name),
        (_("Goes out"), _("By registered letter, with a receipt") if row.needs_letter else _("By e-mail")),
        (_("Copies"), _("To each body that pays for the training, and to nobody else")),
    ]
    return perform(
        request,
        Act(
            title=_("Confirm the decision"),
            form=SignForm,
            initial={"revision": row.revision},
            about=rows,
            follows=lambda form: rows,
            do=lambda form: confirm_decision(
                decision_id=row.pk, expected=form.cleaned_data["revision"], by=request.user, now=request.now
            ),
            done=lambda made: _("The decision is signed by two people, and goes out."),
            submit=_("Sign it"),
            undo=_("This cannot be undone: there is no appeal, and nothing changes a decision."),
            tone="bad",
            **common(case, "decision"),
        ),
    )


@require_http_methods(METHODS)
@students_and_staff
def give_back(request: PersonRequest, pk: int) -> HttpResponse:
    """The second person does not sign it as it is."""
    case, row = _second(request, pk)
    return perform(
        request,
        Act(
            title=_("Give the draft back"),
            form=RemarksForm,
            follows=lambda form: [
                (_("What should be different"), form.cleaned_data["remarks"]),
                (_("Told by e-mail"), row.drafted_by.full_name),
            ],
            do=lambda form: return_draft(
                decision_id=row.pk, remarks=form.cleaned_data["remarks"], by=request.user, now=request.now
            ),
            done=lambda made: _("The chair has your remarks."),
            submit=_("Give it back"),
            **common(case, "decision"),
        ),
    )
