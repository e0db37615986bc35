"""A roster as it comes in: a folder or a ZIP archive of CSV files, opened with suspicion (abuse 61, 62)."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from .problems import BundleRefused, Problem

# Far above what a roster holds (OneRoster 1.2 knows 22 files); an archive's directory is read whole.
MOST_FILES = 100
CHUNK = 64 * 1024  # bytes
END_OF_DIRECTORY = b"PK\x05\x06"
END_OF_DIRECTORY_SIZE = 22  # bytes, before a comment of at most 64 KiB


def refuse(file: str, reason: str) -> BundleRefused:
    return BundleRefused(Problem(file, 0, "", reason))


class Bundle(ABC):
    """The CSV files of one roster by name, and the digest of them all. Nothing is unpacked to disk."""

    def __init__(self, names: list[str], digest: str) -> None:
        self.names = names
        self.digest = digest
        self._left = settings.ROSTER_MAX_UNPACKED  # bytes that may still be read

    @abstractmethod
    def _open(self, name: str) -> IO[bytes]: ...

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file as they are read, so that memory does not grow with the file.

        What is counted is what comes out: an archive's own word on sizes is not believed.
        """
        longest = settings.ROSTER_MAX_LINE
        try:
            with self._open(name) as file:
                while line := file.readline(longest + 1):
                    if len(line) > longest:
                        raise refuse(name, _("A line is longer than %(limit)s bytes.") % {"limit": longest})
                    self._left -= len(line)
                    if self._left < 0:
                        raise refuse(
                            name,
                            _("Unpacked, this roster is larger than the %(limit)s bytes that are allowed.")
                            % {"limit": settings.ROSTER_MAX_UNPACKED},
                        )
                    yield line
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as broken:
            raise refuse(
                name, _("This file cannot be read: it is damaged or packed in an unknown way.")
            ) from broken


class Folder(Bundle):
    def __init__(self, path: Path) -> None:
        self._path = path
        digest = hashlib.sha256()
        names = []
        for entry in sorted(path.iterdir()):
            mode = entry.lstat().st_mode
            if stat.S_ISLNK(mode):
                raise refuse(entry.name, _("Links are not followed."))
            if entry.suffix.lower() != ".csv":
                continue
            if not stat.S_ISREG(mode):
                raise refuse(entry.name, _("This is not a file."))
            names.append(entry.name)
            if len(names) > MOST_FILES:
                raise refuse("", _("There are more than %(limit)s files.") % {"limit": MOST_FILES})
            content = hashlib.sha256()
            with entry.open("rb") as file:
                while chunk := file.read(CHUNK):
                    content.update(chunk)
            digest.update(f"{entry.name}\0{content.hexdigest()}\n".encode())
        super().__init__(names, digest.hexdigest())

    def _open(self, name: str) -> IO[bytes]:
        return (self._path / name).open("rb")


class Archive(Bundle):
    def __init__(self, file: IO[bytes]) -> None:
        digest = hashlib.sha256()
        size = 0
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if size > settings.ROSTER_MAX_FILE:
                raise refuse(
                    "", _("The archive is larger than %(limit)s bytes.") % {"limit": settings.ROSTER_MAX_FILE}
                )
        _refuse_long_directory(file, size)
        file.seek(0)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, NotImplementedError) as broken:
            raise refuse("", _("This is not a ZIP archive, or it is damaged.")) from broken
        super().__init__(self._checked_names(), digest.hexdigest())

    def _checked_names(self) -> list[str]:
        entries = self._zip.infolist()
        if len(entries) > MOST_FILES:
            raise refuse("", _("There are more than %(limit)s files.") % {"limit": MOST_FILES})
        seen: set[str] = set()
        unpacked = 0
        for entry in entries:
            name = entry.filename
            # orig_filename: zipfile cuts a name at a NUL byte, behind which another could hide.
            if (
                "/" in name
                or "\\" in name
                or name != entry.orig_filename
                or name.startswith(".")
                or ":" in name
            ):
                raise refuse(
                    name[:100], _("The files have to lie at the top of the archive, under plain names.")
                )
            if entry.create_system == 3 and stat.S_ISLNK(entry.external_attr >> 16):
                raise refuse(name, _("Links are not followed."))
            if entry.flag_bits & 0x1:
                raise refuse(name, _("The archive is encrypted."))
            if name.casefold() in seen:
                raise refuse(name, _("The archive holds two files of this name."))
            seen.add(name.casefold())
            unpacked += entry.file_size
        if unpacked > settings.ROSTER_MAX_UNPACKED:
            raise refuse(
                "",
                _("Unpacked, this roster is larger than the %(limit)s bytes that are allowed.")
                % {"limit": settings.ROSTER_MAX_UNPACKED},
            )
        return [entry.filename for entry in entries if entry.filename.lower().endswith(".csv")]

    def _open(self, name: str) -> IO[bytes]:
        return self._zip.open(name)

    def close(self) -> None:
        self._zip.close()


def _refuse_long_directory(file: IO[bytes], size: int) -> None:
    """Look at the number of entries before the directory is read whole: a million empty ones fit in a few MB."""
    tail_size = min(size, END_OF_DIRECTORY_SIZE + 0xFFFF)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    at = tail.rfind(END_OF_DIRECTORY)
    if at >= 0 and int.from_bytes(tail[at + 10 : at + 12], "little") > MOST_FILES:
        raise refuse("", _("There are more than %(limit)s files.") % {"limit": MOST_FILES})


@contextmanager
def open_bundle(source: Path | bytes | IO[bytes]) -> Iterator[Bundle]:
    """A roster in a folder, in an archive, or in an archive's bytes."""
    if isinstance(source, Path) and source.is_dir():
        yield Folder(source)
        return
    if isinstance(source, Path):
        try:
            file: IO[bytes] = source.open("rb")
        except OSError as broken:
            raise refuse(source.name, _("There is no such folder or file.")) from broken
    else:
        file = io.BytesIO(source) if isinstance(source, bytes) else source
    archive = None
    try:
        archive = Archive(file)
        yield archive
    finally:
        if archive is not None:
            archive.close()
        if isinstance(source, Path):
            file.close()
