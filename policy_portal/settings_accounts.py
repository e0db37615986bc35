"""Settings of signing in: allauth, second factors, OIDC, sessions, API tokens (imported by settings.py)."""

from datetime import timedelta

from . import environment as env

_DEBUG = env.flag("DEBUG", default=True)

ACCOUNT_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "knox",
]
# After AuthenticationMiddleware.
ACCOUNT_MIDDLEWARE = [
    "allauth.account.middleware.AccountMiddleware",
]
AUTHENTICATION_BACKENDS = ["accounts.backends.PrefetchingBackend"]
AUTH_USER_MODEL = "accounts.User"
SESSION_ENGINE = "accounts.sessions"

# --- API tokens (knox keeps digests; our own model adds name, factor and use)
KNOX_TOKEN_MODEL = "accounts.ApiToken"
# knox' own table is not made: ours stands in for it.
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {"TOKEN_TTL": timedelta(days=90), "TOKEN_PREFIX": "ppt_", "AUTH_HEADER_PREFIX": "Token"}

# --- allauth
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True

# --- An organisation's own sign-in (OpenID Connect); off while OIDC_SERVER_URL is not set
OIDC_SERVER_URL = env.text("OIDC_SERVER_URL", "")
# The page's form may lead there (form-action of the content security policy).
OIDC_ORIGINS = ["/".join(OIDC_SERVER_URL.split("/")[:3])] if OIDC_SERVER_URL else []
