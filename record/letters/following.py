"""What becomes of a letter: events in whatever order they are told, proofs, and the days of its window."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_noop

from accounts.models import User
from record.models import UNDER_WAY, CarrierNotice, EventSource, Letter, LetterEvent, LetterProof, LetterState
from record.services import lock_chains, write
from rulebook.errors import RuleError
from rulebook.letters import Course, is_early, is_late, with_event

from . import conf, sending, telling
from .carriers import all_carriers
from .proofs import PROOF_OF_END, keep_proof
from .types import CannotTell, Looked, News, Notice, Proof

log = logging.getLogger(__name__)

CONTRADICTION = gettext_noop("What was told of this letter contradicts what is known.")
MOST_FAILED_LOOKS = 12

WITHOUT_RECEIPT = {
    "presented_at__isnull": True,
    "delivered_at__isnull": True,
    "refused_at__isnull": True,
}


def course_of(letter: Letter) -> Course:
    return Course(
        letter.deposited_at, letter.presented_at, letter.delivered_at, letter.refused_at, letter.unclaimed_at
    )


def apply_event(
    letter: Letter,
    news: News,
    *,
    source: EventSource,
    by: User | None = None,
    provider_id: str = "",
    now: datetime,
) -> bool:
    """Take one event of a locked letter that a carrier has; False where it changes nothing.

    What fell due before now is settled first (A10). An event that was told before is dropped; one from before the
    letter was prepared or from the future is refused (False); one that contradicts what is known is kept, changes
    nothing, and puts the letter before a person (abuse 54, 55).
    """
    settle_days(letter, now)
    # A carrier's clock may run a little ahead; nothing is dated later than it is known.
    if news.happened_at < letter.prepared_at or news.happened_at > now + conf.SKEW:
        return False
    happened_at = min(news.happened_at, now)
    if LetterEvent.objects.filter(letter=letter, provider_event_id=news.event_id).exists():
        return False
    before = course_of(letter)
    after = with_event(before, news.kind, happened_at)
    LetterEvent.objects.create(
        letter=letter,
        kind=news.kind,
        happened_at=happened_at,
        received_at=now,
        source=source,
        by=by,
        provider_id=provider_id,
        provider_event_id=news.event_id[:200],
        counted=after is not None,
        raw=news.raw[:4000],
    )
    if after is None:
        _contradicted(letter, news, happened_at, now)
        return source == EventSource.CARRIER
    if after == before:
        return False
    _advance(letter, after, news.kind, happened_at, by, now)
    return True


def _advance(letter: Letter, after: Course, kind: str, at: datetime, by: User | None, now: datetime) -> None:
    letter.state = after.state
    letter.deposited_at, letter.presented_at = after.deposited_at, after.presented_at
    letter.delivered_at, letter.refused_at, letter.unclaimed_at = (
        after.delivered_at,
        after.refused_at,
        after.unclaimed_at,
    )
    letter.early = is_early(after, letter.earliest_at)
    if letter.latest_at is not None and after.received_at is not None:
        # What was received in its window was never late, however late that was told.
        letter.late_at = letter.latest_at if is_late(after, letter.latest_at) else None
    if letter.is_final:
        # The proofs of the end are still to come.
        letter.check_at = now if letter.check_at is not None else None
    letter.revision += 1
    letter.save()
    telling.write_about(
        letter,
        f"letter_{kind}",
        by=by,
        happened_at=at,
        now=now,
        at=at,
        early=letter.early,
        late=letter.late_at is not None,
    )


def _contradicted(letter: Letter, news: News, at: datetime, now: datetime) -> None:
    letter.uncertain_at, letter.uncertain_why = now, CONTRADICTION
    letter.revision += 1
    letter.save(update_fields=["uncertain_at", "uncertain_why", "revision"])
    telling.write_about(
        letter,
        "letter_contradicted",
        by=None,
        happened_at=now,
        now=now,
        told=news.kind,
        told_of_at=at,
        messages=telling.to_staff(letter, f"contradicted:{news.event_id}"[:120], now, CONTRADICTION),
    )


# --- Asking carriers ------------------------------------------------------------------------------


def to_look_after(now: datetime) -> QuerySet[Letter]:
    """Letters whose carrier is to be asked; served by the index record_letter_check."""
    return Letter.objects.filter(check_at__lte=now).order_by("check_at")


def follow(pks: Sequence[int], now: datetime) -> int:
    """Ask the carriers what became of these letters, and fetch the proofs that there are."""
    rows = to_look_after(now).filter(pk__in=pks).select_related("document", "subject")
    return sum(follow_one(letter, now) for letter in rows)


def follow_one(letter: Letter, now: datetime) -> bool:
    """Ask for one letter. Claimed by moving the next look; what is told is applied in one transaction."""
    claimed = Letter.objects.filter(pk=letter.pk, check_at=letter.check_at).update(
        check_at=now + conf.look_every(), checks_failed=F("checks_failed") + 1
    )
    if not claimed:
        return False
    carrier = all_carriers().get(letter.carrier)
    if carrier is None:
        return True
    try:
        looked = carrier.look(sending.parcel_of(letter), now)
    except CannotTell as error:
        log.warning("letter %s: %s cannot tell: %s", letter.pk, letter.carrier, error)
        return True
    except Exception:
        log.exception("letter %s: carrier %s", letter.pk, letter.carrier)
        return True
    take(letter.pk, looked, now)
    return True


@transaction.atomic
def take(letter_id: int, looked: Looked, now: datetime) -> Letter:
    """What a carrier said when it was asked: its news in their own order, and its proofs."""
    letter = Letter.objects.select_for_update(of=("self",)).select_related("subject").get(pk=letter_id)
    if looked.tracking_number and not letter.tracking_number:
        letter.tracking_number = looked.tracking_number[:60]
        letter.save(update_fields=["tracking_number"])
    for news in sorted(looked.news, key=lambda each: each.happened_at):
        apply_event(letter, news, source=EventSource.CARRIER, provider_id=letter.provider_id, now=now)
    for proof in looked.proofs:
        _keep(letter, proof, now)
    letter.checks_failed = 0
    letter.check_at = None if _is_complete(letter) else now + conf.look_every()
    letter.save(update_fields=["checks_failed", "check_at"])
    return letter


def _keep(letter: Letter, proof: Proof, now: datetime) -> None:
    upload = SimpleUploadedFile(proof.file_name, proof.content)
    try:
        keep_proof(letter, proof.kind, upload, None, now)
    except RuleError as refused:
        # A proof that is no PDF or picture, or that a scanner holds back: it is asked for again.
        log.warning("letter %s: proof %s is not kept: %s", letter.pk, proof.kind, refused.message)


def _is_complete(letter: Letter) -> bool:
    """Whether there is nothing more to ask: it ended and the proof of its end is kept, or it is long over."""
    wanted = PROOF_OF_END.get(letter.state)
    if wanted is None:
        return letter.state == LetterState.CANCELLED
    return LetterProof.objects.filter(letter=letter, kind=wanted).exists()


# --- Webhooks -------------------------------------------------------------------------------------


@transaction.atomic
def take_notice(carrier_name: str, notice: Notice, digest: str, now: datetime) -> bool:
    """A genuine webhook: once, for the letter that it names, and for no other; False where it changes nothing.

    A letter that nobody is certain about is found by it: who tells of a key has the letter.
    """
    letter = _named(carrier_name, notice)
    _notice, new = CarrierNotice.objects.get_or_create(
        carrier=carrier_name,
        notice_id=notice.notice_id[:200],
        defaults={"letter": letter, "received_at": now, "digest": digest},
    )
    if not new or letter is None:
        return False
    if letter.state in (LetterState.PREPARED, LetterState.UNCERTAIN):
        if letter.calling_at is None or not notice.provider_id:
            return False
        _found_by_notice(letter, notice, now)
    if notice.provider_id and not letter.provider_id:
        letter.provider_id = notice.provider_id[:100]
        letter.save(update_fields=["provider_id"])
    if notice.tracking_number and not letter.tracking_number:
        letter.tracking_number = notice.tracking_number[:60]
        letter.save(update_fields=["tracking_number"])
    changed = False
    for news in sorted(notice.news, key=lambda each: each.happened_at):
        changed |= apply_event(
            letter, news, source=EventSource.WEBHOOK, provider_id=letter.provider_id, now=now
        )
    # The proofs, and whatever a webhook alone is not believed in, are asked for at once.
    letter.check_at = now
    letter.save(update_fields=["check_at"])
    return changed or not notice.news


def _named(carrier_name: str, notice: Notice) -> Letter | None:
    """The one letter that a notice names: by the carrier's id, and by our key where it says that too."""
    rows = (
        Letter.objects.select_for_update(of=("self",)).select_related("subject").filter(carrier=carrier_name)
    )
    letter = None
    if notice.provider_id:
        letter = rows.filter(provider_id=notice.provider_id).first()
    if letter is None and (notice.key or notice.reference):
        candidates = rows.filter(provider_id="").filter(calling_at__isnull=False) | rows.filter(
            provider_id="", state__in=UNDER_WAY
        )
        letter = next((row for row in candidates if _is_key_of(row, notice)), None)
    if letter is not None and (notice.key or notice.reference) and not _is_key_of(letter, notice):
        log.warning("a webhook of %s names letter %s by another letter's key", carrier_name, letter.pk)
        return None
    return letter


