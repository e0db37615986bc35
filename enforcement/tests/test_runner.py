from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from enforcement.models import Heartbeat, SweepFailure
from enforcement.runner import MAX_HANDOVERS, SweepFailed, run

from .conftest import due, people, settle, sweep_of

pytestmark = pytest.mark.django_db


def left():
    return User.objects.filter(is_active=True).count()


@pytest.mark.parametrize("batch_size", [1, 3, 500])
def test_a_run_settles_all_that_is_due_whatever_the_batch(now, batch_size):
    people(7)
    people_later = User.objects.create(email="later@example.org", joined_at=now)
    assert run(sweep_of(), now, batch_size) == 7
    assert list(User.objects.filter(is_active=True)) == [people_later]
    assert run(sweep_of(), now, batch_size) == 0


def test_the_runner_adds_one_statement_to_a_batch(now):
    run(sweep_of(), now)
    people(4)
    with CaptureQueriesContext(connection) as one:
        run(sweep_of(), now, 4)
    User.objects.update(is_active=True)
    with CaptureQueriesContext(connection) as two:
        run(sweep_of(), now, 2)
    per_batch = [q["sql"] for q in two if "SAVEPOINT" not in q["sql"]]
    in_one = [q["sql"] for q in one if "SAVEPOINT" not in q["sql"]]
    assert len(per_batch) - len(in_one) == 2  # one look at what is due, and the toy's one update


def test_a_heartbeat_tells_of_each_run(now):
    people(3)
    run(sweep_of(), now)
    run(sweep_of(), now + timedelta(seconds=10))
    beat = Heartbeat.objects.get(sweep="toy")
    assert (beat.last_count, beat.total) == (0, 3)
    assert beat.last_settled_at == now
    assert beat.alive_at == beat.last_finished_at == now + timedelta(seconds=10)


def test_a_poisoned_row_stops_no_other_and_is_told(now):
    pks = people(9)

    def poisoned(batch, at):
        if pks[4] in batch:
            raise ValueError("cannot be judged")
        return settle(batch, at)

    sweep = sweep_of(settle=poisoned)
    with pytest.raises(SweepFailed, match=rf"1 row\(s\) failed, the first is {pks[4]}: ValueError") as caught:
        run(sweep, now, 4)
    assert caught.value.settled == 8
    assert isinstance(caught.value.__cause__, ValueError)
    assert left() == 1
    failure = SweepFailure.objects.get()
    assert (failure.sweep, failure.row_id, failure.failures) == ("toy", pks[4], 1)
    assert "cannot be judged" in Heartbeat.objects.get().last_error

    # Set aside until its next attempt, with a growing delay.
    assert run(sweep, now + timedelta(seconds=30), 4) == 0
    with pytest.raises(SweepFailed):
        run(sweep, now + timedelta(minutes=1), 4)
    failure.refresh_from_db()
    assert failure.failures == 2
    assert failure.retry_at == now + timedelta(minutes=3)

    # Once it can be settled it is forgotten.
    assert run(sweep_of(), now + timedelta(minutes=3), 4) == 1
    assert not SweepFailure.objects.exists()
    assert Heartbeat.objects.get().last_error == ""


def test_a_row_that_breaks_the_database_statement_is_isolated_too(now):
    pks = people(5)

    def poisoned(batch, at):
        if pks[0] in batch:
            User.objects.filter(pk=pks[0]).update(email=User.objects.get(pk=pks[1]).email)
        return settle(batch, at)

    with pytest.raises(SweepFailed, match="IntegrityError"):
        run(sweep_of(settle=poisoned), now)
    assert left() == 1


def test_a_broken_rule_gives_up_instead_of_trying_every_row(now):
    people(100)

    def broken(batch, at):
        raise ValueError("broken")

    with pytest.raises(SweepFailed, match="too many rows fail"):
        run(sweep_of(settle=broken), now)
    assert SweepFailure.objects.count() == 20


def test_a_sweep_that_makes_no_progress_ends_and_is_told(now):
    people(3)
    with pytest.raises(SweepFailed, match=r"3 row\(s\) are due after settling"):
        run(sweep_of(settle=lambda pks, at: len(pks)), now)
    with pytest.raises(SweepFailed, match=r"3 row\(s\) are due after settling"):
        run(sweep_of(settle=lambda pks, at: 0), now, 1)


def test_stuck_rows_at_the_head_do_not_starve_the_others(now):
    pks = people(6)

    def half(batch, at):
        return settle([pk for pk in batch if pk not in pks[:2]], at)

    with pytest.raises(SweepFailed, match=r"2 row\(s\) are due"):
        run(sweep_of(settle=half), now, 2)
    assert left() == 2


def test_a_row_may_fall_due_again_at_a_later_deadline(now):
    people(1, joined_at=now - timedelta(hours=MAX_HANDOVERS - 1))

    def next_hour(pks, at):
        return User.objects.filter(pk__in=pks).update(joined_at=F("joined_at") + timedelta(hours=1))

    assert run(sweep_of(settle=next_hour), now) == MAX_HANDOVERS - 1


def test_a_deadlock_is_tried_again_and_blames_no_row(now):
    people(2)
    calls = []

    def deadlocked(pks, at):
        calls.append(pks)
        if len(calls) < 3:
            raise OperationalError("deadlock detected")
        return settle(pks, at)

    assert run(sweep_of(settle=deadlocked), now) == 2
    assert not SweepFailure.objects.exists()


def test_an_error_of_the_database_that_lasts_ends_the_run(now):
    people(2)

    def away(pks, at):
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        run(sweep_of(settle=away), now)
    assert not SweepFailure.objects.exists()
    assert "gone" in Heartbeat.objects.get().last_error


def test_a_due_that_fails_is_told(now):
    def broken(at):
        raise DatabaseError("no such column")

    with pytest.raises(DatabaseError):
        run(sweep_of(due=broken), now)


def test_an_outward_sweep_is_settled_too(now):
    people(2)
    assert run(sweep_of(outward=True), now, 1) == 2


def test_max_batches_leaves_the_rest(now):
    people(5)
    assert run(sweep_of(), now, 2, max_batches=1) == 2
    assert due(now).count() == 3
