"""A candidate's record as one archive (ZIP): what was sealed, its parts, their files; and how it is read again (J2).

The reading half uses no database, so that ``manage.py verify_dossier`` says the same on any machine that knows the
school's public key. A file that was deleted by its retention is named in the archive as missing, and found as such.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import IO, Any

from record.canonical import to_json

from .sealing import FORMAT, Part, Seal, problems

SEALS = "seals.json"
PARTS = "parts.json"
BLOCK = 1024 * 1024
LARGEST_INDEX = 256 * 1024 * 1024
"""Bytes; an index larger than this is no record of ours, and is not read."""


class NotARecord(Exception):
    """The file is not an archive of a candidate's record."""


def write_archive(
    target: IO[bytes],
    seals: Sequence[Seal],
    parts: Sequence[Part],
    *,
    open_file: Callable[[Part], IO[bytes] | None],
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Write the archive; ``progress`` hears how many parts are done."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        archive.writestr(SEALS, to_json({"format": FORMAT, "seals": [asdict(seal) for seal in seals]}))
        archive.writestr(PARTS, to_json({"format": FORMAT, "parts": [asdict(part) for part in parts]}))
        for done, part in enumerate(parts, start=1):
            stream = open_file(part) if part.file_sha256 else None
            if stream is not None:
                with stream, archive.open(file_in_archive(part), "w", force_zip64=True) as copy:
                    while block := stream.read(BLOCK):
                        copy.write(block)
            progress(done)


def file_in_archive(part: Part) -> str:
    """Where a part's file lies: its place in the record keeps two of one name apart."""
    return f"files/{part.position:04d}-{part.file_name}"


def verify_archive(
    source: IO[bytes], *, is_signed: Callable[[Seal], bool | None]
) -> tuple[list[str], list[Part]]:
    """What is not as it was sealed, and the parts that were read. Raises NotARecord."""
    try:
        with zipfile.ZipFile(source) as archive:
            seals = [Seal(**row) for row in _index(archive, SEALS)["seals"]]
            parts = [Part(**row) for row in _index(archive, PARTS)["parts"]]
            names = [info.filename for info in archive.infolist()]
            found = problems(
                seals,
                parts,
                file_digest=lambda part: _digest(archive, file_in_archive(part), names),
                is_signed=is_signed,
            )
            found += _strangers(names, parts)
            return found, parts
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, NotImplementedError) as error:
        raise NotARecord(str(error)) from error


def _index(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    if archive.getinfo(name).file_size > LARGEST_INDEX:
        raise NotARecord(f"{name} is too large")
    told = json.loads(archive.read(name))
    if told["format"] != FORMAT:
        raise NotARecord(f"{name} has another format")
    result: dict[str, Any] = told
    return result


def _digest(archive: zipfile.ZipFile, name: str, names: Sequence[str]) -> str | None:
    if name not in names:
        return None
    digest = hashlib.sha256()
    with archive.open(name) as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _strangers(names: Iterable[str], parts: Iterable[Part]) -> list[str]:
    known = {SEALS, PARTS} | {file_in_archive(part) for part in parts if part.file_sha256}
    seen: set[str] = set()
    found = []
    for name in names:
        if name not in known:
            found.append(f"{name} does not belong to the record")
        if name in seen:
            found.append(f"{name} is there twice")
        seen.add(name)
    return found