def _is_key_of(letter: Letter, notice: Notice) -> bool:
    if notice.key:
        return letter.key.hex == notice.key
    return letter.key.hex.startswith(notice.reference) and len(notice.reference) >= 30


def _found_by_notice(letter: Letter, notice: Notice, now: datetime) -> None:
    """The carrier speaks of a letter whose handing over was never answered: it has it."""
    letter.state = LetterState.HANDED_OVER
    letter.handed_over_at = max(letter.calling_at or now, letter.earliest_at)
    letter.provider_id = notice.provider_id[:100]
    letter.calling_at, letter.uncertain_at, letter.uncertain_why = None, None, ""
    # Whoever holds a claim on it finds that it was taken meanwhile.
    letter.attempts += 1
    letter.revision += 1
    letter.save()
    telling.write_about(
        letter,
        "letter_handed_over",
        by=None,
        happened_at=letter.handed_over_at,
        now=now,
        provider_id=letter.provider_id,
    )


# --- The days of the window -----------------------------------------------------------------------

OPEN = ("prepared", "handed_over", "deposited", "presented", "uncertain", "unclaimed")


def escalations_due(now: datetime) -> QuerySet[Letter]:
    """Letters without a receipt on the tenth day (B6); served by the index record_letter_escalates."""
    rows = Letter.objects.filter(escalated_at__isnull=True, escalates_at__lte=now, **WITHOUT_RECEIPT)
    return rows.filter(state__in=OPEN).order_by("escalates_at")


