"""Measures for a student with a disability (2.4, 2.5): the measure alone; its proof is not kept here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, staff_only
from mentoring.forms.staff import AccommodationForm, ConfirmOnlyForm
from mentoring.permissions import can_adapt_training
from mentoring.selectors import staff as reads
from mentoring.services import accept_accommodation, withdraw_accommodation
from rulebook.dates import local_date
from students.models import Accommodation
from students.selectors import staff_scope

from .acts import Act, perform
from .trainings import METHODS, common


def measure_rows(
    audio: bool, notice: timedelta | None, lateness: timedelta | None, rescheduling: timedelta | None
) -> list[tuple[str, Any]]:
    """What a measure adapts; what it leaves to the policy is not listed."""
    rows: list[tuple[str, Any]] = []
    if audio:
        rows.append((_("Medium"), _("Audio conference is allowed")))
    for label, span in (
        (_("Notice of absence"), notice),
        (_("Lateness allowed"), lateness),
        (_("Time to reschedule"), rescheduling),
    ):
        if span is not None:
            rows.append((label, span))
    return rows


@require_http_methods(METHODS)
@staff_only
def accept(request: PersonRequest, pk: int) -> HttpResponse:
    """A measure is accepted; sessions to come are adapted at once."""
    if not can_adapt_training(request.user):
        raise Http404
    enrolment = get_object_or_404(reads.staff_enrolments(request.user), pk=pk)

    def measure(form: Any) -> dict[str, Any]:
        return {"audio": form.cleaned_data["audio"], **form.durations()}

    return perform(
        request,
        Act(
            title=_("Add a measure"),
            form=AccommodationForm,
            initial={"valid_from": local_date(request.now, enrolment.time_zone)},
            about=[
                (_("What is kept"), _("The measure alone. Do not write the disability or its proof here."))
            ],
            follows=lambda form: [
                *measure_rows(**measure(form)),
                (_("From"), form.cleaned_data["valid_from"]),
                (_("Until"), form.cleaned_data["valid_until"]),
                (_("Sessions to come"), _("They are judged by these terms. Past verdicts stay as they are.")),
            ],
            do=lambda form: accept_accommodation(
                enrolment=enrolment,
                valid_from=form.cleaned_data["valid_from"],
                valid_until=form.cleaned_data["valid_until"],
                by=request.user,
                now=request.now,
                **measure(form),
            ),
            done=lambda made: _("The measure is accepted and holds for sessions to come."),
            submit=_("Accept the measure"),
            undo=_("You can withdraw it; it stays in force for what started before."),
            **common(enrolment),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """A measure ends; it stays in force for what started before."""
    if not can_adapt_training(request.user):
        raise Http404
    rows = Accommodation.objects.filter(staff_scope(request.user, "enrolment__"))
    row = get_object_or_404(
        rows.select_related("enrolment__student__user", "enrolment__path"), pk=pk, withdrawn_at__isnull=True
    )
    return perform(
        request,
        Act(
            title=_("Withdraw this measure"),
            form=ConfirmOnlyForm,
            follows=lambda form: [
                *measure_rows(row.audio, row.notice, row.lateness, row.rescheduling),
                (
                    _("Sessions to come"),
                    _("They are judged without it. What started before stays as it was."),
                ),
            ],
            do=lambda form: withdraw_accommodation(accommodation_id=row.pk, by=request.user, now=request.now),
            done=lambda made: _("The measure is withdrawn."),
            submit=_("Withdraw it"),
            **common(row.enrolment),
        ),
    )
