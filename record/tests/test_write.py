from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from record import store
from record.canonical import GENESIS, to_json
from record.models import Chain, Entry, Message
from record.services import RecordConflict, lock_chains, write

from .conftest import NOW, entry, message, person, rows

pytestmark = pytest.mark.django_db


def test_r1_entries_follow_each_other_on_their_subjects_chain(now):
    ada, bob = person("a@example.org"), person("b@example.org")
    write(entries=[entry(ada), entry(bob), entry(ada)], now=now)
    write(entries=[entry(ada), entry(None)], now=now)
    chain = list(Entry.objects.filter(chain__subject=ada).order_by("seq"))
    assert [e.seq for e in chain] == [1, 2, 3]
    assert [e.prev_hash for e in chain] == [GENESIS, chain[0].hash, chain[1].hash]
    head = Chain.objects.get(subject=ada)
    assert (head.head_seq, head.head_hash) == (3, chain[2].hash)
    assert Chain.objects.get(subject=None).head_seq == Chain.objects.get(subject=bob).head_seq == 1


def test_r1_equal_facts_have_different_commitments(now, student):
    write(entries=[entry(student), entry(student)], now=now)
    first, second = Entry.objects.order_by("seq")
    assert first.payload == second.payload == '{"at":"2026-03-03T13:00:00+00:00","n":1}'
    assert first.salt != second.salt
    assert first.commitment != second.commitment


def test_r2_a_second_message_for_the_same_occasion_is_left_out(now, student):
    write(entries=[], messages=[message(student), message(student, "note:2")], now=now)
    write(entries=[entry(student)], messages=[message(student, context={"title": "Other"})], now=now)
    assert sorted(Message.objects.values_list("occasion", flat=True)) == ["note:1", "note:2"]
    assert "Hello" in Message.objects.get(occasion="note:1").context
    assert Entry.objects.count() == 1


def test_r2_the_database_refuses_a_second_message_for_the_same_occasion(now, student):
    write(entries=[], messages=[message(student)], now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(
            recipient=student, kind="x", occasion="note:1", due_at=now, created_at=now, next_attempt_at=now
        )


def test_one_occasion_for_two_recipients_is_a_mistake(now, student):
    with pytest.raises(ValueError, match="two recipients"):
        write(entries=[], messages=[message(student), message(person())], now=now)


@pytest.mark.parametrize("count", [1, 40])
def test_a_batch_takes_a_constant_number_of_statements(now, count):
    people = [person(f"p{n}@example.org") for n in range(count)]
    write(entries=[entry(one) for one in people], now=now)
    with CaptureQueriesContext(connection) as locked:
        chains = lock_chains([one.pk for one in people])
    assert len(locked) == 1
    with CaptureQueriesContext(connection) as written:
        write(
            entries=[entry(one) for one in people],
            messages=[message(one, f"note:{one.pk}") for one in people],
            now=now,
            chains=chains,
        )
    assert len(written) == (1 if connection.vendor == "postgresql" else 3)


def test_chains_locked_once_serve_several_writes(now, student):
    chains = lock_chains([student.pk])
    write(entries=[entry(student)], now=now, chains=chains)
    write(entries=[entry(student), entry(student)], now=now, chains=chains)
    assert Chain.objects.get(subject=student).head_seq == chains[student.pk].seq == 3


def test_a_writer_that_did_not_lock_changes_nothing(now, student):
    write(entries=[entry(student)], now=now)
    stale = lock_chains([student.pk])
    write(entries=[entry(student)], now=now)
    # The database refuses the place that is taken; were it free, the head would not move.
    with pytest.raises((RecordConflict, IntegrityError)), transaction.atomic():
        write(entries=[entry(student)], messages=[message(student)], now=now, chains=stale)
    assert Entry.objects.count() == 2
    assert not Message.objects.exists()


def test_nothing_to_write_takes_no_statement(now, django_assert_num_queries):
    with django_assert_num_queries(0):
        write(entries=[], now=now)
        assert lock_chains([]) == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,b",
        '{"x":"y"}',
        "quote ' and \" and \\ and %s",
        "émigré 李 🎓",
        "line\nbreak\ttab",
        "NULL",
        "\\N",
    ],
)
def test_both_paths_store_every_text_as_it_is(now, student, text):
    write(
        entries=[entry(student, about=text[:90], clause=text[:30], facts={"text": text})],
        messages=[message(student, f"occasion {text}", context={"text": text})],
        now=now,
    )
    stored = Entry.objects.get()
    assert (stored.about, stored.clause, stored.payload) == (text, text, to_json({"text": text}))
    assert Message.objects.get().occasion == f"occasion {text}"


@pytest.mark.postgresql
def test_both_paths_write_the_same_rows(now, monkeypatch):
    people = [person(f"p{n}@example.org") for n in range(3)]
    later = now + timedelta(microseconds=1)

    def batch():
        write(
            entries=[
                entry(people[0], actor_id=people[1].pk, happened_at=later),
                entry(people[1], about=""),
                entry(None),
                entry(people[0]),
            ],
            messages=[message(people[0]), message(people[0]), message(people[2], "b", due_at=later)],
            now=now,
        )
        found = {model: rows(model) for model in (Chain, Entry, Message)}
        transaction.set_rollback(True)
        return found

    with transaction.atomic():
        on_postgresql = batch()
    monkeypatch.setattr(store, "_insert_postgresql", store._insert_portable)
    with transaction.atomic():
        portable = batch()
    assert len(portable[Entry]) == 4 and len(portable[Message]) == 2
    strip = {Chain: 0, Entry: 1, Message: 0}  # an entry's first column is its chain's id, from a sequence
    for model in (Entry, Message):
        cut = strip[model]
        assert [r[cut:] for r in on_postgresql[model]] == [r[cut:] for r in portable[model]]
    assert on_postgresql[Chain] == portable[Chain]


@pytest.mark.parametrize("facts", [{"x": object()}, {"x": float("nan")}, {"x": NOW.replace(tzinfo=None)}])
def test_facts_without_a_canonical_form_are_refused(now, student, facts):
    with pytest.raises((TypeError, ValueError)), transaction.atomic():
        write(entries=[entry(student, facts=facts)], now=now)


def test_the_same_instant_in_another_zone_is_the_same_fact(now):
    from zoneinfo import ZoneInfo

    assert to_json({"at": now.astimezone(ZoneInfo("Asia/Kathmandu"))}) == to_json({"at": now})