def escalate(pks: Sequence[int], now: datetime) -> int:
    """Dated by when the tenth day began."""
    return _mark(escalations_due(now).filter(pk__in=pks), "escalated", now)


def late_due(now: datetime) -> QuerySet[Letter]:
    """Letters without a receipt after the fifteenth day (B6); served by the index record_letter_late."""
    rows = Letter.objects.filter(late_at__isnull=True, latest_at__lte=now, **WITHOUT_RECEIPT)
    return rows.filter(state__in=OPEN).order_by("latest_at")


def mark_late(pks: Sequence[int], now: datetime) -> int:
    """Dated by when the fifteenth day was over."""
    return _mark(late_due(now).filter(pk__in=pks), "late", now)


MARKS = {"escalated": ("escalated_at", "escalates_at"), "late": ("late_at", "latest_at")}


def _mark(rows: QuerySet[Letter], event: str, now: datetime) -> int:
    field, due_field = MARKS[event]
    letters = list(rows.select_related("subject"))
    if not letters:
        return 0
    chains = lock_chains({letter.subject_id for letter in letters})
    pks = [letter.pk for letter in letters]
    Letter.objects.filter(pk__in=pks).update(**{field: F(due_field)}, revision=F("revision") + 1)
    write(
        entries=[
            telling.entry(letter, f"letter_{event}", by=None, happened_at=getattr(letter, due_field))
            for letter in letters
        ],
        messages=[
            message
            for letter in letters
            for message in telling.to_staff(letter, event, getattr(letter, due_field))
        ],
        now=now,
        chains=chains,
    )
    return len(letters)


def settle_days(letter: Letter, now: datetime) -> None:
    """What fell due for a locked letter before now, as its sweep would have (A10)."""
    before = now - timedelta(microseconds=1)
    for event, due in (("escalated", escalations_due), ("late", late_due)):
        if _mark(due(before).filter(pk=letter.pk), event, now):
            letter.refresh_from_db(fields=[MARKS[event][0], "revision"])
