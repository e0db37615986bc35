"""One line of the staff's worklist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

MOST = 200
"""Rows of one kind that a worklist looks at; the oldest come first, so what is left out is the newest."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the worklist. ``due``: a deadline; ``since``: from when it waits, where no rule sets one.

    ``mine``: the reader decides it, and does not only read it.
    """

    kind: str
    who: str
    url: str
    what: str
    detail: str
    since: datetime
    due: datetime | None
    due_label: str
    action: dict[str, Any]
    mine: bool
    path_id: int | None = None

    @property
    def order(self) -> tuple[datetime, str]:
        return (self.due or self.since, self.url)


def go(view: str, pk: int, label: str) -> dict[str, Any]:
    return {"url": reverse(view, args=[pk]), "label": label}
