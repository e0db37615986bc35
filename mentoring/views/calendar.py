"""The calendar feed: a secret address that needs no sign-in, and the page to make, replace and close it."""

from __future__ import annotations

import hashlib
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, came_at, signed_in
from mentoring.models import CalendarFeed
from mentoring.selectors.feed import appointments_of
from mentoring.services.feeds import close_feed, open_feed, owner_of
from record.calendar import feed
from record.rendering import language_of


@require_safe
def ics(request: HttpRequest, secret: str) -> HttpResponse:
    """The owner's appointments. No cookie is read or set; who does not know the secret finds nothing."""
    owner = owner_of(secret)
    if owner is None:
        raise Http404
    with translation.override(language_of(owner)), timezone.override(ZoneInfo("UTC")):
        body = feed(settings.SITE_NAME, appointments_of(owner, came_at(request)))
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def calendar(request: PersonRequest) -> HttpResponse:
    """A POST makes the address, or another one in its place, and shows it this once."""
    url = ""
    if request.method == "POST":
        secret = open_feed(by=request.user, now=request.now)
        url = f"{settings.SITE_URL}{reverse('calendar-ics', args=[secret])}"
    standing = CalendarFeed.objects.filter(user=request.user, closed_at__isnull=True).first()
    context = {"now": request.now, "feed": standing, "url": url}
    return render(request, "mentoring/calendar.html", context)


@require_POST
@signed_in
def close(request: PersonRequest) -> HttpResponse:
    if close_feed(by=request.user, now=request.now):
        messages.success(
            request, _("The calendar address is closed. Programs that had it get nothing any more.")
        )
    return redirect("calendar")


__all__ = ["calendar", "close", "ics"]
