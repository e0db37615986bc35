"""The people of a leave."""

from __future__ import annotations

import pytest

from .cast import Cast


@pytest.fixture
def cast() -> Cast:
    return Cast()
