"""A small school with one row of everything, and people who have business with it and people who have none."""

from __future__ import annotations

from . import (
    accusations,
    boards,
    discipline,
    house,
    letters,
    proceedings,
    projects,
    record,
    reporting,
    requests,
    sessions,
    standing,
    studying,
)
from .school import World, found_school

# In this order: a subject may point to rows of those before it.
SUBJECTS = (
    house.rows,
    sessions.rows,
    record.rows,
    sessions.recordings,
    studying.rows,
    standing.rows,
    reporting.rows,
    projects.rows,
    requests.rows,
    letters.rows,
    discipline.rows,
    accusations.rows,
    proceedings.rows,
    boards.rows,
)


def make_world() -> World:
    world = found_school()
    for rows in SUBJECTS:
        world.rows |= rows(world)
    return world


__all__ = ["World", "make_world"]
