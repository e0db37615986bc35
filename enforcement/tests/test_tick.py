from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from kombu.exceptions import OperationalError as BrokerError

from accounts.models import User
from enforcement import conf, selectors, tasks
from enforcement.models import Heartbeat
from enforcement.registry import all_sweeps, get_sweep

from .conftest import people, sweep_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(monkeypatch):
    names = []
    monkeypatch.setattr(tasks.run_sweep, "apply_async", lambda args, **options: names.append(args[0]))
    return names


@pytest.fixture
def frozen(now):
    with time_machine.travel(now, tick=False):
        yield


def test_a_tick_starts_a_task_for_each_sweep_that_has_work(now, only, published, frozen):
    people(1)
    only(sweep_of(), sweep_of(name="idle", due=lambda at: User.objects.none()))
    tasks.tick()
    assert published == ["toy"]
    assert Heartbeat.objects.get(sweep="idle").alive_at == now


def test_more_than_a_batch_is_shared_where_rows_can_be_skipped(only, published, frozen):
    people(3)
    only(
        sweep_of(batch_size=2),
        sweep_of(name="enough", batch_size=3),
        sweep_of(name="mail", outward=True, batch_size=1),
    )
    tasks.tick()
    share = conf.sharers() if connection.features.has_select_for_update_skip_locked else 1
    assert published == ["toy"] * share + ["enough", "mail"]
    assert conf.sharers() == 2


def test_an_idle_tick_takes_one_statement_a_sweep_and_one_for_all_heartbeats(
    only, published, frozen, django_assert_num_queries
):
    def nothing(at):
        return User.objects.filter(joined_at__lt=at)

    only(sweep_of(due=nothing), sweep_of(name="b", due=nothing))
    with django_assert_num_queries(2 * 3 + 1):  # inside a test each question has a savepoint as well
        tasks.tick()
    assert published == []


def test_with_a_frozen_broker_enforcement_goes_on_in_the_tick(now, only, monkeypatch, frozen):
    people(3)
    asked = []

    def refuse(args, **options):
        asked.append(args)
        raise BrokerError("timed out")

    monkeypatch.setattr(tasks.run_sweep, "apply_async", refuse)
    only(sweep_of(), sweep_of(name="other"))
    tasks.tick()
    assert len(asked) == 1  # it is not waited for a second time
    assert not User.objects.filter(is_active=True).exists()


def test_a_sweep_that_cannot_be_asked_stops_no_other(now, only, published, frozen):
    def broken(at):
        raise ValueError("no such rule")

    people(1)
    only(sweep_of(name="broken", due=broken), sweep_of())
    tasks.tick()
    assert published == ["toy"]
    assert "no such rule" in Heartbeat.objects.get(sweep="broken").last_error
    lines = {line.sweep.name: line for line in selectors.status(now)}
    assert "no such rule" in lines["broken"].last_error
    assert lines["toy"].due == 1


def test_run_sweep_settles_until_nothing_is_left(only, frozen):
    people(5)
    only(sweep_of(batch_size=2))
    assert tasks.run_sweep("toy") == 5


def test_run_sweep_survives_a_failing_row_and_a_failing_sweep(only, frozen):
    people(2)

    def broken(pks, at):
        raise ValueError("broken")

    only(sweep_of(settle=broken))
    assert tasks.run_sweep("toy") == 0


def test_two_ticks_at_once_do_no_harm(only, monkeypatch, frozen):
    people(4)
    only(sweep_of())
    monkeypatch.setattr(tasks.run_sweep, "apply_async", lambda args, **options: tasks.run_sweep(*args))
    tasks.tick()
    tasks.tick()
    assert Heartbeat.objects.get(sweep="toy").total == 4


def test_silence_for_three_ticks_is_told(now, only):
    only(sweep_of())
    assert selectors.late_sweeps(now) == ["toy"]
    Heartbeat.objects.create(sweep="toy", alive_at=now)
    limit = conf.tick() * 3
    assert selectors.late_sweeps(now + limit) == []
    assert selectors.late_sweeps(now + limit + timedelta(microseconds=1)) == ["toy"]


def test_status_counts_and_shows_the_oldest_lag(now, only, monkeypatch):
    people(5)
    monkeypatch.setattr(selectors, "MOST_COUNTED", 3)
    only(sweep_of())
    (line,) = selectors.status(now)
    assert (line.due, line.more_due) == (4, True)
    assert line.oldest_lag == timedelta(hours=1)
    assert line.late
    assert line.next_tick_at is None


def test_enforce_settles_now_and_a_dry_run_changes_nothing(now, only, frozen):
    people(3)
    only(sweep_of())
    out = StringIO()
    call_command("enforce", dry_run=True, stdout=out, verbosity=2)
    assert "due 3, oldest 1:00:00, would settle 3" in out.getvalue()
    assert User.objects.filter(is_active=True).count() == 3
    assert not Heartbeat.objects.exists()
    call_command("enforce", batch=1, only="toy", stdout=out)
    assert "3 settled" in out.getvalue()
    assert not User.objects.filter(is_active=True).exists()


def test_enforce_looks_ahead_only_in_a_dry_run(now, only, frozen):
    people(1, joined_at=now + timedelta(days=1))
    only(sweep_of())
    with pytest.raises(CommandError, match="--dry-run"):
        call_command("enforce", at=(now + timedelta(days=2)).isoformat())
    out = StringIO()
    call_command("enforce", at=(now + timedelta(days=2)).isoformat(), dry_run=True, stdout=out)
    assert "would settle 1" in out.getvalue()


@pytest.mark.parametrize("at", ["yesterday", "2026-03-03T14:00:00", "2026-13-45T00:00:00Z"])
def test_enforce_refuses_an_instant_without_an_offset(only, at):
    only(sweep_of())
    with pytest.raises(CommandError, match="--at"):
        call_command("enforce", at=at)


def test_an_outward_sweep_is_only_counted_in_a_dry_run(only, frozen):
    people(2)

    def never(pks, at):
        raise AssertionError("a dry run acts outside")

    only(sweep_of(outward=True, settle=never))
    out = StringIO()
    call_command("enforce", dry_run=True, stdout=out)
    assert "would settle 2" in out.getvalue()


def test_every_sweep_of_the_platform_can_be_asked(now):
    apps.get_model("record", "StoreInspection").objects.update(inspected_at=now)
    for name, sweep in all_sweeps().items():
        assert get_sweep(name) is sweep
        assert sweep.clause and sweep.title
        assert selectors.count_due(sweep, now) == 0
        assert selectors.oldest_lag(sweep, now) is None
    with pytest.raises(KeyError, match="no sweep 'x'"):
        get_sweep("x")
