import json
from datetime import timedelta
from io import StringIO
from time import perf_counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from record import checkpoints, signing
from record.canonical import GENESIS, entry_hash, iso
from record.models import Chain, Checkpoint, Entry
from record.services import write
from record.tests.flushing import drop, triggers
from record.verify import Verification

from .conftest import entry, grow, person

pytestmark = pytest.mark.django_db


def found():
    """What verification finds, without the guards that the test itself took away."""
    return [(f.what, f.where) for f in Verification().findings() if f.what != "guard"]


def sign(now):
    checkpoints.make(list(checkpoints.due(now).values_list("pk", flat=True)), now)


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@pytest.fixture
def chain(student, now):
    """Five entries of a student and three of somebody else, signed; then two more of each."""
    other = person("other@example.org")
    grow(student, 5)
    grow(other, 3)
    sign(now)
    grow(student, 2, start=5)
    grow(other, 2, start=3)
    assert found() == []
    drop(triggers())
    return Chain.objects.get(subject=student)


def pk(chain, seq):
    return Entry.objects.get(chain=chain, seq=seq).pk


def rewrite(chain, since):
    """Hash the chain anew from this entry on, as somebody who knows the code could."""
    prev = GENESIS if since == 1 else Entry.objects.get(chain=chain, seq=since - 1).hash
    for e in Entry.objects.filter(chain=chain, seq__gte=since).order_by("seq"):
        e.prev_hash = prev
        prev = entry_hash(
            subject_id=chain.subject_id,
            seq=e.seq,
            kind=e.kind,
            clause=e.clause,
            policy_id=e.policy_id,
            happened_at=iso(e.happened_at),
            recorded_at=iso(e.recorded_at),
            actor_id=e.actor_id,
            about=e.about,
            commitment=e.commitment,
            prev_hash=e.prev_hash,
        )
        Entry.objects.filter(pk=e.pk).update(prev_hash=e.prev_hash, hash=prev)
    Chain.objects.filter(pk=chain.pk).update(head_hash=prev)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "other"),
        ("clause", "9"),
        ("policy_id", "2020-01"),
        ("happened_at", "2026-03-03 12:59:59.999999+00:00"),
        ("recorded_at", "2026-03-03 12:59:59.999999+00:00"),
        ("about", "test:9"),
        ("payload", '{"n":9}'),
        ("payload", ""),
        ("salt", "00" * 16),
        ("salt", "not hexadecimal"),
        ("commitment", "0" * 64),
    ],
)
def test_an_edit_of_any_column_is_found(chain, column, value):
    value = value.removesuffix("+00:00") if connection.vendor == "sqlite" else value
    sql(f"UPDATE record_entry SET {column} = %s WHERE id = %s", value, pk(chain, 3))
    assert ("edit", f"chain {chain.pk}, entry 3 (id {pk(chain, 3)})") in found()


def test_an_edited_actor_is_found(chain, student):
    Entry.objects.filter(pk=pk(chain, 2)).update(actor=student)
    assert found() == [("edit", f"chain {chain.pk}, entry 2 (id {pk(chain, 2)})")]


@pytest.mark.parametrize("seq", [1, 3])
def test_a_deletion_is_found(chain, seq):
    sql("DELETE FROM record_entry WHERE id = %s", pk(chain, seq))
    assert found() == [("deletion", f"chain {chain.pk}, entry {seq + 1} (id {pk(chain, seq + 1)})")]


def test_a_deletion_that_closes_the_gap_is_found(chain):
    sql("DELETE FROM record_entry WHERE id = %s", pk(chain, 6))
    Entry.objects.filter(chain=chain, seq=7).update(seq=6)
    Chain.objects.filter(pk=chain.pk).update(head_seq=6)
    assert {what for what, _ in found()} == {"broken link", "reorder"}


def test_a_reorder_is_found(chain):
    second, third = pk(chain, 2), pk(chain, 3)
    for row, seq in ((second, 99), (third, 2), (second, 3)):
        Entry.objects.filter(pk=row).update(seq=seq)
    findings = found()
    assert ("reorder", f"chain {chain.pk}, entry 2 (id {third})") in findings
    assert ("reorder", f"chain {chain.pk}, entry 3 (id {second})") in findings


def test_a_truncation_is_found(chain):
    sql("DELETE FROM record_entry WHERE chain_id = %s AND seq > 3", chain.pk)
    assert found() == [("truncation", f"chain {chain.pk}")] * 2


def test_a_truncation_that_moves_the_head_back_is_found_by_the_checkpoint(chain):
    sql("DELETE FROM record_entry WHERE chain_id = %s AND seq > 4", chain.pk)
    last = Entry.objects.get(chain=chain, seq=4)
    Chain.objects.filter(pk=chain.pk).update(head_seq=4, head_hash=last.hash, checkpointed_seq=4)
    assert found() == [("truncation", f"chain {chain.pk}")]


def test_a_truncation_of_what_is_not_signed_yet_shows_no_earlier(chain):
    """The limit of the proof: what came after the last checkpoint is vouched for by the head alone."""
    sql("DELETE FROM record_entry WHERE chain_id = %s AND seq > 6", chain.pk)
    last = Entry.objects.get(chain=chain, seq=6)
    Chain.objects.filter(pk=chain.pk).update(head_seq=6, head_hash=last.hash)
    assert found() == []


def test_an_emptied_chain_is_found(chain):
    sql("DELETE FROM record_entry WHERE chain_id = %s", chain.pk)
    assert found() == [("truncation", f"chain {chain.pk}")]


