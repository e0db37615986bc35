"""The status that each person gets from each address of the API, in the order of the subjects."""

from __future__ import annotations

from . import (
    boards,
    discipline,
    house,
    letters,
    projects,
    record,
    reporting,
    requests,
    sessions,
    standing,
    studying,
)
from .grades import OWN, PEOPLE, Bodies, Calls

SUBJECTS = (
    house,
    studying,
    sessions,
    reporting,
    projects,
    record,
    requests,
    letters,
    discipline,
    boards,
    standing,
)

EXPECTED: Calls = {call: statuses for each in SUBJECTS for call, statuses in each.CALLS.items()}
BODIES: Bodies = {call: body for each in SUBJECTS for call, body in each.BODIES.items()}
ROWS: dict[str, str] = {name: row for each in SUBJECTS for name, row in each.ROWS.items()}
"""The row that addresses are about, by how their names begin after "api-": the world's, or a word for itself."""

__all__ = ["BODIES", "EXPECTED", "OWN", "PEOPLE", "ROWS", "SUBJECTS"]
