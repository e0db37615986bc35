"""A person's own letters: what was written to them, and what became of it."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, opened_to
from accounts.models import User

from .describing import events_of, rows_of
from .selectors import letters_looked_after, letters_to

signed_in = opened_to(lambda user: isinstance(user, User) and user.is_active)


@require_safe
@signed_in
def letters(request: PersonRequest) -> HttpResponse:
    """What was written to oneself, once it was received."""
    context = {"now": request.now, "letters": letters_to(request.user).select_related("document")}
    return render(request, "letters/own.html", context)


@require_safe
@signed_in
def letter(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """One's own letter; who looks after it finds its page among the staff's."""
    own = letters_to(request.user).select_related("document")
    if not own.filter(key=key).exists() and letters_looked_after(request.user).filter(key=key).exists():
        return redirect("staff-letter", key=key)
    row = get_object_or_404(own, key=key)
    context = {
        "now": request.now,
        "letter": row,
        "rows": rows_of(row),
        "events": events_of(row),
        "proofs": row.proofs.select_related("document"),
        "trail": [{"label": _("Letters to you"), "url": reverse("letters")}],
    }
    return render(request, "letters/letter.html", context)
