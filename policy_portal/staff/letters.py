"""Registered letters, as those who look after them see them: the print queue, what is uncertain, and each letter."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, staff_only
from mentoring.views.staff.acts import Act, perform
from record.letters import selectors as reads
from record.letters import services
from record.letters.describing import carrier_in_words, events_of, rows_of, tone_of
from record.letters.forms import DepositForm, ReasonsForm, ReceiptForm, SettleForm
from record.letters.permissions import may_handle_letters
from record.models import Letter, LetterState

METHODS = ["GET", "HEAD", "POST"]
PAGE = 50

LISTS = {
    "queue": (gettext_lazy("To print and post"), reads.print_queue),
    "uncertain": (gettext_lazy("To settle"), reads.to_settle),
    "coming": (gettext_lazy("To come"), reads.to_come),
    "under-way": (gettext_lazy("Under way"), reads.under_way),
    "ended": (gettext_lazy("Ended"), reads.ended),
}


def _letters(request: PersonRequest) -> QuerySet[Letter]:
    return reads.letters_looked_after(request.user)


def _letter(request: PersonRequest, key: uuid.UUID) -> Letter:
    return get_object_or_404(_letters(request).select_related("document", "subject"), key=key)


@require_safe
@staff_only
def letters(request: PersonRequest) -> HttpResponse:
    """One list at a time; the two that wait for people come first and say how many they are."""
    shown = request.GET.get("show", "queue")
    if shown not in LISTS:
        raise Http404
    rows = LISTS[shown][1](_letters(request))
    url = reverse("staff-letters")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "now": request.now,
        "page": page,
        "rows": [(row, tone_of(row)) for row in page],
        "shown": shown,
        "tabs": [
            {
                "url": f"{url}?show={name}",
                "label": label,
                "current": name == shown,
                "count": read(_letters(request)).count() if name in ("queue", "uncertain") else None,
            }
            for name, (label, read) in LISTS.items()
        ],
    }
    return render(request, "letters/list.html", context)


@require_safe
@staff_only
def letter(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """One letter: what it is, what happened to it and who said so, its proofs, and what can be done."""
    row = _letter(request, key)
    handles = may_handle_letters(request.user)
    by_hand = row.carrier == "hand" and row.is_under_way
    context = {
        "now": request.now,
        "letter": row,
        "tone": tone_of(row),
        "rows": rows_of(row, staff=True),
        "events": events_of(row),
        "proofs": row.proofs.select_related("document"),
        "may_deposit": handles and by_hand and row.state == LetterState.HANDED_OVER,
        "may_receive": handles and by_hand,
        "may_settle": handles and row.state == LetterState.UNCERTAIN,
        "may_look": handles and row.uncertain_at is not None and row.state != LetterState.UNCERTAIN,
        "may_cancel": handles and row.state == LetterState.PREPARED and row.calling_at is None,
        "trail": [{"label": _("Letters"), "url": reverse("staff-letters")}],
    }
    return render(request, "letters/staff.html", context)


def _acting(request: PersonRequest, key: uuid.UUID) -> Letter:
    row = _letter(request, key)
    if not may_handle_letters(request.user):
        raise Http404
    return row


def _common(row: Letter) -> dict[str, Any]:
    back = reverse("staff-letter", args=[row.key])
    return {
        "lead": str(row),
        "back": back,
        "about": [(_("Carried"), carrier_in_words(row)), (_("State"), row.get_state_display())],
        "trail": [
            {"label": _("Letters"), "url": reverse("staff-letters")},
            {"label": row.title, "url": back},
        ],
    }


@require_http_methods(METHODS)
@staff_only
def deposit(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    row = _acting(request, key)
    return perform(
        request,
        Act(
            title=_("Enter that it was posted"),
            form=DepositForm,
            initial={"happened_at": request.now},
            follows=lambda form: [
                (_("Tracking number"), form.cleaned_data["tracking_number"]),
                (_("Posted"), form.cleaned_data["happened_at"]),
            ],
            do=lambda form: services.record_deposit(
                letter_id=row.pk, **form.cleaned_data, by=request.user, now=request.now
            ),
            done=lambda made: _("It is posted. Enter its receipt once it comes back."),
            submit=_("Enter it"),
            **_common(row),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def receipt(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    row = _acting(request, key)
    return perform(
        request,
        Act(
            title=_("Enter what became of it"),
            form=ReceiptForm,
            initial={"happened_at": request.now},
            follows=lambda form: [],
            do=lambda form: services.record_receipt(
                letter_id=row.pk,
                kind=form.cleaned_data["kind"],
                happened_at=form.cleaned_data["happened_at"],
                upload=form.cleaned_data["file"],
                by=request.user,
                now=request.now,
            ),
            done=lambda made: _("It is entered, and the scan is kept with the letter."),
            submit=_("Enter it"),
            undo=_(
                "A decision takes effect by it, and it cannot be changed: look that date and scan are right."
            ),
            direct=True,
            **_common(row),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def settle(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    row = _acting(request, key)
    return perform(
        request,
        Act(
            title=_("Settle what is uncertain"),
            form=SettleForm,
            initial={"carrier": row.carrier},
            follows=lambda form: [
                (
                    _("What happens now"),
                    _("The carrier is asked what became of it.")
                    if form.cleaned_data["was_sent"]
                    else _("It is handed over again, as if it had never been."),
                ),
                (_("How you found out"), form.cleaned_data["reasons"]),
            ],
            do=lambda form: services.settle_letter(
                letter_id=row.pk, **form.cleaned_data, by=request.user, now=request.now
            ),
            done=lambda made: _("It is settled."),
            submit=_("Settle it"),
            undo=_("Ask the carrier, with the key of the letter: %(key)s") % {"key": row.key.hex},
            **_common(row),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def looked_at(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    row = _acting(request, key)
    return perform(
        request,
        Act(
            title=_("Say what you found"),
            form=ReasonsForm,
            follows=lambda form: [(_("What you found"), form.cleaned_data["reasons"])],
            do=lambda form: services.note_looked_at(
                letter_id=row.pk, **form.cleaned_data, by=request.user, now=request.now
            ),
            done=lambda made: _("It is noted, and the letter has left the list."),
            submit=_("Note it"),
            **_common(row),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def cancel(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    row = _acting(request, key)
    return perform(
        request,
        Act(
            title=_("Take the letter back"),
            form=ReasonsForm,
            follows=lambda form: [
                (_("The letter"), _("It is not handed over to anybody.")),
                (_("Your reasons"), form.cleaned_data["reasons"]),
            ],
            do=lambda form: services.cancel_letter(
                letter_id=row.pk, **form.cleaned_data, by=request.user, now=request.now
            ),
            done=lambda made: _("The letter is taken back."),
            submit=_("Take it back"),
            tone="bad",
            **_common(row),
        ),
    )
