"""Which numbers are not told to whom: none from which somebody could be singled out that the reader may not know."""

from __future__ import annotations

from collections.abc import Mapping

FEWEST = 5
"""So many people out of the reader's sight stand behind a number, or none."""


def hidden(unseen: Mapping[str, int], fewest: int = FEWEST) -> frozenset[str]:
    """The groups of one table that are not told, from how many out of the reader's sight each holds.

    ``{"3.2": 12, "3.4": 2, "3.5": 7}`` hides 3.4, and 3.5 with it: the total is told, so that one hidden number
    alone could be reckoned back. What is hidden together holds ``fewest`` or more.
    """
    found = {name for name, count in unseen.items() if 0 < count < fewest}
    if not found:
        return frozenset()
    others = sorted((count, name) for name, count in unseen.items() if count >= fewest)
    while others and (len(found) == 1 or sum(unseen[name] for name in found) < fewest):
        found.add(others.pop(0)[1])
    return frozenset(found)


def tells_total(unseen: Mapping[str, int], fewest: int = FEWEST) -> bool:
    """Whether the sum of a table may be told: nobody unseen is behind it, or enough are."""
    total = sum(unseen.values())
    return total == 0 or total >= fewest
