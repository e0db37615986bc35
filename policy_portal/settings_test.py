"""Settings of the tests: the same, whatever a developer's own .env says, and without waiting on anything."""

from __future__ import annotations

import os
import shutil
import tempfile
from atexit import register
from pathlib import Path

os.environ["IGNORE_DOT_ENV"] = "1"
os.environ["DEBUG"] = "true"

from .settings import *  # noqa: F403 — after the environment is fixed, on purpose
from .settings import DOCUMENT_STORAGE, STORAGES

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_files = tempfile.mkdtemp(prefix="policy-portal-test-")
register(shutil.rmtree, _files, ignore_errors=True)
UPLOADS_DIR = Path(_files) / "uploads"
_documents = {
    **DOCUMENT_STORAGE,
    "OPTIONS": {**DOCUMENT_STORAGE["OPTIONS"], "location": f"{_files}/documents"},
}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "documents": _documents,
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Redis or Valkey where script/test found one; nothing outside of this process where it did not.
_redis = os.environ.get("TEST_REDIS_URL", "")
if _redis:
    REDIS_URL = _redis
    CELERY_BROKER_URL = _redis.replace("unix://", "redis+socket://", 1)
    CACHES = {
        "default": {
            "BACKEND": "policy_portal.cache.FailOpenCache",
            "LOCATION": _redis,
            "KEY_PREFIX": f"test-{os.getpid()}",  # test processes run side by side
        }
    }
else:
    CELERY_BROKER_URL = "memory://"
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 50_000},
        }
    }
