import pytest
from django.db import IntegrityError, connection, transaction

from record import guards
from record.canonical import GENESIS
from record.models import Chain, Checkpoint, Entry, Message
from record.services import write
from record.sweeps import SWEEPS

from .conftest import entry, message

pytestmark = pytest.mark.django_db

TABLES = ["record_entry", "record_checkpoint", "record_chain", "record_message"]


@pytest.fixture
def recorded(student, now):
    write(entries=[entry(student), entry(student)], messages=[message(student)], now=now)
    chain = Chain.objects.get()
    SWEEPS[0].settle([chain.pk], now)
    return chain


def refused(sql, *params):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_every_guard_is_there_after_the_last_migration():
    assert guards.missing() == []


@pytest.mark.parametrize("column", [field.column for field in Entry._meta.concrete_fields])
def test_abuse_59_no_column_of_an_entry_can_be_changed(recorded, column):
    refused(f"UPDATE record_entry SET {column} = {column}")


def test_abuse_59_the_orm_cannot_change_the_record(recorded):
    for stored in (Entry.objects.first(), Checkpoint.objects.first()):
        assert stored is not None
        with pytest.raises(IntegrityError), transaction.atomic():
            stored.save()
        with pytest.raises(IntegrityError), transaction.atomic():
            stored.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.update(kind="other")


@pytest.mark.parametrize("table", TABLES)
def test_nothing_recorded_can_be_deleted(recorded, table):
    refused(f"DELETE FROM {table}")


@pytest.mark.postgresql
@pytest.mark.parametrize("table", TABLES)
def test_nothing_recorded_can_be_truncated(recorded, table):
    refused(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE")


def test_nothing_recorded_can_be_replaced(recorded):
    if connection.vendor == "sqlite":
        copy = Entry.objects.values_list()[0]
        refused(
            f"INSERT OR REPLACE INTO record_entry VALUES ({', '.join(['%s'] * len(copy))})", *map(str, copy)
        )


def test_an_entry_must_follow_the_one_before_it(recorded, now):
    last = Entry.objects.get(seq=2)
    good = {
        "chain": recorded,
        "seq": 3,
        "kind": "x",
        "clause": "1",
        "policy_id": "p",
        "happened_at": now,
        "recorded_at": now,
        "payload": "{}",
        "salt": "",
        "commitment": "",
        "prev_hash": last.hash,
        "hash": "h",
    }
    for wrong in (
        {"prev_hash": "f" * 64},
        {"seq": 4},
        {"seq": 2},
        {"seq": 1, "prev_hash": GENESIS},
        {"seq": 0, "prev_hash": GENESIS},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(**(good | wrong))
    Entry.objects.create(**good)


def test_a_chain_cannot_go_back_or_change_its_subject(recorded):
    refused("UPDATE record_chain SET head_seq = 1, checkpointed_seq = 0")
    refused("UPDATE record_chain SET subject_id = NULL")


def test_the_school_has_one_chain(db):
    Chain.objects.create(subject=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Chain.objects.create(subject=None)


def test_r2_what_was_sent_cannot_be_changed(recorded, now):
    Message.objects.update(subject="before it is sent")
    Message.objects.update(state="sent", sent_at=now, subject="as sent", body_text="words")
    for change in (
        {"subject": "other"},
        {"body_text": "other"},
        {"state": "pending", "sent_at": None},
        {"attachments": "[]"},
        {"sent_at": now.replace(hour=1)},
        {"to_address": "x@example.org"},
        {"occasion": "other"},
        {"context": "{}"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.update(**change)
    Message.objects.update(delivered_at=now, read_at=now)


def test_a_person_with_a_record_cannot_be_deleted(recorded, student):
    with pytest.raises(IntegrityError), transaction.atomic():
        student.delete()
