from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from enforcement.sweeps import Sweep

NOW = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


def due(now):
    """Toy rule: an active person's time comes at joined_at; settling makes them inactive."""
    return User.objects.filter(is_active=True, joined_at__lt=now).order_by("joined_at")


def settle(pks, now):
    return User.objects.filter(pk__in=pks, is_active=True).update(is_active=False)


def sweep_of(**changes):
    toy = Sweep(name="toy", clause="A10", title="Toy", due=due, settle=settle, late_by="joined_at")
    return replace(toy, **changes)


def people(count, joined_at=NOW - timedelta(hours=1)):
    return [
        user.pk
        for user in User.objects.bulk_create(
            User(email=f"p{i}@example.org", joined_at=joined_at + timedelta(seconds=i)) for i in range(count)
        )
    ]


@pytest.fixture
def only(monkeypatch):
    """Make these the only sweeps of the platform."""

    def only_these(*sweeps):
        found = {sweep.name: sweep for sweep in sweeps}
        for module in ("tasks", "selectors", "management.commands.enforce"):
            monkeypatch.setattr(f"enforcement.{module}.all_sweeps", lambda: found)
        for module in ("tasks", "management.commands.enforce"):
            monkeypatch.setattr(f"enforcement.{module}.get_sweep", found.__getitem__)

    return only_these
