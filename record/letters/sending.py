"""The handing over of letters (B6): claim, hand over, record; never twice, whoever dies in between.

1. *Claim*, in one short transaction: count the attempt (its number is the claim's token), put the next one past the
   end of the claim, and set ``calling_at``: from here on the carrier may have the letter.
2. *Look*, where an earlier attempt may have succeeded: ask the carrier for the letter's key, after the claim of that
   attempt has lapsed, so that the carrier had time to show what it took. One that cannot be asked and does not know a
   repetition is not called again: the letter is *uncertain*, and a person settles it.
3. *Hand over*, in no transaction.
4. *Record*, guarded by the claim's token. What the carrier certainly did not take clears ``calling_at``; silence does
   not, and leads back to 2.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_noop

from record.documents import store
from record.models import Letter, LetterState
from record.outbox import delay

from . import conf, telling
from .carriers import Carrier, all_carriers
from .types import Address, CannotTell, NotTaken, Parcel, Rejected, Taken, Unanswered

log = logging.getLogger(__name__)

NO_ANSWER = gettext_noop("The carrier did not answer, and it cannot be asked whether it has the letter.")
REJECTED = gettext_noop("The carrier does not take the letter as it is.")
GIVEN_UP = gettext_noop("The carrier did not take the letter, again and again.")
NO_CARRIER = gettext_noop("This carrier is not set up any more.")


def due(now: datetime) -> QuerySet[Letter]:
    """Letters whose (next) attempt has come, oldest first; served by the index record_letter_due."""
    return Letter.objects.filter(state=LetterState.PREPARED, next_attempt_at__lte=now).order_by(
        "next_attempt_at"
    )


def hand_over(pks: Sequence[int], now: datetime) -> int:
    """Hand these letters over, those of them that nobody else has claimed; returns how many it dealt with."""
    started = monotonic()

    def instant() -> datetime:
        """Now: the edge's reading of the clock, and what has passed since."""
        return now + timedelta(seconds=monotonic() - started)

    dealt = 0
    for pk in pks:
        if instant() - now > conf.claim() / 2:
            break
        dealt += hand_over_one(pk, instant)
    return dealt


def hand_over_one(pk: int, instant: Callable[[], datetime]) -> bool:
    """All steps for one letter; False where somebody else has it, or it is not due."""
    claimed = claim(pk, instant())
    if claimed is None:
        return False
    letter, called_before = claimed
    carrier = all_carriers().get(letter.carrier)
    if carrier is None:
        put_to_people(letter, NO_CARRIER, instant(), may_have_it=called_before)
        return True
    parcel = parcel_of(letter)
    try:
        taken = look_before(carrier, parcel, instant()) if called_before else None
        if taken is None:
            taken = carrier.hand_over(parcel)
    except NotTaken as error:
        put_off(letter, error, instant(), calling=called_before)
    except Rejected as error:
        put_to_people(letter, REJECTED, instant(), may_have_it=called_before, error=error)
    except _NobodyKnows:
        put_to_people(letter, NO_ANSWER, instant(), may_have_it=True)
    except (Unanswered, CannotTell) as error:
        put_off(letter, error, instant(), calling=True)
    except Exception as error:
        # An answer that nobody foresaw says nothing about what the carrier has.
        log.exception("letter %s: carrier %s", letter.pk, letter.carrier)
        put_off(letter, error, instant(), calling=True)
    else:
        record_taken(letter, taken, instant(), asked=carrier.asked)
    return True


class _NobodyKnows(Exception):
    """An earlier attempt may have succeeded, and there is no way to find out."""


def claim(pk: int, now: datetime) -> tuple[Letter, bool] | None:
    """The letter, claimed, and whether an earlier attempt may have succeeded."""
    with transaction.atomic():
        rows = due(now).filter(pk=pk)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        letter = rows.select_related("document", "subject").first()
        if letter is None:
            return None
        called_before = letter.calling_at is not None
        letter.attempts += 1
        letter.next_attempt_at = now + conf.claim()
        if not called_before:
            letter.calling_at = now
        letter.save(update_fields=["attempts", "next_attempt_at", "calling_at"])
    return letter, called_before


