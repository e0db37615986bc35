"""Pages of nobody's app: the rule book, and the choice of light or dark."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import came_at
from accounts.models import Theme, User
from accounts.services import edit_person
from rulebook import codes
from rulebook import policy as rulebook

from .context import THEMES
from .display.policy import in_words
from .display.times import day

YEAR = 365 * 24 * 3600  # seconds


@require_safe
def policy(request: HttpRequest, version: str = "") -> HttpResponse:
    """The rule book in plain words: the version in force, or the one that a verdict was judged by."""
    now = came_at(request)
    try:
        shown = rulebook.get_policy(version) if version else rulebook.policy_at(now)
    except LookupError as error:
        raise Http404 from error
    return render(
        request,
        "policy.html",
        {
            "now": now,
            "policy": shown,
            "sections": in_words(shown, translation.get_language() or settings.LANGUAGE_CODE),
            "facts": [
                (_("Version"), shown.id),
                (_("In force from"), day(shown.effective_from, ZoneInfo(shown.time_zone))),
            ],
            "versions": rulebook.book().versions,
            "current": rulebook.policy_at(now),
        },
    )


@require_safe
def conduct(request: HttpRequest, version: str = "") -> HttpResponse:
    """The code of conduct: the version in force, or one that somebody accepted."""
    now = came_at(request)
    try:
        shown = codes.get_code(version) if version else codes.code_at(now)
    except LookupError as error:
        raise Http404 from error
    language = translation.get_language() or settings.LANGUAGE_CODE
    context = {
        "now": now,
        "conduct": shown,
        "current": codes.code_at(now),
        "passages": [passage.in_language(language) for passage in shown.passages],
        "versions": codes.codes().versions,
    }
    return render(request, "conduct.html", context)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps the reader's choice of light or dark in a cookie, and goes back to the page."""
    chosen = request.POST.get("theme", "")
    if isinstance(request.user, User):
        # Kept with the person too: the next sign-in takes it along to another device.
        theme = chosen if chosen in THEMES else Theme.SYSTEM
        edit_person(person=request.user, theme=theme, by=request.user, now=came_at(request))
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if chosen in THEMES:
        response.set_cookie(
            "theme",
            chosen,
            max_age=YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response
