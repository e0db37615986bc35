"""The status that each person gets from each page, in the order of the subjects."""

from __future__ import annotations

from . import (
    accounts,
    accusations,
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
from .grades import PEOPLE, Lines, Rows

SUBJECTS = (
    house,
    accounts,
    record,
    studying,
    standing,
    sessions,
    reporting,
    projects,
    requests,
    letters,
    discipline,
    accusations,
    boards,
)

EXPECTED: Lines = {line: statuses for each in SUBJECTS for line, statuses in each.PAGES.items()}
ADMIN: Lines = {line: statuses for each in SUBJECTS for line, statuses in each.ADMIN.items()}
ROWS: Rows = {page: row for each in SUBJECTS for page, row in each.ROWS.items()}

__all__ = ["ADMIN", "EXPECTED", "PEOPLE", "ROWS", "SUBJECTS"]
