"""The private store: one of Django's storages (STORAGES["documents"]), written once and read in pieces."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO, Any, BinaryIO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

BLOCK = 64 * 1024
"""Bytes that are in memory at once, whatever a file's size."""


class LocalStore(FileSystemStorage):
    """A folder that nothing serves. A file is on the disk before its row can be."""

    def _save(self, name: str, content: File[Any]) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        path = self.path(saved)
        _flush(path)
        _flush(os.path.dirname(path))
        return saved


def _flush(path: str) -> None:
    """To the disk: a row must not survive a power cut that its file does not."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store: where, how large, and its digest as it was written."""

    name: str
    size: int
    sha256: str


class _Digested(File):
    """A stream that is read once, in blocks, and digested as it passes."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)
        self.digest = hashlib.sha256()
        self.passed = 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        while block := self.read(chunk_size or BLOCK):
            yield block

    def read(self, size: int = -1) -> bytes:
        assert self.file is not None
        block: bytes = self.file.read(size)
        self.digest.update(block)
        self.passed += len(block)
        return block


def store() -> Storage:
    return storages["documents"]


def put(stream: IO[bytes], now: datetime) -> Stored:
    """Write a stream under a new name. Names say the day, so that looking for files without a row need not
    list them all."""
    content = _Digested(stream)
    name = f"{now.astimezone(UTC):%Y/%m/%d}/{uuid.uuid4().hex}"
    saved = store().save(name, content)
    return Stored(saved, content.passed, content.digest.hexdigest())


def remove(name: str) -> None:
    """Take a file out of the store; one that is gone already is no error."""
    with suppress(FileNotFoundError):
        store().delete(name)


def open_file(name: str) -> BinaryIO:
    """The file, to be read; FileNotFoundError where the store lost it."""
    opened: Any = store().open(name, "rb")
    return opened


def span(file: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    """The bytes of an opened file from ``first`` to ``last``, both included, block by block, and no others.

    A file in a bucket is asked for just these: reading from it would fetch the whole of it first.
    """
    remote = getattr(file, "obj", None)  # of the storage for S3: the object in the bucket
    if remote is None:
        file.seek(first)
        yield from _blocks(file.read, last - first + 1)
        return
    body = remote.get(Range=f"bytes={first}-{last}")["Body"]
    try:
        yield from _blocks(body.read, last - first + 1)
    finally:
        body.close()


def _blocks(read: Callable[[int], bytes], left: int) -> Iterator[bytes]:
    while left > 0 and (block := read(min(BLOCK, left))):
        left -= len(block)
        yield block


def size_of(name: str) -> int:
    """Bytes of a file; FileNotFoundError where the store lost it."""
    if not store().exists(name):
        raise FileNotFoundError(name)
    return store().size(name)


def digest_of(name: str) -> str:
    digest = hashlib.sha256()
    with open_file(name) as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def written_at(name: str) -> datetime | None:
    """When a file was written; None where it is gone."""
    try:
        return store().get_modified_time(name)
    except FileNotFoundError:
        return None


def listed(since: date | None = None) -> Iterator[list[str]]:
    """The names of all files, a day's folder at a time; ``since``: of that day and later ones."""
    for year in _folders(""):
        if since is not None and year < f"{since:%Y}":
            continue
        for month in _folders(year):
            for day in _folders(f"{year}/{month}"):
                folder = f"{year}/{month}/{day}"
                if since is None or folder >= f"{since:%Y/%m/%d}":
                    yield [f"{folder}/{name}" for name in _listing(folder)[1]]


def _folders(path: str) -> list[str]:
    return sorted(name for name in _listing(path)[0] if name.isascii() and name.isdigit())


def _listing(path: str) -> tuple[list[str], list[str]]:
    try:
        return store().listdir(path)
    except FileNotFoundError:
        return [], []
