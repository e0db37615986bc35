"""Settings of private files: where they lie and how large they may be."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from . import environment as env
from .paths import VAR_DIR

_MB = 1024 * 1024

# Outside of static files and of anything that a web server hands out.
DOCUMENTS_DIR = Path(env.text("DOCUMENTS_DIR", str(VAR_DIR / "files")))
# Uploads under way, shared by all web processes; on the same disk as DOCUMENTS_DIR nothing is copied.
UPLOADS_DIR = Path(env.text("UPLOADS_DIR", str(VAR_DIR / "uploads")))
_LOCAL: dict[str, Any] = {
    "BACKEND": "record.documents.store.LocalStore",
    "OPTIONS": {
        "location": str(DOCUMENTS_DIR),
        "base_url": None,  # no address leads to a file: views do, which ask who may see it
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    },
}


def _bucket() -> dict[str, Any]:
    """A bucket of S3 or of what speaks like it; the keys are those of the environment (AWS_ACCESS_KEY_ID …)."""
    if find_spec("storages") is None:
        raise env.refuse("DOCUMENT_STORE", "needs the packages of requirements-s3.txt.")
    options = {
        "bucket_name": env.text("DOCUMENT_BUCKET"),
        "location": env.text("DOCUMENT_PREFIX", "documents"),
        "default_acl": None,  # private, as the bucket is
        "file_overwrite": False,
        "object_parameters": {"ContentDisposition": "attachment", "CacheControl": "private, no-store"},
        "max_memory_size": 8 * _MB,  # what is read lies on the disk beyond that
    }
    endpoint, region = env.text("DOCUMENT_ENDPOINT", ""), env.text("DOCUMENT_REGION", "")
    if endpoint:
        options["endpoint_url"] = endpoint
    if region:
        options["region_name"] = region
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


DOCUMENT_STORE = env.one_of("DOCUMENT_STORE", "local", ["local", "s3"])
DOCUMENT_STORAGE = _LOCAL if DOCUMENT_STORE == "local" else _bucket()

# None, clamd://host:3310, clamd+unix:///run/clamav/clamd.ctl, or the dotted path of a callable. Set and away: no
# file is taken.
DOCUMENT_SCANNER = env.text("DOCUMENT_SCANNER", "")
DOCUMENT_SCANNER_SECONDS = env.whole("DOCUMENT_SCANNER_SECONDS", 60, least=1)

# One person's uploads that are under way or not yet used: bytes of all, and how long they are kept.
UPLOAD_QUOTA = env.whole("UPLOAD_QUOTA", 4 * 1024 * _MB, least=1)
UPLOAD_HOURS = env.whole("UPLOAD_HOURS", 24, least=1)
# Bytes of all files of one form; larger ones come in pieces.
UPLOAD_FORM_MOST = env.whole("UPLOAD_FORM_MOST", 256 * _MB, least=1)
FILE_UPLOAD_HANDLERS = [
    "record.documents.handlers.WithinLimits",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
