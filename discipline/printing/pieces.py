"""What the printed file of a case is made of: sections of plain blocks, and annexes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Block = dict[str, Any]
Fact = tuple[str, str]


def text(words: str) -> Block:
    """A paragraph; line breaks stay."""
    return {"kind": "text", "text": words}


def quote(words: str) -> Block:
    """What somebody wrote, as they wrote it."""
    return {"kind": "quote", "text": words}


def heading(words: str) -> Block:
    return {"kind": "heading", "text": words}


def facts(rows: Iterable[Fact]) -> Block:
    """Labels and values."""
    return {"kind": "facts", "rows": [(str(label), str(value)) for label, value in rows]}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    return {
        "kind": "table",
        "head": [str(cell) for cell in head],
        "rows": [[str(c) for c in r] for r in rows],
    }


def steps(rows: Iterable[tuple[str, str, str]]) -> Block:
    """A timeline: title; when, who and clause in one line; text."""
    shown = [{"title": str(title), "meta": str(meta), "text": str(words)} for title, meta, words in rows]
    return {"kind": "steps", "steps": shown}


def beside(head: tuple[str, str], left: str, right: str) -> Block:
    """Two texts side by side, each under its title."""
    return {"kind": "beside", "head": [str(each) for each in head], "left": left, "right": right}


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the file."""

    title: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Annex:
    """A document of the case: a picture or a text is shown in the file, anything else goes along in it.

    ``stored_name`` is where its content lies in the store; ``facts`` name it, with its size and digest.
    """

    title: str
    facts: list[Fact]
    content_type: str
    file_name: str
    stored_name: str
    size: int


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The file of one case, as one reader may have it."""

    number: int
    title: str
    lead: str
    facts: list[Fact]
    made_on: date
    footer: str
    sections: list[Section] = field(default_factory=list)
    annexes: list[Annex] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """Bytes of the documents that have to be read for it."""
        return sum(annex.size for annex in self.annexes)
