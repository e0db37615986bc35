"""The file of a case as one PDF: archivable with its annexes (PDF/A-3a), tagged and with an outline (PDF/UA-1)."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from record.documents.store import store
from record.letters.conf import letterhead

from .pieces import Annex, CaseFile

log = logging.getLogger(__name__)

TEMPLATE = Path(__file__).parent / "casefile.typ"
STANDARDS: Any = ["a-3a", "ua-1"]
SHOWN = frozenset({"image/png", "image/jpeg"})
MB = 1024 * 1024
LONGEST_TEXT = 200_000
"""Bytes of a text that is shown as pages; a longer one goes along as a file."""
MOST_CARRIED = 80 * MB
"""Bytes of documents that one file carries; those beyond it are named, with their digest, and stay in the portal."""

Progress = Callable[[int], None]


def render(case_file: CaseFile, told: Progress = lambda done: None) -> bytes:
    """The PDF, in the language of the moment; ``told`` is called with how many annexes are read.

    A picture that cannot be drawn goes along as a file: one bad scan must not keep the Board from its file.
    """
    with TemporaryDirectory(prefix="case-") as folder:
        room = Path(folder)
        shutil.copyfile(TEMPLATE, room / TEMPLATE.name)
        annexes = _carried(case_file, room, told)
        try:
            return _compiled(case_file, annexes, room)
        except typst.TypstError:
            if not any(annex["kind"] == "image" for annex in annexes):
                raise
            log.warning("case %s: a picture cannot be drawn and goes along as a file", case_file.number)
            for annex in annexes:
                if annex["kind"] == "image":
                    annex["kind"] = "attached"
            return _compiled(case_file, annexes, room)


def _compiled(case_file: CaseFile, annexes: list[dict[str, Any]], room: Path) -> bytes:
    data = _data(case_file, annexes)
    (room / "casefile.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    pdf: bytes = typst.compile(room / TEMPLATE.name, root=room, format="pdf", pdf_standards=STANDARDS)
    return pdf


def _carried(case_file: CaseFile, room: Path, told: Progress) -> list[dict[str, Any]]:
    """The annexes, each with its content beside the template; what is too much is named only."""
    found, weight = [], 0
    for place, annex in enumerate(case_file.annexes, start=1):
        weight += annex.size
        shown = _annex(annex, place)
        if weight > MOST_CARRIED:
            shown["kind"] = "named"
            shown["facts"].append((_("Where it is"), _("In the portal: it is too large to go along here.")))
        elif shown["kind"] == "text":
            with store().open(annex.stored_name) as stream:
                shown["text"] = stream.read().decode("utf-8", "replace").lstrip("\ufeff")
        else:
            with store().open(annex.stored_name) as stream, (room / shown["file"]).open("wb") as copy:
                shutil.copyfileobj(stream, copy)
        if shown["kind"] == "attached":
            shown["facts"].append((_("Where it is"), _("It goes along as a file inside this one.")))
        found.append(shown)
        told(place)
    return found


def _annex(annex: Annex, place: int) -> dict[str, Any]:
    kind = "attached"
    if annex.content_type in SHOWN:
        kind = "image"
    elif annex.content_type == "text/plain" and annex.size <= LONGEST_TEXT:
        kind = "text"
    title = _("Annex %(number)d: %(title)s") % {"number": place, "title": annex.title}
    return {
        "kind": kind,
        "title": title,
        "alt": title,
        "facts": list(annex.facts),
        "file": f"annex-{place}",
        # Two annexes may bear the same name, and no two attachments may.
        "name": f"{place}-{annex.file_name}",
        "type": annex.content_type,
        "text": "",
    }


def _data(case_file: CaseFile, annexes: list[dict[str, Any]]) -> dict[str, Any]:
    made = case_file.made_on
    return {
        "school": settings.SITE_NAME,
        "letterhead": letterhead(),
        "language": (get_language() or "en").split("-")[0],
        "title": case_file.title,
        "lead": case_file.lead,
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "facts": case_file.facts,
        "sections": [{"title": each.title, "blocks": each.blocks} for each in case_file.sections],
        "annexes": annexes,
        "footer": case_file.footer,
        "labels": {
            "contents": _("Contents"),
            "annexes": _("Annexes"),
            "annexes_lead": _("The documents of the case, in the order in which they were added."),
        },
    }
