"""Free times as columns of days, in the reader's zone with another's beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from .times import local


def columns(days: Iterable[Any], there: ZoneInfo | None, selected: str) -> tuple[list[dict[str, Any]], bool]:
    """The columns to draw, and whether the two zones' clocks differ at any of the times."""
    drawn: list[dict[str, Any]] = []
    differs = False
    for given in days:
        slots = []
        for slot in given.get("slots", ()):
            start = slot["starts_at"] if isinstance(slot, dict) else slot
            value = slot["value"] if isinstance(slot, dict) else start.isoformat()
            mine = local(start)
            other = local(start, there) if there else mine
            differs = differs or other.utcoffset() != mine.utcoffset()
            slots.append(
                {
                    "value": value,
                    "mine": date_format(mine, "H:i"),
                    "other": date_format(other, "H:i" if other.date() == mine.date() else "D H:i"),
                    "on": value == selected,
                }
            )
        drawn.append({"date": given["date"], "slots": slots, "closed": given.get("closed", "")})
    return drawn, differs
