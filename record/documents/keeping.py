"""What time does to private files: what may no longer be kept goes, and no file lies about without a row."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.translation import gettext_noop

from record.models import Document, StagedUpload, StoreInspection

from . import services, store, uploads

log = logging.getLogger(__name__)

INSPECT_EVERY = timedelta(hours=1)
UNDISTURBED = timedelta(hours=6)
"""A file without a row may belong to a transaction that is still open: younger ones are left alone."""
LOOK_BACK = timedelta(days=2)

KEPT_LONG_ENOUGH = gettext_noop("It was kept for as long as it may be.")


# Documents with a day of their own ---------------------------------------------------------------


def expired(now: datetime) -> QuerySet[Document]:
    return Document.objects.filter(deleted_at__isnull=True, delete_after__lte=now).order_by("delete_after")


def delete_expired(pks: Sequence[int], now: datetime) -> int:
    rows = Document.objects.filter(pk__in=pks, deleted_at__isnull=True, delete_after__lte=now)
    when = {pk: at for pk, at in rows.values_list("pk", "delete_after") if at is not None}
    return services.delete_documents(
        pks=list(when), why=KEPT_LONG_ENOUGH, clause="2.6", by=None, now=now, when=when
    )


# Files whose row was deleted ---------------------------------------------------------------------


def to_remove(now: datetime) -> QuerySet[Document]:
    """Where the process died between the row and its file, or the store did not answer."""
    return Document.objects.filter(
        deleted_at__isnull=False, removed_at__isnull=True, deleted_at__lte=now
    ).order_by("deleted_at")


def remove(pks: Sequence[int], now: datetime) -> int:
    return services.remove_files(pks, now)


# Uploads that nobody finished or used ------------------------------------------------------------


def stale_uploads(now: datetime) -> QuerySet[StagedUpload]:
    return StagedUpload.objects.filter(expires_at__lte=now).order_by("expires_at")


def drop_uploads(pks: Sequence[int], now: datetime) -> int:
    rows = list(StagedUpload.objects.filter(pk__in=pks))
    for upload in rows:
        uploads.drop_upload(upload=upload)
    return len(rows)


# Files without a row -----------------------------------------------------------------------------


def inspections_due(now: datetime) -> QuerySet[StoreInspection]:
    return StoreInspection.objects.filter(inspected_at__lte=now - INSPECT_EVERY).order_by("pk")


def inspect(pks: Sequence[int], now: datetime) -> int:
    """Remove what lies in the folders of the last days and in the uploads without a row.

    One inspection looks back to where the one before it ended and two days further, so it costs what came in
    lately, not what is kept. The first one looks at everything.
    """
    for inspection in StoreInspection.objects.filter(pk__in=pks):
        since = (inspection.inspected_at - LOOK_BACK).date()
        removed = remove_orphans(now, since=since) + _remove_parts(now)
        StoreInspection.objects.filter(pk=inspection.pk).update(
            inspected_at=now, removed=F("removed") + removed
        )
        if removed:
            log.warning("removed %d file(s) without a row from the store", removed)
    return len(pks)


def remove_orphans(now: datetime, *, since: date | None = None) -> int:
    """Remove files that no row names and that are not new; returns how many."""
    removed = 0
    for names in store.listed(since):
        known = known_names(names)
        for name in names:
            if name not in known and _is_old(name, now):
                store.remove(name)
                removed += 1
    return removed


def known_names(names: Sequence[str]) -> set[str]:
    """Those of some names in the store that a row promises."""
    known: set[str] = set()
    for model in (Document, StagedUpload):
        known.update(model.objects.filter(stored_name__in=names).values_list("stored_name", flat=True))
    return known


def _is_old(name: str, now: datetime) -> bool:
    written = store.written_at(name)
    return written is not None and written < now - UNDISTURBED


def _remove_parts(now: datetime) -> int:
    """Pieces whose upload is gone."""
    removed = 0
    for path in _old_parts(now):
        try:
            key = UUID(path.stem)
        except ValueError:
            continue
        if not StagedUpload.objects.filter(key=key).exists():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _old_parts(now: datetime) -> Iterator[Path]:
    folder = Path(settings.UPLOADS_DIR)
    if not folder.is_dir():
        return
    for path in folder.glob("*.part"):
        try:
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            continue
        if written < now - UNDISTURBED:
            yield path


# Rows without a file -----------------------------------------------------------------------------


def broken_promises(*, digests: bool = False) -> Iterator[tuple[Document, str]]:
    """Documents whose file is not in the store, has another length or (``digests``) another content; for the
    command that checks the store."""
    for document in Document.objects.filter(deleted_at__isnull=True).order_by("pk").iterator(500):
        try:
            found = store.size_of(document.stored_name)
        except FileNotFoundError:
            yield document, "missing"
            continue
        if found != document.size:
            yield document, "length"
        elif digests and store.digest_of(document.stored_name) != document.sha256:
            yield document, "content"
