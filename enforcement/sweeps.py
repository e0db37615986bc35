"""What a sweep is: one rule that acts because time passed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Sweep:
    """One time rule (architecture.md: "time is enforced by sweeping rows whose time has come").

    ``due(now)``: the rows whose time has come, oldest first, served by a partial index.
    ``settle(pks, now)``: settles one batch inside the runner's transaction, whose rows the runner has
    locked, in a constant number of statements; returns how many it settled. It dates what it writes by when
    it fell due. A settled row is not due any more at the same ``now``.
    ``late_by``: the field (or annotation) of ``due`` that holds the instant it fell due; shows the oldest
    lag.
    ``outward``: settling acts outside of the database (sends mail, deletes files). The runner then neither
    locks nor opens a transaction, ``settle`` claims its rows itself, each batch gets a new reading of the
    clock, and a dry run counts only.
    """

    name: str
    clause: str
    title: StrOrPromise
    due: Callable[[datetime], QuerySet[Any]]
    settle: Callable[[Sequence[int], datetime], int]
    batch_size: int = 500
    late_by: str = ""
    outward: bool = False
