"""Numbers as bars: one row a thing, its number in words and a bar as long as it is large."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

WIDTH = 1000  # of the whole bar's ground, in SVG units; CSS stretches it to the column


@dataclass(frozen=True)
class Bar:
    """One row: ``word`` is what is read; ``length`` and ``mark`` are drawn, in SVG units."""

    label: str
    word: str
    length: int | None
    mark: int | None
    note: str
    url: str


@dataclass(frozen=True)
class Bars:
    """The rows with the names of their columns, ready to draw."""

    rows: tuple[Bar, ...]
    width: int = WIDTH


def build(rows: Iterable[Any]) -> Bars:
    """Lays rows out against the longest of them.

    A row is a dict {label, value, word, mark, note, url}: ``value`` is what the bar shows (None: a number that is
    not told, and no bar), ``word`` the number as it is read (the value itself where there is none), ``mark`` a
    second number on the same scale, drawn as a line (the longest beside a median).
    """
    given = list(rows)
    numbers = [row[key] for row in given for key in ("value", "mark") if row.get(key) is not None]
    longest = max(numbers, default=0)

    def units(number: float | None) -> int | None:
        if number is None:
            return None
        return round(WIDTH * number / longest) if longest else 0

    return Bars(
        tuple(
            Bar(
                label=str(row["label"]),
                word=str(row["word"] if "word" in row else row.get("value")),
                length=units(row.get("value")),
                mark=units(row.get("mark")),
                note=str(row.get("note") or ""),
                url=str(row.get("url") or ""),
            )
            for row in given
        )
    )
