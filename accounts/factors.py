"""Second factors: who needs one, who has one, and whether this session has shown it."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User

# Recovery codes stand in for a lost factor; alone they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def needs_factor(user: User) -> bool:
    return bool(settings.REQUIRE_STAFF_MFA) and user.is_staff


def factors_of(user: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).order_by("pk"))


def passed_factor(request: HttpRequest) -> bool:
    """Whether this session has shown a second factor (a code, a key, a passkey); no query."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))
