"""Addresses in messages that lead each reader to their own page of a thing."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, signed_in
from mentoring.selectors import requests as reads


@require_safe
@signed_in
def leave(request: PersonRequest, pk: int) -> HttpResponse:
    """A leave: to the student's, the mentor's or the staff's page of it."""
    return _lead(request, pk, "leave")


@require_safe
@signed_in
def change(request: PersonRequest, pk: int) -> HttpResponse:
    """A change of Path."""
    return _lead(request, pk, "change")


def _lead(request: PersonRequest, pk: int, name: str) -> HttpResponse:
    user, now = request.user, request.now
    rows = {"leave": reads.leaves_for, "change": reads.changes_for}[name](user, now).filter(pk=pk)
    if reads.own(user, rows).exists():
        return redirect(f"student-{name}", pk=pk)
    if reads.staffs(user, rows).exists():
        return redirect(f"staff-{name}", pk=pk)
    if rows.exists():
        return redirect(f"mentor-{name}", pk=pk)
    raise Http404
