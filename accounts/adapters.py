"""The school's terms, where allauth asks for them: no sign-up, our limits, our ends of sessions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import outbox, throttle
from accounts.clients import client_ip, device_of, keep_theme, remember_device
from accounts.factors import factors_of, needs_factor
from accounts.models import User
from accounts.sealing import vault
from accounts.selectors import person_by_address
from accounts.services import end_access
from accounts.sessions import DEVICE_KEY

log = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """E-mail and password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not belong together."),
        "too_many_login_attempts": _(
            "Too many tries. Wait five minutes. A passkey or a reset of your password lets you in now."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        # Over a bare socket there is no address; all its clients then share one count.
        return client_ip(request) or "local"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        address = str(credentials.get("email") or "")
        attempt = throttle.begin(
            address=address, ip=client_ip(request), device=device_of(request), now=timezone.now()
        )
        if attempt is None:
            raise self.validation_error("too_many_login_attempts")
        user = authenticate(request, **credentials)
        if not isinstance(user, User):
            return None
        attempt.succeeded()
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        now = timezone.now().isoformat()
        request.session[DEVICE_KEY] = {
            "agent": request.headers.get("User-Agent", "")[:200],
            "ip": client_ip(request),
            "at": now,
            "seen": now,
        }

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        remember_device(request, response, user.email)
        keep_theme(response, user.theme)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        # A passkey or an issuer vouched for someone whose account is closed: no page of its own says so.
        return render(request, "account/account_inactive.html", status=403)

    def get_reset_password_from_key_url(self, key: str) -> str:
        # The site's own address, not the one that the request was sent to.
        uid, _separator, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return urljoin(settings.SITE_URL, path)

    def set_password(self, user: User, password: str) -> None:
        """A new password ends whatever the old one let in, but for the session that sets it (abuse 71)."""
        super().set_password(user, password)
        request = context.request
        own = request.user.is_authenticated and request.user.pk == user.pk
        end_access(person=user, keep=request.session.session_key if own else None)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A login of the last ten minutes is as good as typing the password again."""
        request = context.request
        records = get_authentication_records(request, request.user)
        latest = max((record.get("at", 0) for record in records), default=0)
        return timezone.now().timestamp() - latest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """The owner hears of every change."""
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        # The site is the setting's, so that this works outside of a request and trusts no Host header.
        site = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
        outbox.put(self.render_mail(template_prefix, email, {**site, **context}), timezone.now())


class FactorAdapter(DefaultMFAAdapter):
    """TOTP, passkeys and recovery codes."""

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not needs_factor(authenticator.user):
            return True
        return any(factor.pk != authenticator.pk for factor in factors_of(authenticator.user))

    # A copy of the database alone must not be enough to make codes.
    def encrypt(self, text: str) -> str:
        return vault("accounts.factors").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return vault("accounts.factors").decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""  # made under a key that is gone: no code fits, a recovery by staff is needed


class OrganisationAdapter(DefaultSocialAccountAdapter):
    """An organisation's own sign-in: only for people whom the school knows already.

    The issuer has to say that it verified the address, and the address has to be that of an active
    person. The issuer's subject is tied to the person at the first login: if the organisation gives the
    address to somebody else later, that newcomer is refused, and does not inherit the account.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one that the settings name; rows of the database make none."""
        configured = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        apps = [SocialApp(provider="openid_connect", **app) for app in configured]
        return [
            app
            for app in apps
            if provider in (None, app.provider, app.provider_id) and client_id in (None, app.client_id)
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.state.get("process") != "login":
            raise ImmediateHttpResponse(self._refuse(request))
        claims = self._claims(sociallogin)
        address = str(claims.get("email") or "")
        person = person_by_address(address) if claims.get("email_verified") is True else None
        if person is None or not person.is_active:
            raise ImmediateHttpResponse(self._refuse(request))
        provider = sociallogin.account.provider
        known_as = SocialAccount.objects.filter(provider=provider, user=person).first()
        if sociallogin.is_existing:
            if sociallogin.user.pk != person.pk:
                raise ImmediateHttpResponse(self._refuse(request))
        elif known_as is not None:
            raise ImmediateHttpResponse(self._refuse(request))
        else:
            sociallogin.connect(request, person)

    @staticmethod
    def _claims(sociallogin: SocialLogin) -> dict[str, Any]:
        data = sociallogin.account.extra_data
        claims: dict[str, Any] = data.get("userinfo") or data.get("id_token") or data
        return claims

    @staticmethod
    def _refuse(request: HttpRequest) -> HttpResponse:
        # The same answer whatever the reason: it does not say who is enrolled (abuse 23).
        return render(request, "socialaccount/refused.html", status=403)
