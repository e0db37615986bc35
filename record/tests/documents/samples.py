"""Small files of every type, as honest programs write them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*more: bytes, width: int = 2, height: int = 2) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0\1\2" * 2))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + rows + chunk(b"IEND", b"")


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg(*more: bytes, width: int = 2, height: int = 2) -> bytes:
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0")
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34"
    return b"\xff\xd8" + b"".join(more) + frame + scan + b"\xff\xd9"


def gif(*more: bytes, width: int = 2, height: int = 2) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0" * 6
    picture = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\2\2\x4c\1\0"
    return head + b"".join(more) + picture + b"\x3b"


def webp(width: int = 2, height: int = 2) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    data = b"\x2f" + bits.to_bytes(4, "little") + b"\0" * 7
    body = b"WEBPVP8L" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def mp4(*more: bytes, sound: bytes = b"\x01" * 64) -> bytes:
    return (
        box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
        + box(b"moov", box(b"mvhd", b"\0" * 100))
        + box(b"mdat", sound)
        + b"".join(more)
    )


def element(kind: int, data: bytes) -> bytes:
    name = kind.to_bytes((kind.bit_length() + 7) // 8, "big")
    return name + (len(data) | 1 << 28).to_bytes(4, "big") + data


def webm(*, doctype: bytes = b"webm", open_end: bool = False) -> bytes:
    head = element(0x1A45DFA3, element(0x4282, doctype))
    inside = element(0x1549A966, b"") + element(0x1654AE6B, b"\1" * 20) + element(0x1F43B675, b"\1" * 50)
    if open_end:
        return head + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + inside
    return head + element(0x18538067, inside)


def archive(members: dict[str, bytes] | None = None, packed: bool = True) -> bytes:
    made = io.BytesIO()
    packing = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(made, "w", packing) as file:
        for name, content in (
            members or {"src/main.py": b"print('hello')\n", "README.md": b"# It\n"}
        ).items():
            file.writestr(name, content)
    return made.getvalue()


def docx(**more: bytes) -> bytes:
    return archive(
        {
            "[Content_Types].xml": b"<Types/>",
            "_rels/.rels": b"<Relationships/>",
            "word/document.xml": b"<w:document>Hello</w:document>",
            **more,
        }
    )


def odt() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        file.writestr("content.xml", "<office:document-content/>", zipfile.ZIP_DEFLATED)
    return made.getvalue()


HONEST: dict[str, tuple[bytes, str]] = {
    "essay.pdf": (PDF, "application/pdf"),
    "shot.png": (png(chunk(b"tEXt", b"Software\0Paint")), "image/png"),
    "photo.jpg": (jpeg(segment(0xE0, b"JFIF\0"), segment(0xFE, b"A comment")), "image/jpeg"),
    "phone.jpg": (jpeg() + jpeg(), "image/jpeg"),
    "moving.gif": (gif(b"\x21\xf9\4\0\0\0\0\0", b"\x21\xfe\5Hello\0"), "image/gif"),
    "small.webp": (webp(), "image/webp"),
    "talk.mp4": (mp4(), "video/mp4"),
    "talk.webm": (webm(), "video/webm"),
    "browser.webm": (webm(open_end=True), "video/webm"),
    "work.zip": (archive(), "application/zip"),
    "with-letter.zip": (archive({"letter.docx": docx()}, packed=False), "application/zip"),
    "letter.docx": (
        docx(),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "letter.odt": (odt(), "application/vnd.oasis.opendocument.text"),
    "notes.txt": ("Ünïcode\nand a tab\t.".encode(), "text/plain"),
}