def parcel_of(letter: Letter) -> Parcel:
    name = letter.document.stored_name

    def pdf() -> bytes:
        with store.open_file(name) as file:
            return file.read()

    return Parcel(
        key=letter.key,
        title=letter.title,
        address=Address.from_json(letter.address),
        called_at=letter.calling_at or letter.handed_over_at or letter.prepared_at,
        provider_id=letter.provider_id,
        tracking_number=letter.tracking_number,
        first_called_at=letter.calling_at,
        pdf=pdf,
    )


def look_before(carrier: Carrier, parcel: Parcel, now: datetime) -> Taken | None:
    """The letter as the carrier has it from an earlier attempt; None where handing it over again is safe."""
    if carrier.can_find:
        return carrier.find(parcel)
    since = now - (parcel.first_called_at or now)
    if carrier.repeats_known_for is not None and since < carrier.repeats_known_for:
        return None
    raise _NobodyKnows


def _mine(letter: Letter) -> QuerySet[Letter]:
    """The letter, if the claim on it is still the one that this attempt made."""
    return Letter.objects.filter(pk=letter.pk, state=LetterState.PREPARED, attempts=letter.attempts)


def record_taken(letter: Letter, taken: Taken, at: datetime, *, asked: bool) -> bool:
    """The carrier has it. What it did at this attempt or at an earlier one is dated by the call that it answered."""
    with transaction.atomic():
        handed_over_at = max(letter.calling_at or at, letter.earliest_at)
        marked = _mine(letter).update(
            state=LetterState.HANDED_OVER,
            provider_id=taken.provider_id[:100],
            tracking_number=taken.tracking_number[:60],
            handed_over_at=handed_over_at,
            calling_at=None,
            check_at=at + conf.look_every() if asked else None,
            last_error="",
            uncertain_at=None,
            uncertain_why="",
            revision=F("revision") + 1,
        )
        if not marked:
            log.warning("letter %s was handed over after its claim had lapsed", letter.pk)
            return False
        telling.write_about(
            letter,
            "letter_handed_over",
            by=None,
            happened_at=handed_over_at,
            now=at,
            provider_id=taken.provider_id,
            messages=telling.to_staff(letter, "to_print", at) if letter.carrier == "hand" else (),
        )
    return True


def put_off(letter: Letter, error: Exception, at: datetime, *, calling: bool) -> None:
    """Note a failed attempt: when the next one is. ``calling``: the carrier may have the letter all the same, so that
    the next one comes no sooner than the end of this claim."""
    if letter.attempts >= conf.most_attempts():
        put_to_people(letter, GIVEN_UP, at, may_have_it=calling, error=error)
        return
    changes: dict[str, object] = {"last_error": f"{type(error).__name__}: {error}"[:2000]}
    wait = delay(letter.occasion, letter.attempts)
    if calling:
        changes["next_attempt_at"] = at + max(wait, conf.claim())
    else:
        changes |= {"next_attempt_at": at + wait, "calling_at": None}
    _mine(letter).update(**changes)


def put_to_people(
    letter: Letter, why: str, at: datetime, *, may_have_it: bool, error: Exception | None = None
) -> None:
    """Nothing more happens by itself: a person finds out and settles it."""
    with transaction.atomic():
        changes: dict[str, object] = {} if may_have_it else {"calling_at": None}
        marked = _mine(letter).update(
            state=LetterState.UNCERTAIN,
            uncertain_at=at,
            uncertain_why=why,
            last_error=f"{type(error).__name__}: {error}"[:2000] if error else letter.last_error,
            revision=F("revision") + 1,
            **changes,
        )
        if marked:
            telling.write_about(
                letter,
                "letter_uncertain",
                by=None,
                happened_at=at,
                now=at,
                why=why,
                messages=telling.to_staff(letter, f"uncertain:{letter.attempts}", at, why),
            )
