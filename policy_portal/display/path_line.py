"""A Path as a line of projects, each with where the student stands: the picture is a list, and reads as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .states import Look, look

DONE = ("approved", "defended")


@dataclass(frozen=True)
class Stop:
    """One project on the line."""

    pk: Any
    title: str
    state: str
    look: Look
    word: str
    url: str
    in_depth: bool
    due_on: date | None
    is_next: bool

    @property
    def is_done(self) -> bool:
        return self.state == "defended" or (self.state == "approved" and not self.in_depth)


@dataclass(frozen=True)
class PathLine:
    """The line, ready to draw, and its sentence."""

    stops: Sequence[Stop]
    done: int
    summary: str


def word_of(state: str, in_depth: bool) -> str:
    """Approved, of a project that is still to be defended, says so."""
    if state == "approved" and in_depth:
        return _("Approved, to defend")
    return str(look(state, "project").word)


def build(works: Iterable[Any], urls: dict[Any, str] | None = None) -> PathLine:
    """The stops of a student's works in their order; the first that is not finished is the next one."""
    rows = list(works)
    stops: list[Stop] = []
    found_next = False
    for work in rows:
        finished = work.state == "defended" or (work.state == "approved" and not work.in_depth)
        is_next = not finished and not found_next
        found_next = found_next or is_next
        stops.append(
            Stop(
                pk=work.pk,
                title=work.project.title,
                state=work.state,
                look=look(work.state, "project"),
                word=word_of(work.state, work.in_depth),
                url=(urls or {}).get(work.pk, ""),
                in_depth=work.in_depth,
                due_on=work.due_on if work.state not in DONE else None,
                is_next=is_next,
            )
        )
    done = sum(stop.is_done for stop in stops)
    summary = ngettext(
        "%(done)d of %(n)d project finished", "%(done)d of %(n)d projects finished", len(stops)
    )
    return PathLine(tuple(stops), done, summary % {"done": done, "n": len(stops)})
