"""Uploads in pieces: begun, continued where they broke off, finished, or dropped.

The row says how far an upload came; its bytes lie in UPLOADS_DIR until it is whole. A piece that a kill cut off is
written again from where the row stands. One writer at a time, by a lock on the file.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_noop

from accounts.models import User
from record.models import StagedUpload

from . import store
from .contents import examine
from .contents.refusals import TOO_LARGE, Refused
from .names import clean_name
from .purposes import all_purposes, purpose

log = logging.getLogger(__name__)

MOST_AT_ONCE = 10
"""Uploads that one person may have under way, or lying unused."""

Read = Callable[[int], bytes]


class Conflict(Exception):
    """The piece does not begin where the upload stands, or another one is being written."""


class WrongSum(Exception):
    """The piece is not what its sender summed up."""


@dataclass(frozen=True, slots=True)
class PieceSum:
    """A checksum that a piece came with."""

    algorithm: str
    digest: bytes


def begin_upload(*, purpose_name: str, file_name: str, length: int, by: User, now: datetime) -> StagedUpload:
    """Room for a file of this length. Raises Refused past the purpose's limit or the person's share."""
    kept = all_purposes().get(purpose_name)
    if kept is None or not kept.may_upload(by):
        raise Refused(gettext_noop("Nothing is uploaded for this."))
    if length > kept.max_bytes:
        raise Refused(TOO_LARGE, size=filesizeformat(length), limit=filesizeformat(kept.max_bytes))
    with transaction.atomic():
        # The person's row: two beginnings at once do not both fit into the last of the room.
        User.objects.select_for_update().get(pk=by.pk)
        lying = StagedUpload.objects.filter(owner=by, expires_at__gt=now)
        taken = lying.aggregate(total=Sum("length"))["total"] or 0
        if lying.count() >= MOST_AT_ONCE or taken + length > settings.UPLOAD_QUOTA:
            raise Refused(
                gettext_noop(
                    "You have too many uploads under way. Finish or remove one, or try again tomorrow."
                )
            )
        return StagedUpload.objects.create(
            owner=by,
            purpose=purpose_name,
            file_name=clean_name(file_name),
            length=length,
            created_at=now,
            expires_at=now + timedelta(hours=settings.UPLOAD_HOURS),
        )


def upload_for(user: User, key: UUID, now: datetime) -> StagedUpload | None:
    """One's own upload that has not expired; nobody else's is to be seen."""
    return StagedUpload.objects.filter(owner=user, key=key, expires_at__gt=now).first()


def continue_upload(
    *, upload: StagedUpload, offset: int, read: Read, length: int, summed: PieceSum | None, now: datetime
) -> StagedUpload:
    """Write the next piece (``length`` bytes at most, through ``read``), as far as it arrives; examine the file
    once it is whole.

    Raises Conflict, WrongSum, or Refused when the whole file is not taken: the upload is gone then.
    """
    with _part(upload) as part:
        try:
            upload.refresh_from_db()
        except StagedUpload.DoesNotExist:  # dropped meanwhile
            part_path(upload.key).unlink(missing_ok=True)
            raise Conflict from None
        if upload.finished_at is not None or offset != upload.offset or length > upload.length - offset:
            raise Conflict
        part.truncate(offset)
        part.seek(offset)
        arrived, whole = _write(part, read, length, summed)
        if summed is not None and not whole:
            arrived = 0  # a piece that was cut off cannot be compared
        upload.offset = offset + arrived
        StagedUpload.objects.filter(pk=upload.pk, offset=offset).update(offset=upload.offset)
        if upload.offset == upload.length:
            _finish(upload, part, now)
    return upload


def _write(part: IO[bytes], read: Read, length: int, summed: PieceSum | None) -> tuple[int, bool]:
    """Bytes that arrived, and whether that was all of them."""
    digest = hashlib.new(summed.algorithm) if summed else None
    arrived = 0
    with suppress(OSError):  # the line broke: what came before counts
        while arrived < length and (block := read(min(store.BLOCK, length - arrived))):
            part.write(block)
            arrived += len(block)
            if digest is not None:
                digest.update(block)
    part.flush()
    os.fsync(part.fileno())
    whole = arrived == length
    if digest and summed and whole and not hmac.compare_digest(digest.digest(), summed.digest):
        raise WrongSum
    return arrived, whole


def _finish(upload: StagedUpload, part: IO[bytes], now: datetime) -> None:
    """Look at the whole file and put it into the store, where a form may take it over."""
    try:
        examined = examine(part, upload.length, purpose(upload.purpose))
    except Refused:
        drop_upload(upload=upload)
        raise
    part.seek(0)
    stored = store.put(part, now)
    upload.stored_name, upload.sha256 = stored.name, stored.sha256
    upload.content_type, upload.scan_state = examined.content_type, examined.scan_state
    upload.finished_at = now
    upload.file_name = clean_name(upload.file_name, examined.content_type)
    try:
        with transaction.atomic():
            if not StagedUpload.objects.select_for_update().filter(pk=upload.pk).exists():
                part_path(upload.key).unlink(missing_ok=True)
                raise Conflict  # dropped meanwhile
            upload.save(force_update=True)
    except BaseException:
        store.remove(stored.name)
        raise
    part_path(upload.key).unlink(missing_ok=True)


def drop_upload(*, upload: StagedUpload) -> None:
    """Forget an upload: the row first, then its files. One that a form has taken over is left alone."""
    with transaction.atomic():
        found = StagedUpload.objects.select_for_update().filter(pk=upload.pk).first()
        if found is None:
            return
        found.delete()
    part_path(upload.key).unlink(missing_ok=True)
    if found.stored_name:
        store.remove(found.stored_name)


def part_path(key: UUID) -> Path:
    return Path(settings.UPLOADS_DIR) / f"{key.hex}.part"


@contextmanager
def _part(upload: StagedUpload) -> Iterator[IO[bytes]]:
    """The bytes so far, for one writer; raises Conflict while there is another."""
    path = part_path(upload.key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+b") as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict from None
        yield part
