"""Settings of signing in: allauth, second factors, OIDC, sessions, API tokens (imported by settings.py).

docs/sign-in.md explains each for users and operators.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import Any

from celery.schedules import crontab

from . import environment as env

_DEBUG = env.flag("DEBUG", default=True)

ACCOUNT_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "knox",
    "rules",
]
# After accounts.middleware.Authentication.
ACCOUNT_MIDDLEWARE = [
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactor",
    "accounts.middleware.LastSeen",
]
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PrefetchingBackend",
    "rules.permissions.ObjectPermissionBackend",
]
# Argon2id for what is set from now on; the others so that an older hash still opens, and is then renewed.
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "given_name", "family_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds a link of an invitation or a reset is good for

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

# --- Who a client is. X-Forwarded-For is believed only from these networks (abuse 69); "unix" means a socket.
TRUSTED_PROXIES = env.names("TRUSTED_PROXIES", [])
for _network in TRUSTED_PROXIES:
    try:
        _ = _network == "unix" or ipaddress.ip_network(_network)
    except ValueError:
        raise env.refuse("TRUSTED_PROXIES", f"{_network!r} is not a network like 10.0.0.0/8.") from None

# --- Housekeeping, by Celery's clock (merged into CELERY_BEAT_SCHEDULE)
ACCOUNT_BEAT_SCHEDULE = {
    "purge-sign-in": {
        "task": "accounts.tasks.purge_expired",
        "schedule": crontab(minute=17),
        "options": {"expires": 3600},
    }
}

# --- Sessions
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # seconds; for who asks to be remembered. Otherwise the browser's session
ACCOUNT_SESSION_REMEMBER = None

# --- Second factors
REQUIRE_STAFF_MFA = env.flag("REQUIRE_STAFF_MFA", default=not _DEBUG)
MFA_ADAPTER = "accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # steps of 30 s that a phone's clock may be off, either way
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Addresses come from the school and are its word: there is nothing to verify before a factor is added.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {"add_webauthn": "accounts.forms.AddPasskeyForm"}

# --- API tokens (knox keeps digests; our own model adds name, factor and use)
KNOX_TOKEN_MODEL = "accounts.ApiToken"
# knox' own table is not made: ours stands in for it.
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {"TOKEN_TTL": timedelta(days=90), "TOKEN_PREFIX": "ppt_", "AUTH_HEADER_PREFIX": "Bearer"}

# --- allauth
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Nobody signs up: people come from the roster, from staff or from the demo.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # "your password was changed": the owner hears of it
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # whoever is slowed down by someone else gets in by a reset
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds that a login counts as recent
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
}
ACCOUNT_RATE_LIMITS = {
    # Passwords are limited by accounts/throttle.py, which cannot be turned against an account's owner.
    "login": None,
    # This one is left to codes of a second factor, which only who knows the password gets to try.
    "login_failed": "10/5m/key",
    # A school can stand behind one address: these hold back floods, not a class that comes in at nine.
    "reset_password": "100/m/ip,5/m/key",
    "reset_password_from_key": "100/m/ip",
}
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}  # nothing can be guessed there
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if env.text("SITE_URL", "").startswith("https://") else "http"
ACCOUNT_USER_DISPLAY = "accounts.selectors.display_name"

# --- An organisation's own sign-in (OpenID Connect); off while OIDC_ISSUER is not set
OIDC_ISSUER = env.issuer("OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID", None if OIDC_ISSUER else "")
OIDC_SECRET = env.text("OIDC_SECRET", None if OIDC_ISSUER else "")
OIDC_LABEL = env.text("OIDC_LABEL", "OpenID Connect")
# The page's form may lead there (form-action of the content security policy).
OIDC_ORIGINS = ["/".join(OIDC_ISSUER.split("/")[:3])] if OIDC_ISSUER else []
SOCIALACCOUNT_ADAPTER = "accounts.adapters.OrganisationAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # who may come in by an address, the adapter decides
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "organisation",
                "name": OIDC_LABEL,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_SECRET,
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
