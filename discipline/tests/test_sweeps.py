"""The sweeps of proceedings."""

from __future__ import annotations

import pytest

from discipline.sweeps import SWEEPS
from enforcement.runner import run
from enforcement.sweeps import Sweep

from .making import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep.name)
def test_what_is_due_can_be_locked_on_either_database(sweep: Sweep) -> None:
    assert run(sweep, NOW, heartbeat=False) == 0