def test_a_lost_chain_is_found(chain):
    sql("DELETE FROM record_entry WHERE chain_id = %s", chain.pk)
    sql("DELETE FROM record_chain WHERE id = %s", chain.pk)
    assert found() == [("lost chain", f"chain {chain.pk}")]


def test_a_chain_given_to_somebody_else_is_found(chain):
    Chain.objects.filter(pk=chain.pk).update(subject=person("mallory@example.org"))
    assert ("edit", f"chain {chain.pk}") in found()


def test_a_chain_written_anew_is_found_by_the_checkpoint(chain):
    Entry.objects.filter(pk=pk(chain, 2)).update(kind="other")
    rewrite(chain, 1)
    assert found() == [("rewritten", f"chain {chain.pk}, entry 5 (id {pk(chain, 5)})")]


def test_a_forged_checkpoint_is_found(chain):
    Checkpoint.objects.update(entries=7)
    assert ("forged checkpoint", "checkpoint 1") in found()


def test_a_checkpoint_signed_with_a_key_of_ones_own_is_found(chain, settings, now):
    Entry.objects.filter(pk=pk(chain, 2)).update(kind="other")
    rewrite(chain, 1)
    sql("DELETE FROM record_checkpoint")
    Chain.objects.update(checkpointed_seq=0)
    settings.RECORD_SIGNING_KEY = "11" * 32
    sign(now + timedelta(days=1))
    assert found() == []
    settings.RECORD_SIGNING_KEY = "22" * 32
    assert found() == [("unknown key", "checkpoint 1")]


def test_a_former_key_still_verifies(chain, settings, now):
    former = signing.public_key()
    settings.RECORD_SIGNING_KEY = "33" * 32
    settings.RECORD_VERIFY_KEYS = [former]
    sign(now + timedelta(days=1))
    assert found() == []


def test_missing_checkpoints_are_found(chain, now):
    sign(now + timedelta(days=1))
    grow(chain.subject, 1, start=7)
    sign(now + timedelta(days=2))
    assert Checkpoint.objects.count() == 3
    assert found() == []
    last = Checkpoint.objects.get(seq=3)
    anchor = (3, last.signature)
    sql("DELETE FROM record_checkpoint WHERE seq = 2")
    assert ("deletion", "checkpoint 3") in found()
    sql("DELETE FROM record_checkpoint WHERE seq = 3")
    assert found() == []  # the last ones are missed by who noted them down
    anchored = [(f.what, f.where) for f in Verification(anchor=anchor).findings() if f.what != "guard"]
    assert anchored == [("truncation", "checkpoints")]
    other = [f.what for f in Verification(anchor=(1, "00")).findings() if f.what != "guard"]
    assert other == ["forged checkpoint"]


def test_a_missing_guard_is_found(chain):
    assert {f.where for f in Verification().findings() if f.what == "guard"} >= {
        "record_entry_no_update",
        "record_entry_no_delete",
    }


def test_checkpoints_are_made_hourly_and_state_only_what_grew(student, now):
    grow(student, 1)
    assert checkpoints.due(now).count() == 1
    sign(now)
    grow(person(), 1)
    assert checkpoints.due(now + timedelta(minutes=59)).count() == 0
    assert checkpoints.due(now + timedelta(hours=1)).count() == 1
    sign(now + timedelta(hours=1))
    first, second = Checkpoint.objects.order_by("seq")
    assert (first.chains, first.entries, second.chains, second.entries) == (1, 1, 2, 2)
    assert len(json.loads(second.heads)) == 1
    assert checkpoints.due(now + timedelta(hours=9)).count() == 0
    assert found() == []


def test_the_command_says_what_is_wrong_and_where_and_exits_with_1(chain, student):
    out = StringIO()
    Entry.objects.filter(pk=pk(chain, 2)).update(kind="other")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_record", subject="STUDENT@example.org", json=True, stdout=out)
    assert ended.value.code == 1
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert lines[-1]["entries"] == 7
    assert lines[-1]["ok"] is False
    assert {"what": "edit", "where": f"chain {chain.pk}, entry 2 (id {pk(chain, 2)})"}.items() <= lines[
        -2
    ].items()


def test_the_command_says_that_the_record_is_intact(student, now):
    grow(student, 3)
    sign(now)
    grow(student, 1, start=3)
    out = StringIO()
    call_command("verify_record", stdout=out)
    assert "4 entries in 1 chains, 1 checkpoints" in out.getvalue()
    assert "1 entries since): intact" in out.getvalue()
    noted = out.getvalue().rsplit(maxsplit=1)[1]
    call_command("verify_record", anchor=noted, stdout=out)
    call_command("verify_record", public_key=True, stdout=out)
    assert signing.public_key() in out.getvalue()


@pytest.mark.parametrize(
    ("option", "value"), [("subject", "nobody@example.org"), ("anchor", "x"), ("anchor", "3:")]
)
def test_the_command_refuses_what_it_cannot_check(db, option, value):
    with pytest.raises(CommandError, match=f"--{option}"):
        call_command("verify_record", **{option: value})


@pytest.mark.slow
def test_verification_is_fast_and_takes_constant_memory(now):
    import tracemalloc

    people = [person(f"p{n}@example.org") for n in range(20)]
    for _ in range(10):
        write(entries=[entry(one) for one in people for _ in range(50)], now=now)
    started = perf_counter()
    assert list(Verification().findings()) == []
    assert (
        perf_counter() - started < 4
    )  # 10,000 entries; a tenth of a second each thousand, and room for noise
    tracemalloc.start()
    assert list(Verification().findings()) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000
