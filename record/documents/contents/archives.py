"""ZIP archives, and the office documents that are some: looked through without unpacking them into memory or onto
the disk.

Members stand one after the other from the first byte to the list at the end; none is named out of the archive, is
a link, is locked, is an archive itself, or unpacks to more than it says.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from . import refusals as words
from .reading import TooMuch, blocks, inflated
from .refusals import Refused

MOST_FILES = 20_000
MOST_LIST = 8 * 1024 * 1024  # bytes of the list of members
MOST_UNPACKED = 1024 * 1024 * 1024  # bytes of all members together
MOST_RATIO = 200  # times its size, beyond the first megabytes
FREE = 16 * 1024 * 1024
_GAP = 24  # bytes after a member: its sizes, where they were not known before it

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_ENTRY = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"

OOXML = "application/vnd.openxmlformats-officedocument."
OFFICE_PARTS = {
    "word/document.xml": f"{OOXML}wordprocessingml.document",
    "xl/workbook.xml": f"{OOXML}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{OOXML}presentationml.presentation",
}
ODF = "application/vnd.oasis.opendocument."
_MACROS = re.compile(
    r"(^|/)(vbaproject\.bin|vbadata\.xml|activex/|macrosheets/|basic/|scripts/|dialogs/)", re.I
)
_INSIDE_XML = re.compile(
    rb"<!(?:DOCTYPE|ENTITY)|macroEnabled|vbaProject|DDEAUTO|<(?:\w+:)?ddeLink|<(?:\w+:)?instrText[^>]*>\s*DDE\b"
    rb"|\binstr\s*=\s*[\"']\s*DDE\b|/(?:attachedTemplate|oleObject|frame|subDocument)\s*[\"']",
    re.I,
)
# A relationship by another spelling of its letters; programs write none, and ampersands of addresses stand as &amp;.
_SPELT = re.compile(rb"&#")
_NOT_UTF_8 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES: tuple[tuple[int, bytes], ...] = (
    (0, _LOCAL),
    (0, _END),
    (0, b"Rar!\x1a\x07"),
    (0, b"7z\xbc\xaf\x27\x1c"),
    (0, b"\x1f\x8b\x08"),
    (0, b"BZh"),
    (0, b"\xfd7zXZ\0"),
    (0, b"\x28\xb5\x2f\xfd"),
    (0, b"MSCF"),
    (257, b"ustar"),
    (0, b"\x1f\x9d"),
)
_OFFICE_STARTS = (
    b"[Content_Types].xml",
    b"_rels/.rels",
    b"docProps/",
    b"mimetypeapplication/vnd.oasis.opendocument.",
)
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)


@dataclass(frozen=True, slots=True)
class Ending:
    """What the last record of an archive says of its list of members."""

    at: int
    count: int
    list_size: int
    list_at: int


def ending_of(stream: IO[bytes], size: int) -> Ending | None:
    """The last record, where the file ends as an archive does."""
    start = max(0, size - 65_557)
    tail = b"".join(blocks(stream, start, size - start))
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        return None
    count, list_size, list_at = struct.unpack("<HII", tail[at + 10 : at + 20])
    if count == 0xFFFF or 0xFFFFFFFF in (list_size, list_at):
        place = tail.rfind(_END_64, 0, at)
        if place < 0 or len(tail) - place < 20:
            return None
        stream.seek(struct.unpack("<Q", tail[place + 8 : place + 16])[0] % (size + 1))
        record = stream.read(56)
        if len(record) < 56 or not record.startswith(b"PK\x06\x06"):
            return None
        count, list_size, list_at = struct.unpack("<QQQ", record[32:56])
    return Ending(start + at, count, list_size, list_at)


def hides_archive(stream: IO[bytes], size: int) -> bool:
    """Whether a file that is something else is an archive too, as unpackers (and Java) read it from its end."""
    end = ending_of(stream, size)
    if end is None:
        return False
    for place in {end.list_at, end.at - end.list_size}:
        if 0 <= place < size:
            stream.seek(place)
            if stream.read(4) == _ENTRY:
                return True
    return end.count == 0 and end.list_size == 0


def kind_of_archive(stream: IO[bytes], size: int) -> str:
    """Which kind of archive this is, by the names of its members."""
    archive = _opened(stream, size)
    names = {info.filename for info in archive.infolist()}
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in OFFICE_PARTS.items() if part in names), "application/zip")
    first = archive.infolist()[0] if archive.infolist() else None
    if (
        first is not None
        and first.filename == "mimetype"
        and first.file_size < 100
        and not first.compress_type
    ):
        kind = archive.read(first).decode("latin-1").strip()
        return kind if kind.startswith(ODF) else "application/zip"
    if "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
        return "application/java-archive"
    return "application/zip"


def _opened(stream: IO[bytes], size: int) -> zipfile.ZipFile:
    """The archive with its list read, which is not larger than it may be."""
    end = ending_of(stream, size)
    if end is None:
        raise Refused(words.DAMAGED, kind="ZIP")
    if end.count > MOST_FILES or end.list_size > MOST_LIST:
        raise Refused(words.TOO_MANY_FILES, limit=MOST_FILES)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, struct.error, NotImplementedError):
        raise Refused(words.DAMAGED, kind="ZIP") from None
    if len(archive.infolist()) != end.count or archive.start_dir != end.list_at:
        raise Refused(words.TWO_FILES, kind="ZIP")
    if end.at + 22 + len(archive.comment) != size or _END in archive.comment:
        raise Refused(words.TWO_FILES, kind="ZIP")
    return archive


def check(stream: IO[bytes], size: int, content_type: str) -> None:
    archive = _opened(stream, size)
    office = content_type != "application/zip"
    kind = "ZIP" if not office else "Office"
    members = sorted(archive.infolist(), key=lambda info: info.header_offset)
    seen: set[str] = set()
    for info in members:
        _check_name(info, seen)
        _check_kind(info, kind)
        if office and _MACROS.search(info.filename):
            raise Refused(words.ACTIVE, kind=kind)
    if sum(info.file_size for info in members) > _most(size):
        raise Refused(words.TOO_MUCH, kind=kind)
    _check_places(stream, archive, members, kind)
    left = _most(size)
    for info in members:
        left -= _look_into(stream, info, min(left, info.file_size), office, kind)


def _is_office(head: bytes) -> bool:
    """Whether a member is an office document itself: those may stand in an archive."""
    return head.startswith(_LOCAL) and head[30:].startswith(_OFFICE_STARTS)


def _most(size: int) -> int:
    return min(MOST_UNPACKED, FREE + MOST_RATIO * size)


def _check_name(info: zipfile.ZipInfo, seen: set[str]) -> None:
    name = info.orig_filename
    parts = name.rstrip("/").split("/")
    shown = "".join(letter if letter.isprintable() else "?" for letter in name)[:80]
    # Cf: marks that turn or hide letters; Cc: control characters.
    odd = any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in name)
    outside = name.startswith("/") or "\\" in name or ":" in name or ".." in parts or "" in parts
    if odd or outside or len(name) > 500 or any(_DEVICE.match(part) for part in parts):
        raise Refused(words.NAMES, name=shown)
    folded = unicodedata.normalize("NFC", name).casefold().rstrip("/")
    if folded in seen:
        raise Refused(words.NAMES, name=shown)
    seen.add(folded)


def _check_kind(info: zipfile.ZipInfo, kind: str) -> None:
    if info.flag_bits & 0x2041:  # locked, in one of three ways
        raise Refused(words.LOCKED, kind=kind)
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused(words.LINK, name=info.filename[:80])
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(words.PACKING)


def _check_places(
    stream: IO[bytes], archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], kind: str
) -> None:
    """Members follow each other from the first byte: none twice (overlapping bombs), nothing between them."""
    place = 0
    for info in members:
        if not place <= info.header_offset <= place + (_GAP if place else 0):
            raise Refused(words.TWO_FILES, kind=kind)
        start = _start_of(stream, info, kind)
        place = start + info.compress_size
    if not place <= archive.start_dir <= place + _GAP:
        raise Refused(words.TWO_FILES, kind=kind)


def _start_of(stream: IO[bytes], info: zipfile.ZipInfo, kind: str) -> int:
    """Where a member's data begin; its own head names it as the list does."""
    stream.seek(info.header_offset)
    head = stream.read(30)
    if len(head) < 30 or not head.startswith(_LOCAL):
        raise Refused(words.DAMAGED, kind=kind)
    flags, packing = struct.unpack("<HH", head[6:10])
    name_length, extra = struct.unpack("<HH", head[26:30])
    name = stream.read(name_length).decode("utf-8" if flags & 0x800 else "cp437", "replace")
    if name != info.orig_filename or packing != info.compress_type or (flags ^ info.flag_bits) & 1:
        raise Refused(words.DAMAGED, kind=kind)
    return info.header_offset + 30 + name_length + extra


