"""Keeping files and letting them go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import IO, Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from record.models import Document, StagedUpload
from record.services import lock_chains, write
from record.types import NewEntry
from rulebook.policy import policy_at

from . import store
from .contents import examine
from .contents.refusals import Refused
from .names import clean_name
from .purposes import purpose as purpose_named

Upload = UploadedFile | StagedUpload


def store_document(
    *,
    purpose: str,
    upload: Upload,
    subject: User | None,
    about: str = "",
    by: User | None,
    now: datetime,
    delete_after: datetime | None = None,
) -> Document:
    """Keep a file for a purpose, inside the caller's transaction.

    Raises RuleError("file", …) before anything is stored. The file is on the disk before its row is; when the
    transaction is undone there is no row, and the sweep takes the file away. A StagedUpload's file is there
    already: its row hands it over, so that undoing leaves the upload as it was.
    """
    kept = purpose_named(purpose)
    document = Document(
        purpose=purpose,
        subject=subject,
        uploaded_by=by,
        about=about,
        stored_at=now,
        delete_after=delete_after,
    )
    if isinstance(upload, StagedUpload):
        _take_over(document, upload, by)
        return document
    stream = cast(IO[bytes], upload.file)
    examined = examine(stream, upload.size or 0, kept)
    stream.seek(0)
    document.scan_state = examined.scan_state
    return _put(document, stream, upload.name or "", examined.content_type, now)


def keep_made(
    *,
    purpose: str,
    content: bytes,
    content_type: str,
    file_name: str,
    subject: User | None,
    about: str = "",
    by: User | None,
    now: datetime,
    delete_after: datetime | None = None,
) -> Document:
    """Keep a file that the platform itself has made, inside the caller's transaction.

    It is not looked through: the platform may put files inside of files, which nobody may upload.
    """
    document = Document(
        purpose=purpose_named(purpose).name,
        subject=subject,
        uploaded_by=by,
        about=about,
        stored_at=now,
        delete_after=delete_after,
    )
    return _put(document, BytesIO(content), file_name, content_type, now)


def _put(document: Document, stream: IO[bytes], name: str, content_type: str, now: datetime) -> Document:
    stored = store.put(stream, now)
    try:
        _describe(document, name, content_type, stored.name)
        document.size, document.sha256 = stored.size, stored.sha256
        with transaction.atomic():
            document.save(force_insert=True)
    except BaseException:
        store.remove(stored.name)
        raise
    return document


def _take_over(document: Document, upload: StagedUpload, by: User | None) -> None:
    """A document of the file that an upload has brought; the upload is used up."""
    with transaction.atomic():
        found = (
            StagedUpload.objects.select_for_update()
            .filter(pk=upload.pk, owner=by, purpose=document.purpose, finished_at__isnull=False)
            .first()
        )
        # Somebody else's, another purpose's, one under way and one that is gone are the same (abuse 57).
        if found is None:
            raise Refused(gettext_noop("This upload is not there any more: choose the file again."))
        _describe(document, found.file_name, found.content_type, found.stored_name)
        document.size, document.sha256 = found.length, found.sha256
        document.scan_state = found.scan_state
        found.delete()
        document.save(force_insert=True)


def _describe(document: Document, file_name: str, content_type: str, stored_name: str) -> None:
    document.file_name = clean_name(file_name, content_type)
    document.content_type = content_type
    document.stored_name = stored_name


def delete_document(*, document: Document, why: str, clause: str, by: User | None, now: datetime) -> None:
    """Let a file go: its row stays as a stub that says what, when and why (a translatable text)."""
    delete_documents(pks=[document.pk], why=why, clause=clause, by=by, now=now)
    document.refresh_from_db()


def delete_documents(
    *,
    pks: Sequence[int],
    why: str,
    clause: str,
    by: User | None,
    now: datetime,
    when: Mapping[int, datetime] | None = None,
) -> int:
    """Let several go for one reason, in a constant number of statements; says how many were there still.

    The rows take their promise back in this transaction, each with an entry in its subject's record, dated
    ``when`` it fell due (by id); the files go after it, or with the sweep when this process dies in between.
    """
    with transaction.atomic():
        # Chains before documents, wherever both are locked: whoever holds a chain may delete.
        whose = Document.objects.filter(pk__in=pks, deleted_at__isnull=True)
        chains = lock_chains(set(whose.values_list("subject_id", flat=True)))
        rows = list(whose.select_for_update().order_by("pk"))
        if not rows:
            return 0
        Document.objects.filter(pk__in=[row.pk for row in rows]).update(
            deleted_at=now, deleted_by=by, deleted_why=why, deleted_clause=clause
        )
        dates = when or {}
        write(
            entries=[_gone(row, why, clause, by, dates.get(row.pk, now)) for row in rows],
            now=now,
            chains=chains,
        )
        names = [row.pk for row in rows]
        transaction.on_commit(lambda: remove_files(names, now), robust=True)
    return len(rows)


def _gone(row: Document, why: str, clause: str, by: User | None, when: datetime) -> NewEntry:
    # Neither its name nor its purpose: of a proof they say what its readers alone may know (abuse 7, 12).
    facts: dict[str, Any] = {"sha256": row.sha256, "why": why}
    return NewEntry(
        subject_id=row.subject_id,
        kind="document_deleted",
        clause=clause,
        policy_id=policy_at(when).id,
        happened_at=when,
        actor_id=by.pk if by else None,
        about=f"record.document:{row.pk}",
        facts=facts,
    )


def remove_files(pks: Sequence[int], now: datetime) -> int:
    """Remove the files of rows that were deleted; each row says so once its file is gone."""
    rows = Document.objects.filter(pk__in=pks, deleted_at__isnull=False, removed_at__isnull=True)
    done = 0
    for pk, name in rows.values_list("pk", "stored_name"):
        store.remove(name)
        done += Document.objects.filter(pk=pk, removed_at__isnull=True).update(removed_at=now, stored_name="")
    return done
