"""How the API knows who asks: `Authorization: Bearer ppt_…`, in one query."""

from __future__ import annotations

from datetime import datetime, timedelta
from hmac import compare_digest

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import ApiToken, User
from accounts.selectors import token_with_owner

USED_EVERY = timedelta(minutes=5)  # how exact "last used" is; one UPDATE in that time


class ApiTokenAuthentication(TokenAuthentication):
    """A person's token: not expired, of an active account, and as strong as their role asks (abuse 72)."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        # One answer for every reason: it tells a stranger nothing about tokens or people.
        refused = AuthenticationFailed(_("This token is not valid (any more)."))
        try:
            text = token.decode("ascii")
        except UnicodeDecodeError:
            raise refused from None
        try:
            digest = hash_token(text)
        except (TypeError, ValueError):
            raise refused from None
        now = timezone.now()
        for held in token_with_owner(text[: CONSTANTS.TOKEN_KEY_LENGTH]):
            if compare_digest(digest, held.digest) and self._may(held, now):
                self._note_use(held, now)
                return held.user, held
        raise refused

    @staticmethod
    def _may(token: ApiToken, now: datetime) -> bool:
        if token.expiry is None or token.expiry <= now or not token.user.is_active:
            return False
        # A token from before a factor was asked for, or from before its owner became staff, opens nothing.
        return token.passed_mfa or not (settings.REQUIRE_STAFF_MFA and token.user.is_staff)

    @staticmethod
    def _note_use(token: ApiToken, now: datetime) -> None:
        if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


class ApiTokenScheme(OpenApiAuthenticationExtension):
    """How the API's description names it."""

    target_class = "accounts.api_auth.ApiTokenAuthentication"
    name = "token"
    priority = 1  # before the one that comes for knox's own class

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of the account page (“API tokens”): `Authorization: Bearer ppt_…`",
        }
