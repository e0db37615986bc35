"""Letters: prepared, entered by people, settled, cancelled. What sweeps do stands in ``sending`` and ``following``."""

from __future__ import annotations

from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from record.documents.services import Upload, store_document
from record.models import (
    UNDER_WAY,
    EventSource,
    Letter,
    LetterState,
)
from rulebook.errors import RuleError
from rulebook.letters import ENDS
from rulebook.policy import policy_at

from . import conf, printing, telling
from .carriers import all_carriers, get_carrier
from .following import apply_event
from .permissions import may_handle_letters
from .proofs import PROOF, PROOF_OF_END, keep_proof
from .types import Address, News

__all__ = [
    "PROOF",
    "cancel_letter",
    "note_looked_at",
    "prepare_letter",
    "record_deposit",
    "record_receipt",
    "settle_letter",
]

CLAUSE = "4.1"
LETTER = "letter"


def refuse(field: str, message: str, **params: object) -> RuleError:
    return RuleError(field, CLAUSE, message, params)


def choose_carrier(address: Address, wanted: str = "") -> str:
    """The carrier of the settings, or by hand and post where it is electronic and nobody consented to that."""
    name = wanted or conf.default_carrier()
    carrier = all_carriers().get(name)
    if carrier is None or (carrier.electronic and not (address.consent and address.email)):
        return "hand"
    return name


@transaction.atomic
def prepare_letter(
    *,
    occasion: str,
    words: printing.Words,
    template: str,
    address: Address,
    recipient: User | None,
    subject: User | None,
    about: str,
    earliest_at: datetime,
    escalates_at: datetime | None = None,
    latest_at: datetime | None = None,
    zone: str,
    clause: str = CLAUSE,
    policy_id: str = "",
    carrier: str = "",
    registered: bool = True,
    by: User | None = None,
    now: datetime,
) -> Letter:
    """Make the PDF and put the letter where the sweep finds it once its window opens (B6).

    One letter an occasion: asked for again, the first one is the answer, whatever it says.
    """
    if found := Letter.objects.filter(occasion=occasion).first():
        return found
    pdf = printing.render(words, address, made_at=now, zone=zone, registered=registered)
    document = store_document(
        purpose=LETTER,
        upload=SimpleUploadedFile("letter.pdf", pdf, content_type="application/pdf"),
        subject=subject,
        about=about,
        by=None,
        now=now,
    )
    letter = Letter(
        occasion=occasion,
        template=template,
        title=words.title,
        about=about,
        subject=subject,
        recipient=recipient,
        addressee=address.name or address.company,
        address=address.as_json(),
        clause=clause,
        policy_id=policy_id or policy_at(now).id,
        document=document,
        carrier=choose_carrier(address, carrier),
        prepared_at=now,
        earliest_at=earliest_at,
        escalates_at=escalates_at,
        latest_at=latest_at,
        next_attempt_at=earliest_at,
    )
    letter.save(force_insert=True)
    telling.write_about(letter, "letter_prepared", by=by, happened_at=now, now=now)
    return letter


def _take(letter_id: int, by: User) -> Letter:
    """The letter, locked, if this person may act on it."""
    letter = Letter.objects.select_for_update(of=("self",)).select_related("subject").get(pk=letter_id)
    if not may_handle_letters(by):
        raise refuse(
            "letter", gettext_noop("Letters are looked after by Student Success and the school's heads.")
        )
    return letter


@transaction.atomic
def record_deposit(
    *, letter_id: int, tracking_number: str, happened_at: datetime, by: User, now: datetime
) -> Letter:
    """The printed letter was posted: its tracking number. Raises ``RuleError`` on ``tracking_number``,
    ``happened_at`` and ``letter``."""
    letter = _take(letter_id, by)
    number = "".join(tracking_number.split()).upper()
    if letter.carrier != "hand" or letter.state != LetterState.HANDED_OVER:
        raise refuse("letter", gettext_noop("This letter does not lie in the print queue."))
    if not number.isalnum() or not number.isascii() or not 6 <= len(number) <= 40:
        raise refuse("tracking_number", gettext_noop("Give the number as it stands on the post's receipt."))
    if Letter.objects.filter(tracking_number=number).exclude(pk=letter.pk).exists():
        raise refuse("tracking_number", gettext_noop("Another letter has this number."))
    letter.tracking_number = number
    letter.save(update_fields=["tracking_number"])
    _apply_paper(letter, "deposited", happened_at, by, now)
    return letter


@transaction.atomic
def record_receipt(
    *, letter_id: int, kind: str, happened_at: datetime, upload: Upload | None, by: User, now: datetime
) -> Letter:
    """What came back from the post, or the receipt of a letter given by hand: with its scan, but for a first
    presentation, which leaves no paper.

    Raises ``RuleError`` on ``letter``, ``kind``, ``happened_at`` and ``file``.
    """
    letter = _take(letter_id, by)
    if kind not in (*ENDS, "presented"):
        raise refuse("kind", gettext_noop("Say what happened to the letter."))
    if letter.carrier != "hand" or letter.state not in UNDER_WAY:
        raise refuse("letter", gettext_noop("This letter is not under way by hand or post."))
    if kind in ENDS and upload is None:
        raise refuse("file", gettext_noop("Scan what came back: without it nothing is proved."))
    if kind != "delivered" and letter.deposited_at is None:
        raise refuse("kind", gettext_noop("A letter that was not posted can only be given by hand."))
    _apply_paper(letter, kind, happened_at, by, now)
    if upload is not None and kind in PROOF_OF_END:
        keep_proof(letter, PROOF_OF_END[kind], upload, by, now)
    return letter


