"""Writers, senders and sweeps at once, each with a connection of its own."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import OperationalError, connection, transaction

from accounts.models import User
from enforcement.models import Heartbeat
from enforcement.registry import get_sweep
from enforcement.runner import run
from enforcement.sweeps import Sweep
from record.models import Chain, Checkpoint, Entry, Message
from record.services import lock_chains, write
from record.verify import Verification

from .conftest import NOW, entry, message, person

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("many_connections")]


def at_once(count, work):
    """Run work(n) in so many threads at the same moment, and return what they returned."""
    gate = threading.Barrier(count)

    def one(n):
        try:
            gate.wait(10)
            return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def people(count):
    return [person(f"p{n:03}@example.org") for n in range(count)]


def test_ten_writers_of_the_same_subjects_lose_and_fork_nothing(now):
    subjects = people(4)

    def writer(n):
        for turn in range(5):
            # Each in another order: chains are locked by id all the same.
            order = subjects[n % 4 :] + subjects[: n % 4]
            with transaction.atomic():
                chains = lock_chains([one.pk for one in order])
                write(
                    entries=[entry(one, about=f"{n}.{turn}") for one in order],
                    messages=[message(one, f"{one.pk}:{turn}") for one in order],
                    now=now,
                    chains=chains,
                )

    at_once(10, writer)
    assert Entry.objects.count() == 200
    assert set(Chain.objects.values_list("head_seq", flat=True)) == {50}
    assert Message.objects.count() == 20
    assert list(Verification().findings()) == []


def test_ten_writers_make_a_new_chain_once(now, student):
    at_once(10, lambda n: write(entries=[entry(student), entry(None)], now=now))
    assert Counter(Chain.objects.values_list("subject", "head_seq")) == {(student.pk, 10): 1, (None, 10): 1}
    assert list(Verification().findings()) == []


@pytest.mark.postgresql
def test_writers_of_different_students_never_wait_for_each_other(now):
    first, second = people(2)
    write(entries=[entry(first), entry(second)], now=now)

    def other():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '500ms'")
                write(entries=[entry(second)], now=now)
                with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
                    lock_chains([first.pk])
        finally:
            connection.close()

    with transaction.atomic():
        write(entries=[entry(first)], now=now)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(other).result()
    assert Chain.objects.get(subject=second).head_seq == 2


def verdicts():
    """A toy rule that writes to the record: an active person's time comes at joined_at."""

    def due(at):
        return User.objects.filter(is_active=True, joined_at__lt=at).order_by("joined_at")

    def settle(pks, at):
        users = list(User.objects.filter(pk__in=pks, is_active=True).order_by("joined_at"))
        chains = lock_chains([user.pk for user in users])
        User.objects.filter(pk__in=pks).update(is_active=False)
        write(
            entries=[entry(user, happened_at=user.joined_at, facts={"at": user.joined_at}) for user in users],
            messages=[message(user, f"left:{user.pk}", due_at=user.joined_at) for user in users],
            now=user_now(users),
            chains=chains,
        )
        return len(users)

    def user_now(users):
        return max(user.joined_at for user in users)

    return Sweep("toy", "A10", "Toy", due, settle)


@pytest.mark.parametrize(("workers", "batch"), [(1, 500), (1, 7), (10, 7), (10, 500)])
def test_a10_ten_workers_twice_and_in_any_batch_give_the_same_rows(now, workers, batch):
    User.objects.bulk_create(
        User(email=f"p{n}@example.org", joined_at=NOW - timedelta(hours=1, seconds=n)) for n in range(60)
    )
    sweep = verdicts()
    done = at_once(workers, lambda n: run(sweep, now, batch) + run(sweep, now, batch))
    assert sum(done) == 60
    assert run(sweep, now + timedelta(days=5), batch) == 0
    written = Entry.objects.order_by("chain__subject_id").values_list(
        "chain__subject_id", "seq", "happened_at"
    )
    assert list(written) == [
        (user.pk, 1, user.joined_at) for user in User.objects.order_by("pk") if user.joined_at
    ]
    assert Message.objects.count() == 60
    assert Heartbeat.objects.get().sweep == "toy"
    assert list(Verification().findings()) == []


def test_r2_ten_senders_send_each_message_once(now, student, templates):
    write(entries=[], messages=[message(student, f"note:{n}") for n in range(60)], now=now)
    sweep = get_sweep("send_messages")
    done = at_once(10, lambda n: run(sweep, now, 5))
    assert sum(done) == 60
    assert len(mail.outbox) == len({m.message()["Message-ID"] for m in mail.outbox}) == 60
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_checkpoints_made_at_once_follow_each_other(now):
    write(entries=[entry(one) for one in people(30)], now=now)
    sweep = get_sweep("sign_checkpoint")
    at_once(5, lambda n: run(sweep, now, 4))
    assert sorted(Checkpoint.objects.values_list("seq", flat=True)) == list(
        range(1, Checkpoint.objects.count() + 1)
    )
    assert list(Verification().findings()) == []
    assert not Chain.objects.exclude(checkpointed_seq=1).exists()


def test_verification_beside_writers_raises_no_false_alarm(now):
    subjects = people(3)
    stop = threading.Event()

    def work(n):
        if n == 0:
            try:
                return [finding for _ in range(15) for finding in Verification().findings()]
            finally:
                stop.set()
        turn = 0
        while not stop.is_set() and turn < 500:
            turn += 1
            write(entries=[entry(one) for one in subjects], now=now)
            if turn % 5 == 0:
                run(get_sweep("sign_checkpoint"), now + timedelta(hours=turn))
        return []

    assert at_once(2, work)[0] == []
