"""What most addresses of the API answer to whom: 401 to nobody, 404 to strangers, 403 for what is not one's to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.matrix.people import OTHERS, STAFF, statuses
from tests.matrix.world import World

OWN = ("student", "mentor", *STAFF)
PEOPLE = (*OWN, *OTHERS, "anonymous")

Line = dict[str, int]
Calls = dict[str, Line]
Body = dict[str, Any] | Callable[[World], dict[str, Any]]
Bodies = dict[str, Body]


def table(everybody: int, **some: int) -> Line:
    """Statuses by person: 401 for nobody, these for some (``staff``, ``others``), the first for the rest."""
    return statuses(PEOPLE, everybody, 401, some)


PUBLIC = dict.fromkeys(PEOPLE, 200)
EVERYBODY = table(200)
SEEN = table(200, others=404)
"""Who has business with the row."""