def _apply_paper(letter: Letter, kind: str, happened_at: datetime, by: User, now: datetime) -> None:
    """An event as a person read it off a paper."""
    if happened_at > now:
        raise refuse("happened_at", gettext_noop("This is still to come."))
    if letter.handed_over_at is not None and happened_at < letter.handed_over_at:
        raise refuse("happened_at", gettext_noop("The letter was not handed over then."))
    news = News(kind, happened_at, f"person:{kind}")
    if not apply_event(letter, news, source=EventSource.PERSON, by=by, now=now):
        raise refuse("kind", gettext_noop("That is known already, or it contradicts what is known."))


@transaction.atomic
def settle_letter(
    *,
    letter_id: int,
    was_sent: bool,
    provider_id: str = "",
    carrier: str = "",
    reasons: str,
    by: User,
    now: datetime,
) -> Letter:
    """A person found out what nobody knew: the carrier has the letter (under which id), or it has not, and it is handed
    over again. Raises ``RuleError`` on ``letter``, ``provider_id``, ``carrier`` and ``reasons``."""
    letter = _take(letter_id, by)
    if letter.state != LetterState.UNCERTAIN:
        raise refuse("letter", gettext_noop("There is nothing to settle about this letter."))
    if not reasons.strip():
        raise refuse("reasons", gettext_noop("Say how you found out."))
    called_at = letter.calling_at
    letter.uncertain_at, letter.uncertain_why, letter.calling_at = None, "", None
    letter.revision += 1
    if was_sent:
        number = provider_id.strip()
        if not number:
            raise refuse("provider_id", gettext_noop("Give the id that the carrier has it under."))
        taken = Letter.objects.filter(carrier=letter.carrier, provider_id=number).exclude(pk=letter.pk)
        if taken.exists():
            raise refuse("provider_id", gettext_noop("Another letter has this id."))
        letter.state, letter.provider_id = LetterState.HANDED_OVER, number[:100]
        letter.handed_over_at = called_at or now
        letter.check_at = now if get_carrier(letter.carrier).asked else None
    else:
        if carrier and carrier not in all_carriers():
            raise refuse("carrier", gettext_noop("There is no such carrier here."))
        letter.carrier = choose_carrier(Address.from_json(letter.address), carrier or letter.carrier)
        letter.state, letter.attempts = LetterState.PREPARED, 0
        letter.next_attempt_at = max(letter.earliest_at, now)
    letter.save()
    telling.write_about(
        letter,
        "letter_settled",
        by=by,
        happened_at=now,
        now=now,
        was_sent=was_sent,
        reasons=reasons.strip(),
    )
    return letter


@transaction.atomic
def note_looked_at(*, letter_id: int, reasons: str, by: User, now: datetime) -> Letter:
    """A person looked at a contradiction of a letter that has its state; it leaves the list, with what they found."""
    letter = _take(letter_id, by)
    if letter.uncertain_at is None or letter.state == LetterState.UNCERTAIN:
        raise refuse("letter", gettext_noop("There is nothing to look at about this letter."))
    if not reasons.strip():
        raise refuse("reasons", gettext_noop("Say what you found."))
    letter.uncertain_at, letter.uncertain_why = None, ""
    letter.revision += 1
    letter.save(update_fields=["uncertain_at", "uncertain_why", "revision"])
    telling.write_about(
        letter, "letter_settled", by=by, happened_at=now, now=now, was_sent=True, reasons=reasons.strip()
    )
    return letter


@transaction.atomic
def cancel_letter(*, letter_id: int, reasons: str, by: User | None, now: datetime) -> Letter:
    """Take back a letter that was certainly not handed over yet. Raises ``RuleError`` on ``letter`` and ``reasons``."""
    letter = Letter.objects.select_for_update(of=("self",)).select_related("subject").get(pk=letter_id)
    if by is not None and not may_handle_letters(by):
        raise refuse(
            "letter", gettext_noop("Letters are looked after by Student Success and the school's heads.")
        )
    if letter.state != LetterState.PREPARED or letter.calling_at is not None:
        raise refuse("letter", gettext_noop("A letter that a carrier may have is not taken back."))
    if not reasons.strip():
        raise refuse("reasons", gettext_noop("Give your reasons."))
    letter.state, letter.cancelled_at, letter.cancelled_why = LetterState.CANCELLED, now, reasons.strip()
    letter.uncertain_at, letter.uncertain_why = None, ""
    letter.revision += 1
    letter.save()
    telling.write_about(letter, "letter_cancelled", by=by, happened_at=now, now=now, reasons=reasons.strip())
    return letter
