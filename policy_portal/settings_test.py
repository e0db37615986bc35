"""Settings of the tests: the same, whatever a developer's own .env says, and without waiting on anything."""

from __future__ import annotations

import os

os.environ["IGNORE_DOT_ENV"] = "1"
os.environ["DEBUG"] = "true"

from .settings import *  # noqa: F403 — after the environment is fixed, on purpose
from .settings import STORAGES

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = "memory://"
