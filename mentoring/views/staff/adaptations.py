"""Requests for an adaptation: Student Success alone reads the proof and decides (2.4, 2.5; abuse 7, 12)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, staff_only
from mentoring.forms.requests import AcceptAdaptationForm, RefusalForm
from mentoring.permissions import can_read_proof
from mentoring.selectors import requests as reads
from mentoring.services import accept_adaptation, refuse_adaptation
from rulebook.dates import local_date
from students.models import AccommodationRequest, AccommodationState

from .accommodations import measure_rows
from .acts import Act, perform
from .trainings import METHODS, common


def _take(request: PersonRequest, pk: int) -> AccommodationRequest:
    row = get_object_or_404(reads.adaptations_for(request.user), pk=pk)
    if not can_read_proof(request.user, row.enrolment) or row.state != AccommodationState.REQUESTED:
        raise Http404
    return row


def _about(row: AccommodationRequest) -> list[tuple[str, Any]]:
    return [
        (_("Asks for audio conferences"), row.audio),
        (_("What would help"), row.wishes or "–"),
        (_("Asked for"), row.requested_at),
    ]


@require_http_methods(METHODS)
@staff_only
def accept(request: PersonRequest, pk: int) -> HttpResponse:
    """The request with its proof, and the measure that is to come of it."""
    row = _take(request, pk)

    def measure(form: Any) -> dict[str, Any]:
        return {"audio": form.cleaned_data["audio"], **form.durations()}

    return perform(
        request,
        Act(
            title=_("Decide on an adaptation"),
            form=AcceptAdaptationForm,
            template="mentoring/staff/adaptation.html",
            initial={"audio": row.audio, "valid_from": local_date(request.now, row.enrolment.time_zone)},
            about=_about(row),
            extra={"asked": row},
            follows=lambda form: [
                *measure_rows(**measure(form)),
                (_("From"), form.cleaned_data["valid_from"]),
                (_("Until"), form.cleaned_data["valid_until"]),
                (_("Sessions to come"), _("They are judged by these terms. Past verdicts stay as they are.")),
                (_("What others see"), _("The measure alone")),
            ],
            do=lambda form: accept_adaptation(
                request_id=row.pk,
                valid_from=form.cleaned_data["valid_from"],
                valid_until=form.cleaned_data["valid_until"],
                by=request.user,
                now=request.now,
                **measure(form),
            ),
            done=lambda made: _("The measure is accepted and holds for sessions to come."),
            submit=_("Accept the measure"),
            undo=_("You can withdraw it; it stays in force for what started before."),
            **common(row.enrolment),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def refuse(request: PersonRequest, pk: int) -> HttpResponse:
    row = _take(request, pk)
    shared = common(row.enrolment)
    return perform(
        request,
        Act(
            title=_("Do not accept this request"),
            form=RefusalForm,
            about=_about(row),
            follows=lambda form: [
                (_("Your reasons"), form.cleaned_data["decision"]),
                (
                    _("Who reads them"),
                    _("The student, in an e-mail. The record says that it was not accepted."),
                ),
            ],
            do=lambda form: refuse_adaptation(
                request_id=row.pk, decision=form.cleaned_data["decision"], by=request.user, now=request.now
            ),
            done=lambda made: _("The student has been told."),
            submit=_("Do not accept it"),
            tone="bad",
            **{**shared, "trail": [*shared["trail"], _back(row)]},
        ),
    )


def _back(row: AccommodationRequest) -> dict[str, str]:
    return {"label": _("Request"), "url": reverse("staff-adaptation", args=[row.pk])}
