"""What signing in means for every request: a second factor for staff, and when a session was last used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.clients import client_ip
from accounts.factors import factors_of, needs_factor, passed_factor
from accounts.models import Session, User
from accounts.sessions import loaded_owner

Handler = Callable[[HttpRequest], HttpResponse]

# Open to who has signed in with a password alone.
ALWAYS = frozenset({"account_logout", "account_login", "livez", "readyz"})
# … to show the factor that they have
SHOWING = ALWAYS | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
# … or to set up their first.
SETTING_UP = ALWAYS | {
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}
SEEN_EVERY = timedelta(minutes=5)


class Authentication(AuthenticationMiddleware):
    """Django's own, which verifies the session as ever; only, the session has brought its owner along."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]  # as Django's


def _user_of(request: HttpRequest) -> Any:
    session: Any = request.session
    session.get(SESSION_KEY)  # reads the row
    token = loaded_owner.set(session.owner)
    try:
        return get_user(request)
    finally:
        loaded_owner.reset(token)


class SecondFactor:
    """Staff who have shown no second factor see no page but those that let them (REQUIRE_STAFF_MFA).

    It asks at every door that a session opens: pages, admin, and the API in the browser. API tokens
    answer for themselves (`api_auth`).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or not needs_factor(user) or passed_factor(request):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in ALWAYS:
            return None
        factors = factors_of(user)
        if name in (SHOWING if factors else SETTING_UP):
            return None
        return self._send_there(request, factors)

    @staticmethod
    def _send_there(request: HttpRequest, factors: list[Authenticator]) -> HttpResponse:
        if request.path.startswith("/api/"):
            problem = {
                "type": "about:blank",
                "title": "Forbidden",
                "status": 403,
                "detail": _("Show your second factor first."),
            }
            return JsonResponse(problem, status=403, content_type="application/problem+json")
        if not factors:
            messages.info(request, _("Your role asks for a second factor. Set one up to go on."))
            url = reverse("mfa_index")
        else:
            by_code = any(factor.type == Authenticator.Type.TOTP for factor in factors)
            url = reverse("mfa_reauthenticate" if by_code else "mfa_reauthenticate_webauthn")
            back = request.get_full_path() if request.method == "GET" else "/"
            url = f"{url}?{urlencode({'next': back})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)


class LastSeen:
    """Notes, at most every five minutes, that a session is in use: one UPDATE past the session's data."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session: Any = request.session
        if not session.accessed or not getattr(session, "owner_id", None):
            return response
        now = timezone.now()
        if session.last_seen_at is None or now - session.last_seen_at >= SEEN_EVERY:
            Session.objects.filter(pk=session.session_key, user_id=session.owner_id).update(
                last_seen_at=now, ip=client_ip(request) or None
            )
        return response
