"""The door to every private file."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, signed_in
from accounts.models import Role
from record.documents.purposes import purpose
from record.documents.selectors import document_for
from record.documents.serving import serve
from record.documents.viewings import viewings_of


@signed_in
@require_safe
def document(request: PersonRequest, key: uuid.UUID) -> HttpResponseBase:
    """The file, for whom its purpose lets read it; 404 for all others. A deleted one says what it was, when
    it went and why."""
    user = request.user
    found = document_for(user, key)
    if found is None:
        raise Http404
    if not found.is_kept:
        return gone(request, found)
    return serve(found, request, by=user, now=request.now)


@signed_in
@require_safe
def watch(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """A page to watch a video on. Opening it plays nothing, so it is no viewing yet."""
    user = request.user
    found = document_for(user, key)
    if found is None or not found.is_video:
        raise Http404
    if not found.is_kept:
        return gone(request, found)
    kept = purpose(found.purpose)
    told = kept.log_viewing and (found.subject_id == user.pk or user.has_role(Role.QUALITY))
    context = {
        "document": found,
        "purpose": kept,
        "viewings": viewings_of(found)[:50] if told else [],
        "told": told,
        "now": request.now,
    }
    return render(request, "record/watch.html", context)


def gone(request: PersonRequest, found: object) -> HttpResponse:
    context = {"document": found, "now": request.now}
    return render(request, "record/document_gone.html", context, status=410)
