"""A letter is handed over once, whoever dies between two steps (B6, must hold 3)."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from enforcement.runner import run
from record.letters import conf, sending, services
from record.letters.carriers.simulator import Moods, PostOffice
from record.models import Entry, Letter, LetterState, Message
from record.sweeps import SWEEPS
from rulebook.errors import RuleError

from .world import DAY, NOW, make_letter

pytestmark = pytest.mark.django_db
SWEEP = next(sweep for sweep in SWEEPS if sweep.name == "hand_over_letters")
OPENS = NOW + 2 * DAY


class Killed(BaseException):
    """The process dies here: nothing after it runs, nothing catches it."""


def hand_over(at: datetime) -> None:
    run(SWEEP, at)


def after_the_claim(at: datetime, times: int = 1) -> datetime:
    return at + times * (conf.claim() + timedelta(hours=7))


def test_a_letter_is_printed_tagged_and_archivable(student):
    letter = make_letter(subject=student)
    pdf = sending.parcel_of(letter).pdf()
    streams = [
        zlib.decompress(part) for part in re.findall(rb"stream\r?\n(x.+?)\r?\nendstream", pdf, re.DOTALL)
    ]
    inside = pdf + b"".join(streams)
    for mark in (
        b"/Marked true",
        b"/StructTreeRoot",
        b"/Lang",
        b"<pdfaid:part>2<",
        b"<pdfaid:conformance>A<",
    ):
        assert mark in inside


def test_b6_one_letter_per_occasion(student):
    first = make_letter(subject=student)
    assert make_letter(subject=student).pk == first.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=first.pk).update(occasion="another")  # a trigger refuses it, too
    assert Letter.objects.count() == 1


def test_abuse_39_no_letter_is_handed_over_before_its_window(
    student, simulator, office: PostOffice, printed_once
):
    simulator()
    letter = make_letter(subject=student)
    hand_over(OPENS - timedelta(seconds=1))
    assert office.carried() == []
    hand_over(OPENS)
    letter.refresh_from_db()
    assert letter.state == LetterState.HANDED_OVER
    assert OPENS <= letter.handed_over_at < OPENS + timedelta(seconds=30)
    assert len(office.carried()) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        make_letter("decision:2", subject=student)
        Letter.objects.filter(occasion="decision:2").update(
            state="handed_over", handed_over_at=OPENS - timedelta(microseconds=1)
        )


def test_a_letter_by_hand_waits_in_the_print_queue_and_its_keepers_are_told(student, success):
    letter = make_letter(subject=student)
    hand_over(OPENS)
    letter.refresh_from_db()
    assert (letter.state, letter.carrier) == (LetterState.HANDED_OVER, "hand")
    assert Message.objects.get(kind="letter_watch").recipient == success


STEPS = ("claim", "look_before", "carrier.hand_over", "office.take", "record_taken", "_mine")


def kill(monkeypatch: pytest.MonkeyPatch, carrier, office: PostOffice, step: str, when: str) -> None:
    """Die before or after a step, the first time that it is reached."""
    owner, name = {
        "carrier.hand_over": (carrier, "hand_over"),
        "office.take": (office, "take"),
    }.get(step, (sending, step))
    original = getattr(owner, name)
    died: list[bool] = []

    def dying(*args, **kwargs):
        if died:
            return original(*args, **kwargs)
        died.append(True)
        if when == "after":
            original(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(owner, name, dying)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "knows", [Moods(), Moods(finds=False), Moods(drops_repetitions=False), Moods(drops_repetitions=False, finds=False)],
    ids=["finds and drops", "drops repetitions", "finds", "neither"],
)  # fmt: skip
def test_a_sender_that_dies_at_any_step_sends_once_or_asks_a_person(
    student, simulator, office, printed_once, monkeypatch, step, when, knows
):
    carrier = simulator(knows)
    letter = make_letter(subject=student)
    kill(monkeypatch, carrier, office, step, when)
    with suppress(Killed):
        hand_over(OPENS)
    for attempt in range(1, 4):
        hand_over(after_the_claim(OPENS, attempt))
    letter.refresh_from_db()
    sent = office.carried().count(letter.key.hex)
    assert sent <= 1, "never twice"
    if letter.state == LetterState.UNCERTAIN:
        assert letter.uncertain_at is not None
        assert not knows.finds
        assert not knows.drops_repetitions
    else:
        assert letter.state == LetterState.HANDED_OVER
        assert sent == 1, "none missing"
        assert letter.handed_over_at >= letter.earliest_at
        assert Entry.objects.filter(kind="letter_handed_over").count() == 1


def test_a_claim_that_lapsed_records_nothing(student, simulator, printed_once):
    simulator()
    letter = make_letter(subject=student)
    mine, _before = sending.claim(letter.pk, OPENS)
    hand_over(after_the_claim(OPENS))
    taken = sending.Taken("SIM-other")
    assert not sending.record_taken(mine, taken, after_the_claim(OPENS), asked=True)
    assert Entry.objects.filter(kind="letter_handed_over").count() == 1


def test_maintenance_is_waited_for(student, simulator, office, printed_once):
    simulator(Moods(maintenance=1.0))
    letter = make_letter(subject=student)
    hand_over(OPENS)
    letter.refresh_from_db()
    assert (letter.state, letter.calling_at) == (LetterState.PREPARED, None)
    assert "maintenance" in letter.last_error
    simulator()
    hand_over(after_the_claim(OPENS))
    assert len(office.carried()) == 1


def test_a_letter_that_was_taken_in_silence_is_found_and_not_sent_again(
    student, simulator, office, printed_once
):
    simulator(Moods(silent_after=1.0, drops_repetitions=False))
    letter = make_letter(subject=student)
    hand_over(OPENS)
    letter.refresh_from_db()
    assert letter.state == LetterState.PREPARED
    assert letter.calling_at is not None
    hand_over(OPENS + timedelta(minutes=1))  # the carrier is given time to show what it took
    assert letter.events.count() == 0
    hand_over(after_the_claim(OPENS))
    letter.refresh_from_db()
    assert letter.state == LetterState.HANDED_OVER
    assert len(office.carried()) == 1


def test_nobody_can_tell_so_a_person_settles_it(student, success, simulator, office, printed_once):
    simulator(Moods(silent_after=1.0, drops_repetitions=False, finds=False))
    letter = make_letter(subject=student)
    hand_over(OPENS)
    hand_over(after_the_claim(OPENS))
    letter.refresh_from_db()
    assert letter.state == LetterState.UNCERTAIN
    assert Message.objects.filter(kind="letter_watch", recipient=success).exists()
    settle = {"letter_id": letter.pk, "by": success, "now": after_the_claim(OPENS, 2)}
    with pytest.raises(RuleError):
        services.settle_letter(was_sent=True, reasons="The carrier says so.", **settle)  # without its id
    services.settle_letter(was_sent=True, provider_id="SIM-1", reasons="The carrier says so.", **settle)
    letter.refresh_from_db()
    assert (letter.state, letter.provider_id) == (LetterState.HANDED_OVER, "SIM-1")
    assert len(office.carried()) == 1


def test_a_person_finds_out_that_it_was_not_sent(student, success, simulator, office, printed_once):
    simulator(Moods(silent_before=1.0, drops_repetitions=False, finds=False))
    letter = make_letter(subject=student)
    hand_over(OPENS)
    hand_over(after_the_claim(OPENS))
    at = after_the_claim(OPENS, 2)
    services.settle_letter(
        letter_id=letter.pk, was_sent=False, carrier="hand", reasons="They never had it.", by=success, now=at
    )
    hand_over(at)
    letter.refresh_from_db()
    assert (letter.state, letter.carrier) == (LetterState.HANDED_OVER, "hand")


def test_what_a_carrier_rejects_waits_for_a_person(student, simulator, office, printed_once):
    simulator(Moods(rejects=1.0))
    letter = make_letter(subject=student)
    hand_over(OPENS)
    letter.refresh_from_db()
    assert (letter.state, letter.calling_at) == (LetterState.UNCERTAIN, None)
    assert office.carried() == []


def test_a_carrier_that_is_not_set_up_any_more_is_no_reason_to_send_by_another(
    student, settings, printed_once
):
    letter = make_letter(subject=student)
    Letter.objects.filter(pk=letter.pk).update(carrier="gone")
    hand_over(OPENS)
    letter.refresh_from_db()
    assert letter.state == LetterState.UNCERTAIN


def test_a_letter_that_a_carrier_may_have_is_not_taken_back(student, success, simulator, printed_once):
    simulator(Moods(silent_after=1.0))
    letter = make_letter(subject=student)
    hand_over(OPENS)
    with pytest.raises(RuleError):
        services.cancel_letter(letter_id=letter.pk, reasons="Withdrawn", by=success, now=OPENS)
    other = make_letter("decision:2", subject=student)
    services.cancel_letter(letter_id=other.pk, reasons="Withdrawn", by=success, now=NOW)
    hand_over(OPENS)
    other.refresh_from_db()
    assert other.state == LetterState.CANCELLED
