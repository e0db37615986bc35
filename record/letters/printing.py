"""A letter as a PDF: archivable (PDF/A-2a), tagged for people who read without seeing, with the letterhead."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rulebook.dates import local_date

from . import conf
from .types import Address

TEMPLATE = Path(__file__).parent / "letter.typ"
STANDARD: Literal["a-2a"] = "a-2a"


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a letter; what people wrote stands in it as plain text, never as markup."""

    heading: str
    paragraphs: Sequence[str]


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says, in its recipient's language."""

    title: str
    parts: Sequence[Part]
    facts: Sequence[tuple[str, str]] = ()
    signatures: Sequence[str] = ()


def render(words: Words, address: Address, *, made_at: datetime, zone: str, registered: bool = True) -> bytes:
    """The PDF, in the language of the moment. Nothing is read but the template beside this module."""
    made = local_date(made_at, zone)
    pdf: bytes = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        sys_inputs={"data": json.dumps(_data(words, address, made, registered), ensure_ascii=False)},
        format="pdf",
        pdf_standards=STANDARD,
    )
    return pdf


def _data(words: Words, address: Address, made: date, registered: bool) -> Mapping[str, Any]:
    day = date_format(made, "j F Y")
    return {
        "school": settings.SITE_NAME,
        "letterhead": conf.letterhead(),
        "language": (translation.get_language() or "en").split("-")[0],
        "title": words.title,
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "addressee": address.printed(),
        "way": _("Registered letter with delivery receipt") if registered else _("Copy"),
        "place_and_day": day,
        "facts": [list(row) for row in words.facts],
        "parts": [{"heading": part.heading, "paragraphs": list(part.paragraphs)} for part in words.parts],
        "signatures": list(words.signatures),
        "footer": f"{words.title} · {day}",
    }


def slip(text: str) -> bytes:
    """A small sheet with one line: what the simulator hands out as a proof."""
    pdf: bytes = typst.compile(
        b'#set page(paper: "a6")\n#let data = json(bytes(sys.inputs.data))\n#data.text',
        sys_inputs={"data": json.dumps({"text": text})},
        format="pdf",
    )
    return pdf
