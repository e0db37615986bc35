"""Settings: driven by the environment (docs/operations.md lists every name), and loud when one is wrong.

Apps keep what is theirs beside this file: `settings_accounts.py` (sign-in), `settings_api.py` (REST),
`settings_documents.py` (private files), `settings_letters.py` (registered letters) and
`settings_imports.py` (rosters and reports).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from . import environment as env
from .logs import configure_logging
from .paths import BASE_DIR, VAR_DIR
from .settings_accounts import *  # noqa: F403 — the settings of sign-in, as they stand
from .settings_accounts import ACCOUNT_APPS, ACCOUNT_BEAT_SCHEDULE, ACCOUNT_MIDDLEWARE, OIDC_ORIGINS
from .settings_api import *  # noqa: F403 — the settings of the API, as they stand
from .settings_api import API_APPS
from .settings_documents import *  # noqa: F403 — the settings of private files, as they stand
from .settings_documents import DOCUMENT_STORAGE
from .settings_imports import *  # noqa: F403 — the settings of rosters and reports, as they stand
from .settings_letters import *  # noqa: F403 — the settings of registered letters, as they stand
from .valkey import embedded_url

# --- What kind of process this is -------------------------------------------------------------------------
# DEBUG is on for a trial on one's own machine. With it off, everything that a real school must decide for
# itself has to be set, or the start stops with the name of what is missing.
DEBUG = env.flag("DEBUG", default=True)
SECRET_KEY = env.text("SECRET_KEY", env.trial_key(VAR_DIR / "secret-key") if DEBUG else None)
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS", [])
SITE_NAME = env.text("SITE_NAME", "Policy Portal")
# Lines below the school's name on attendance certificates, parted by |: address, registration number.
CERTIFICATE_LETTERHEAD = env.text("CERTIFICATE_LETTERHEAD", "")
PORT = env.whole("PORT", 8000, least=1, most=65535)
SITE_URL = env.origin("SITE_URL", f"http://localhost:{PORT}" if DEBUG else None)
OWN_MACHINE = ["localhost", "127.0.0.1", "[::1]", ".localhost"]
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", OWN_MACHINE if DEBUG else None)
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS", [SITE_URL])

# --- The school --------------------------------------------------------------------------------------------
POLICY_DIR = env.folder("POLICY_DIR")  # further versions of the policy, as TOML files
DEMO = env.flag("DEMO", default=DEBUG)  # the made-up school, and its logins on the sign-in page
DEMO_SEED = env.whole("DEMO_SEED", 2026)
ENFORCEMENT_TICK_SECONDS = env.whole("ENFORCEMENT_TICK_SECONDS", 15, least=1, most=3600)
ENFORCEMENT_SHARERS = env.whole("ENFORCEMENT_SHARERS", 2, least=1, most=64)

# --- Apps --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "policy_portal",
    "juries",
    "discipline",
    "mentoring",
    "students",
    "record",
    "enforcement",
    "accounts",
    *ACCOUNT_APPS,
    *API_APPS,
    "django_htmx",
    "django_structlog",
    "csp",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]
FORM_RENDERER = "policy_portal.forms.FormRenderer"
MIDDLEWARE = [
    "policy_portal.middleware.Probes",
    "django.middleware.security.SecurityMiddleware",
    "policy_portal.middleware.PrivateByDefault",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.Authentication",
    *ACCOUNT_MIDDLEWARE,
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "policy_portal.middleware.ReadersOwn",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # The innermost: what it cannot mend the others see as it was.
    "policy_portal.middleware.TryAgain",
]
ROOT_URLCONF = "policy_portal.urls"
WSGI_APPLICATION = "policy_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "policy_portal.context.site",
                "policy_portal.context.shell",
            ]
        },
    }
]

# --- Database, cache, broker -------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "portal.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# One address serves the broker and the cache. Not set: the embedded Valkey.
REDIS_URL = env.redis_url("REDIS_URL") or embedded_url()
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "policy_portal.cache.FailOpenCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal-cache",
    }
}

# Celery is the clock and the distributor; the database is the truth. A message is a wake-up: losing it,
# or getting it twice, changes nothing.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 1,  # seconds; a frozen broker must not hold up whoever publishes
    "socket_connect_timeout": 1,
    "visibility_timeout": 600,  # an unacknowledged wake-up comes again after ten minutes
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_BROKER_CONNECTION_RETRY = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for as long as it takes
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TASK_PUBLISH_RETRY = False  # the next tick is the retry
CELERY_TASK_DEFAULT_QUEUE = "portal"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 330
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"
CELERY_DB_REUSE_MAX = 1000  # tasks a connection serves; without it every task opens one
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # the tick needs no memory, so no file that a kill can spoil
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "enforcement.tasks.tick",
        "schedule": ENFORCEMENT_TICK_SECONDS,
        # Ticks that gather while the workers are away are dropped: one is as good as a hundred.
        "options": {"expires": ENFORCEMENT_TICK_SECONDS},
    },
    **ACCOUNT_BEAT_SCHEDULE,
}

# --- Languages and time ------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "policy_portal.formats"

# --- Static files ------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "documents": DOCUMENT_STORAGE,
}
MEDIA_ROOT = VAR_DIR / "files"  # private: nothing serves it but views that ask who may see it
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes

# --- E-mail ------------------------------------------------------------------------------------------------
# A trial writes its e-mails to var/mail; EMAIL_URL=consolemail:// shows them, smtp+tls://… sends them.
_email = env.email("EMAIL_URL", VAR_DIR / "mail" if DEBUG else None)
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _email.get("EMAIL_FILE_PATH") or None
EMAIL_HOST = _email.get("EMAIL_HOST", "localhost")
EMAIL_PORT = _email.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <portal@example.org>" if DEBUG else None)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- The record --------------------------------------------------------------------------------------------
RECORD_SIGNING_KEY = "".join(env.keys("RECORD_SIGNING_KEY")[:1])  # none: one is derived from SECRET_KEY
RECORD_VERIFY_KEYS = env.keys("RECORD_VERIFY_KEYS")

# --- Safety ------------------------------------------------------------------------------------------------
HTTPS = SITE_URL.startswith("https://")
if not DEBUG and not HTTPS and not env.flag("ALLOW_PLAIN_HTTP", default=False):
    raise env.refuse("SITE_URL", "has to begin with https:// when DEBUG is off (or set ALLOW_PLAIN_HTTP).")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.whole("HSTS_SECONDS", 365 * 24 * 3600) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Believed only where a proxy of one's own sets the header on every request and drops what clients send.
if env.flag("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# A form leads nowhere but to the portal, and to the sign-in of an organisation where there is one: browsers hold
# form-action against redirects too. Joining leads on to the video conference by a page of its own.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'"],  # recordings
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *OIDC_ORIGINS],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

# --- Logs --------------------------------------------------------------------------------------------------
LOG_FORMAT = env.one_of("LOG_FORMAT", "console" if DEBUG else "json", ["console", "json"])
LOGGING_CONFIG = None
LOG_LEVEL = env.one_of("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"])
LOGGING = configure_logging(LOG_FORMAT, LOG_LEVEL)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
SILENCED_SYSTEM_CHECKS: list[str] = []
