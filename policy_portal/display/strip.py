"""A student's sessions as a row of marks: shapes first, colour second."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .states import look
from .times import day_short, when

STEP = 24  # width of one mark's cell, in SVG units
SHAPES = {
    "held": "held",
    "authorised_absence": "excused",
    "unattended": "unattended",
    "mentor_absent": "mentor",
    "cancelled_by_mentor": "cancelled",
    "cancelled_by_school": "cancelled",
    "scheduled": "to-come",
}
# Each shape around (12, 14) of its cell. Drawn here and not by a template of its own: a page of strips has
# hundreds of marks, and each would be an include.
_DRAWINGS = {
    "held": '<circle class="fill" cx="12" cy="14" r="6"/>',
    "excused": '<circle cx="12" cy="14" r="6"/>',
    "no_show": '<path d="m7 9 10 10m0-10-10 10"/>',
    "late_notice": '<circle cx="12" cy="14" r="8"/><path d="m9 11 6 6m0-6-6 6"/>',
    "late_arrival": '<rect class="fill" x="4" y="6" width="16" height="16" rx="3"/>'
    '<path class="cut" d="m8.5 10.5 7 7m0-7-7 7"/>',
    "cancelled": '<path d="M7 14h10"/>',
    "mentor": '<path d="M7 11.5h10M7 16.5h10"/>',
    "unattended": '<text x="12" y="19.5">?</text>',
    "next": '<circle cx="12" cy="14" r="6" stroke-dasharray="2 3"/><circle class="fill" cx="12" cy="14" r="1.5"/>',
    "to-come": '<circle class="fill" cx="12" cy="14" r="1"/>',
}
# Safe: constants of this module, nothing of anyone's is put into them.
DRAWINGS = {shape: mark_safe(svg) for shape, svg in _DRAWINGS.items()}
FAMILY = {"no_show": "unauthorised", "late_notice": "unauthorised", "late_arrival": "unauthorised"}


@dataclass(frozen=True)
class Mark:
    """One session in the row: its shape, its place and what it says."""

    shape: str
    x: int
    says: str
    url: str
    short: str
    pk: Any = None

    @property
    def family(self) -> str:
        return FAMILY.get(self.shape, self.shape)

    @property
    def drawing(self) -> SafeString:
        return DRAWINGS[self.shape]

    @property
    def left(self) -> int:
        return self.x - STEP // 2


@dataclass(frozen=True)
class Strip:
    """The row of marks with its bracketed streak, ready to draw."""

    marks: tuple[Mark, ...]
    bracket: tuple[int, int] | None
    streak: int
    summary: str
    first: str
    last: str

    @property
    def width(self) -> int:
        return max(len(self.marks), 1) * STEP


def _get(item: Any, name: str, default: Any = "") -> Any:
    if isinstance(item, dict):
        return item.get(name, default)
    return getattr(item, name, default)


def shape_of(state: str, ground: str, *, is_next: bool = False) -> str:
    if state == "unauthorised_absence":
        return ground if ground in FAMILY else "no_show"
    if is_next:
        return "next"
    return SHAPES.get(state, "to-come")


def says(state: str, ground: str, starts_at: datetime) -> str:
    word = str(look(state).word)
    if ground:
        word = _("%(state)s (%(ground)s)") % {
            "state": word,
            "ground": str(look(ground, "ground").word).lower(),
        }
    return _("%(when)s: %(what)s") % {"when": when(starts_at), "what": word}


def build(sessions: Iterable[Any], *, streak: Collection[Any] = (), now: datetime, limit: int = 20) -> Strip:
    """Lays out the newest `limit` sessions, oldest first; `streak` holds the ids to bracket."""
    rows = sorted(sessions, key=lambda s: _get(s, "starts_at"))
    ahead = [s for s in rows if _get(s, "starts_at") > now]
    upcoming = next((s for s in ahead if _get(s, "state") == "scheduled"), None)
    rows = rows[-limit:] if limit else rows
    marks = []
    for place, row in enumerate(rows):
        state, ground = str(_get(row, "state")), str(_get(row, "ground") or "")
        marks.append(
            Mark(
                shape=shape_of(state, ground, is_next=row is upcoming),
                x=place * STEP + STEP // 2,
                says=says(state, ground, _get(row, "starts_at")),
                url=str(_get(row, "url") or ""),
                short=day_short(_get(row, "starts_at")),
                pk=_get(row, "pk", None) or _get(row, "id", None),
            )
        )
    held = [m for m in marks if m.pk in set(streak)]
    return Strip(
        marks=tuple(marks),
        bracket=(held[0].x - 9, held[-1].x + 9) if held else None,
        streak=len(streak),
        summary=_summary(rows, len(streak)),
        first=marks[0].short if marks else "",
        last=marks[-1].short if marks else "",
    )


def _summary(rows: list[Any], streak: int) -> str:
    """The text alternative in one sentence: how many of each, then the streak."""
    counts: dict[str, int] = {}
    for row in rows:
        word = str(look(str(_get(row, "state"))).word).lower()
        counts[word] = counts.get(word, 0) + 1
    total = ngettext("%(n)d session", "%(n)d sessions", len(rows)) % {"n": len(rows)}
    parts = ", ".join(f"{n} {word}" for word, n in counts.items())
    text = f"{total}: {parts}." if parts else f"{total}."
    if streak:
        text += " " + ngettext(
            "%(n)d unauthorised absence in the current row.",
            "%(n)d unauthorised absences in a row.",
            streak,
        ) % {"n": streak}
    return text
