"""/livez and /readyz: what fails them, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from enforcement import selectors
from enforcement.models import Heartbeat
from enforcement.sweeps import Sweep
from policy_portal import health

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
THREE_TICKS = timedelta(seconds=3 * settings.ENFORCEMENT_TICK_SECONDS)


@pytest.fixture
def sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sweeps of our own, whatever the apps have."""
    two = {
        name: Sweep(name, "3.1", name, due=lambda now: Heartbeat.objects.none(), settle=lambda pks, now: 0)
        for name in ("one", "two")
    }
    monkeypatch.setattr(selectors, "all_sweeps", lambda: two)


def beat(name: str, at: datetime) -> None:
    Heartbeat.objects.create(sweep=name, alive_at=at)


def test_livez_asks_nothing(client: Client) -> None:
    assert client.get("/livez").status_code == 200  # without a database: the test may not use one


def test_livez_and_readyz_only_read(client: Client) -> None:
    assert client.post("/livez").status_code == 405
    assert client.post("/readyz").status_code == 405


@pytest.mark.django_db
@pytest.mark.usefixtures("sweeps")
class TestReadyz:
    def test_it_is_ready_up_to_three_ticks(self, client: Client) -> None:
        beat("one", NOW - THREE_TICKS)
        beat("two", NOW)
        with time_machine.travel(NOW, tick=False):
            answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {"ready": True, "database": "answers", "late_sweeps": []}

    def test_it_is_not_ready_once_a_sweep_has_been_silent_for_longer(self, client: Client) -> None:
        beat("one", NOW - THREE_TICKS - timedelta(microseconds=1))
        beat("two", NOW)
        with time_machine.travel(NOW, tick=False):
            answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["late_sweeps"] == ["one"]

    def test_it_is_not_ready_before_every_sweep_has_run_once(self, client: Client) -> None:
        beat("one", NOW)
        with time_machine.travel(NOW, tick=False):
            assert client.get("/readyz").json()["late_sweeps"] == ["two"]

    def test_it_asks_one_question(self, client: Client, django_assert_num_queries) -> None:
        with django_assert_num_queries(1):
            client.get("/readyz")


def test_it_is_not_ready_without_its_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(now: datetime) -> list[str]:
        raise OperationalError("connection to 10.0.0.1 refused")

    monkeypatch.setattr(health, "late_sweeps", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "10.0.0.1" not in answer.content.decode()