def _look_into(stream: IO[bytes], info: zipfile.ZipInfo, most: int, office: bool, kind: str) -> int:
    """Unpack one member block by block and keep nothing; returns how much it was."""
    packed = blocks(stream, _start_of(stream, info, kind), info.compress_size)
    pieces: Iterator[bytes] = packed
    if info.compress_type == zipfile.ZIP_DEFLATED:
        pieces = inflated(packed, most, -zlib.MAX_WBITS)
    passed, digest, first, last = 0, 0, b"", b""
    is_xml = office and info.filename.lower().endswith((".xml", ".rels", ".vml"))
    in_rels = info.filename.lower().endswith(".rels")
    try:
        for piece in pieces:
            passed += len(piece)
            digest = zlib.crc32(piece, digest)
            if len(first) < 512:
                first += piece[:512]
            if is_xml and (
                _INSIDE_XML.search(last + piece)
                or first.startswith(_NOT_UTF_8)
                or (in_rels and _SPELT.search(last + piece))
            ):
                raise Refused(words.ACTIVE, kind=kind)
            # Programs and macros of older formats, whatever their name is.
            if office and first.startswith(_OLE):
                raise Refused(words.ACTIVE, kind=kind)
            last = piece[-64:] if is_xml else b""
    except TooMuch:
        raise Refused(words.TOO_MUCH, kind=kind) from None
    except zlib.error:
        raise Refused(words.DAMAGED, kind=kind) from None
    if passed != info.file_size or digest != info.CRC:
        raise Refused(words.DAMAGED, kind=kind)
    if not _is_office(first) and any(first[at : at + len(magic)] == magic for at, magic in _ARCHIVES):
        raise Refused(words.NESTED, name=info.filename[:80])
    return passed
