from datetime import UTC, datetime

import pytest


@pytest.fixture
def an_instant():
    return datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
