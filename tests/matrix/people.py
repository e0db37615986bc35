"""Who asks: people of one training by their roles, and people with the same roles who have no business there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)

STAFF = ("student_success", "learning_manager", "head_of_learning", "administrator")
OTHERS = ("other_student", "other_mentor", "other_learning_manager")
GROUPS = {"staff": STAFF, "others": OTHERS}


def statuses(people: Iterable[str], everybody: int, anonymous: int, some: dict[str, int]) -> dict[str, int]:
    """Statuses by person: these for some (``staff``, ``others``, or by name), ``everybody`` for the rest."""
    found = dict.fromkeys(people, everybody) | {"anonymous": anonymous}
    for group in GROUPS.keys() & some.keys():
        found |= dict.fromkeys(GROUPS[group], some[group])
    named = {name: status for name, status in some.items() if name not in GROUPS}
    assert set(named) <= set(found)
    return found | named
