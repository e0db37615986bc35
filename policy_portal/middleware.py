"""What holds for every answer: private unless its view says otherwise, in the reader's own words and zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control, patch_vary_headers

from accounts.contention import RETRY_AFTER, was_busy, was_victim

from . import health

log = structlog.get_logger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]


class Probes:
    """Answers the probes first: they ask by address and plain HTTP, and need neither session nor language."""

    ANSWERS: Mapping[str, Handler] = {"/livez": health.livez, "/readyz": health.readyz}

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.ANSWERS.get(request.path_info, self.get_response)(request)


class PrivateByDefault:
    """No shared cache and no back button shows one person's page to another (abuse 21).

    A view that serves the public sets its own Cache-Control, which is left as it is.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
            patch_vary_headers(response, ["Cookie", "Authorization", "HX-Request"])
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class ReadersOwn:
    """The signed-in reader's language and time zone, for the length of the request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a session there is nobody to ask for, and no query is spent on it.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        user = request.user
        language = user.language if user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        try:
            zone = ZoneInfo(user.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("UTC")
        with timezone.override(zone), translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class TryAgain:
    """A page whose transaction the database ended for another's sake is asked once more, as of the instant at which
    it came; where there is still no room it says so (503), and nothing was done."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not was_busy(error):
            return None
        match = request.resolver_match
        # A file that was read once is not sent again.
        if match is not None and was_victim(error) and not request.FILES:
            log.warning("page_again", view=match.view_name)
            try:
                return match.func(request, *match.args, **match.kwargs)
            except OperationalError as again:
                if not was_busy(again):
                    raise
        log.warning("page_busy", exc_info=error)
        answer = render(request, "503.html", {"retry_after": RETRY_AFTER}, status=503)
        answer["Retry-After"] = str(RETRY_AFTER)
        return answer
