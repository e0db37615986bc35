"""What the times of a report mean.

Providers write them in the uploader's own fashion and zone, and name neither. 03/04/2026 is the third of April or
the fourth of March: where no date of the file tells which, nobody guesses, and the person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from mentoring.models import DateOrder
from rulebook.dates import local_instant

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv janvier",
            "feb february fév févr février",
            "mar march mars",
            "apr april avr avril",
            "may mai",
            "jun june juin",
            "jul july juil juillet",
            "aug august août",
            "sep sept september septembre",
            "oct october octobre",
            "nov november novembre",
            "dec december déc décembre",
        ),
        start=1,
    )
    for name in names.split()
}
YEARS = range(2000, 2101)
"""A report of a session from another century is a mistake."""
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})\b")
MONTH_DAY = re.compile(r"([^\W\d]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})")
DAY_MONTH = re.compile(r"(\d{1,2})\s+([^\W\d]{3,9})\.?,?\s+(\d{4})")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE)
OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")


class Ambiguous(Exception):
    """Dates that can be read in two ways; ``example`` is one of them."""

    def __init__(self, example: str) -> None:
        super().__init__(example)
        self.example = example


@dataclass(frozen=True, slots=True)
class Reading:
    """How the times of one file are read: the order of its dates and the zone of its clocks."""

    day_first: bool
    zone: str

    def instant(self, text: str) -> datetime | None:
        """The instant, or None for a text that is no day and time of our days."""
        try:
            at = self._read(text)
        except (ValueError, OverflowError):
            return None
        return at if at is not None and at.year in YEARS else None

    def _read(self, text: str) -> datetime | None:
        text = _plain(text)
        day, rest = _day(text, self.day_first)
        at = _clock(rest)
        if day is None or at is None:
            return None
        offset = OFFSET.search(rest)
        if offset and YEAR_FIRST.match(text):
            sign = offset.group(1).replace("Z", "+00:00")
            return datetime.fromisoformat(f"{day.isoformat()}T{at.isoformat()}{sign}").astimezone(UTC)
        return local_instant(day, at, self.zone)


def day_first(texts: Iterable[str], order: str) -> bool:
    """Whether days come before months in these texts, as the person says or as the texts tell by themselves."""
    if order != DateOrder.AUTO:
        return order == DateOrder.DAY
    unsure = ""
    told: set[bool] = set()
    for text in texts:
        found = NUMBERS.match(_plain(text))
        if not found:
            continue
        first, separator, second = int(found.group(1)), found.group(2), int(found.group(3))
        if separator == "." or first > 12:
            told.add(True)
        elif second > 12:
            told.add(False)
        elif first != second:
            unsure = unsure or text
    if len(told) == 1:
        return told.pop()
    if unsure or told:
        raise Ambiguous(unsure or next(iter(texts), ""))
    return True  # no date that the order would change


def _plain(text: str) -> str:
    """Narrow and fixed spaces as plain ones; the words between day and time left out."""
    return re.sub(r"[\s,]+|\bà\b|\bat\b", " ", text.replace("\u200e", "")).strip()


def _day(text: str, day_first: bool) -> tuple[date | None, str]:
    """The day at the beginning of a text, and what follows it."""
    if found := YEAR_FIRST.match(text):
        year, month, day = map(int, found.groups())
    elif found := NUMBERS.match(text):
        first, second = int(found.group(1)), int(found.group(3))
        day, month = (first, second) if day_first or found.group(2) == "." else (second, first)
        year = int(found.group(4)) + (2000 if len(found.group(4)) == 2 else 0)
    elif found := MONTH_DAY.match(text):
        month, day, year = MONTHS.get(found.group(1).lower(), 0), int(found.group(2)), int(found.group(3))
    elif found := DAY_MONTH.match(text):
        day, month, year = int(found.group(1)), MONTHS.get(found.group(2).lower(), 0), int(found.group(3))
    else:
        return None, text
    try:
        return date(year, month, day), text[found.end() :].lstrip(" T")
    except ValueError:
        return None, text


def _clock(text: str) -> time | None:
    found = CLOCK.match(text)
    if not found:
        return None
    hour, minute, second = int(found.group(1)), int(found.group(2)), int(found.group(3) or 0)
    half = (found.group(4) or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None
