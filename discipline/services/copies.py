"""Copies of a decision (B6): to each funder, official body and paying employer of the funding record, to nobody else,
and never more than the decision (abuse 14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from discipline.models import CopyChannel, CopyState, Decision, DecisionCopy
from discipline.permissions.copies import may_send_copies
from record.letters.printing import Words
from record.letters.services import prepare_letter
from record.letters.types import Address
from record.models import Letter, Message, WebhookDelivery
from record.services import lock_chains, write
from record.types import NewEntry, NewMessage
from record.webhooks.services import endpoint_of, queue_event
from rulebook.dates import local_date
from rulebook.errors import RuleError
from students.models import Funder
from students.services.approvals import funding_on
from students.services.webhooks import owner_of

from .wording import decision_facts, window_of, words_of

EVENT = "decision.copied"
NO_EMAIL = gettext_noop("There is no e-mail address of this body.")
NO_ADDRESS = gettext_noop("There is no postal address of this body.")
NO_ENDPOINT = gettext_noop("This body has no webhook address.")


def copy_occasion(decision: Decision, funder: Funder, attempt: int = 0) -> str:
    again = f":{attempt}" if attempt else ""
    return f"decision:{decision.pk}:copy:{funder.pk}{again}"


def recipients_of(decision: Decision) -> list[Funder]:
    """Who pays for the training on the day of the decision, by the funding record; nobody else."""
    assert decision.confirmed_at is not None
    enrolment = decision.case.enrolment
    day = local_date(decision.confirmed_at, enrolment.time_zone)
    # A part that begins later is no business of its funder yet.
    found = {row.funder_id: row.funder for row in funding_on(enrolment, day) if row.starts_on <= day}
    return [found[pk] for pk in sorted(found)]


@transaction.atomic
def make_copies(*, decision: Decision, now: datetime) -> list[DecisionCopy]:
    """One copy for each that pays, each on its own way. None goes out before the letter to the student may arrive."""
    known = set(DecisionCopy.objects.filter(decision=decision).values_list("funder_id", flat=True))
    made = []
    for funder in recipients_of(decision):
        if funder.pk in known:
            continue
        copy = DecisionCopy.objects.create(
            decision=decision,
            funder=funder,
            channel=funder.copies_by,
            occasion=copy_occasion(decision, funder),
            made_at=now,
        )
        _put_on_its_way(copy, now)
        made.append(copy)
    return made


def _put_on_its_way(copy: DecisionCopy, now: datetime) -> None:
    decision, funder = copy.decision, copy.funder
    window = window_of(decision)
    due_at = max(window.earliest_at, now) if window else now
    if copy.channel == CopyChannel.EMAIL:
        if not funder.email:
            return _fail(copy, NO_EMAIL)
        facts = decision_facts(decision)
        message = NewMessage(
            recipient_id=None,
            kind="decision_copy",
            occasion=copy.occasion,
            due_at=due_at,
            context={"addressee": funder.name, **facts},
            address=funder.email,
        )
        write(entries=[], messages=[message], now=now)
    elif copy.channel == CopyChannel.WEBHOOK:
        endpoint = endpoint_of(owner_of(funder))
        if endpoint is None:
            return _fail(copy, NO_ENDPOINT)
        assert decision.confirmed_at is not None
        queue_event(
            endpoint=endpoint,
            occasion=copy.occasion,
            kind=EVENT,
            happened_at=decision.confirmed_at,
            data=decision_facts(decision),
            due_at=due_at,
            now=now,
        )
    else:
        if not (funder.address.strip() and funder.postal_code and funder.city):
            return _fail(copy, NO_ADDRESS)
        prepare_letter(
            occasion=copy.occasion,
            words=_words(decision),
            template="decision_copy",
            address=Address(
                name=funder.name,
                lines=tuple(line.strip() for line in funder.address.splitlines() if line.strip()),
                postal_code=funder.postal_code,
                city=funder.city,
                company=funder.name,
                email=funder.email,
            ),
            recipient=None,
            subject=decision.case.student.user,
            about=f"discipline.case:{decision.case_id}",
            earliest_at=due_at,
            zone=decision.case.enrolment.time_zone,
            policy_id=decision.policy_id,
            registered=False,
            now=now,
        )
    return None


def _words(decision: Decision) -> Words:
    """The decision, without what is said to the student alone."""
    whole = words_of(decision)
    return Words(title=whole.title, facts=whole.facts, parts=whole.parts[1:3], signatures=whole.signatures)


def _fail(copy: DecisionCopy, why: str) -> None:
    copy.state, copy.last_error = CopyState.FAILED, why
    copy.save(update_fields=["state", "last_error"])


@transaction.atomic
def send_copy_again(*, copy_id: int, channel: str, by: User, now: datetime) -> DecisionCopy:
    """Try a copy that could not be sent once more, by another way if need be. Raises ``RuleError`` on ``copy``."""
    if not may_send_copies(by):
        raise PermissionDenied
    copy = (
        DecisionCopy.objects.select_for_update(of=("self",))
        .select_related("decision__case__student__user", "decision__case__enrolment__path", "funder")
        .get(pk=copy_id)
    )
    if copy.state != CopyState.FAILED or channel not in CopyChannel.values:
        raise RuleError("copy", "4.1", gettext_noop("Only a copy that could not be sent is sent again."))
    attempt = 1
    while _is_used(copy_occasion(copy.decision, copy.funder, attempt)):
        attempt += 1
    copy.channel, copy.state, copy.last_error = channel, CopyState.PENDING, ""
    copy.occasion = copy_occasion(copy.decision, copy.funder, attempt)
    copy.save(update_fields=["channel", "state", "last_error", "occasion"])
    _put_on_its_way(copy, now)
    return copy


def _is_used(occasion: str) -> bool:
    return any(
        model.objects.filter(occasion=occasion).exists() for model in (Message, Letter, WebhookDelivery)
    )


def follow_copies(pks: Sequence[int], now: datetime) -> int:
    """What became of these locked copies, as their message, letter or delivery tells."""
    copies = list(
        DecisionCopy.objects.filter(pk__in=pks, state__in=[CopyState.PENDING, CopyState.SENT]).select_related(
            "decision__case__student", "funder"
        )
    )
    progress = _progress({copy.occasion for copy in copies})
    entries, changed = [], []
    for copy in copies:
        sent_at, delivered_at, error = progress.get(copy.occasion, (None, None, ""))
        state = CopyState.DELIVERED if delivered_at else CopyState.SENT if sent_at else copy.state
        if error and not sent_at:
            state = CopyState.FAILED
        if state == copy.state:
            continue
        if sent_at and copy.sent_at is None:
            copy.sent_at = sent_at
            entries.append(_entry(copy, sent_at))
        copy.state, copy.delivered_at, copy.last_error = state, delivered_at, error
        changed.append(copy)
    DecisionCopy.objects.bulk_update(changed, ["state", "sent_at", "delivered_at", "last_error"])
    if entries:
        write(entries=entries, now=now, chains=lock_chains({entry.subject_id for entry in entries}))
    return len(changed)


Progress = tuple[datetime | None, datetime | None, str]


def _progress(occasions: set[str]) -> dict[str, Progress]:
    """When each was sent and arrived, and why it was not: three statements."""
    found: dict[str, Progress] = {}
    for row in Message.objects.filter(occasion__in=occasions):
        failed = row.last_error if row.state == Message.State.FAILED else ""
        found[row.occasion] = (row.sent_at, row.delivered_at, failed)
    for letter in Letter.objects.filter(occasion__in=occasions):
        failed = letter.cancelled_why or (_(letter.uncertain_why) if letter.state == "uncertain" else "")
        found[letter.occasion] = (letter.handed_over_at, letter.delivered_at, failed)
    for delivery in WebhookDelivery.objects.filter(occasion__in=occasions):
        failed = delivery.last_error if delivery.state == WebhookDelivery.State.FAILED else ""
        # An endpoint that answered has it.
        found[delivery.occasion] = (delivery.sent_at, delivery.sent_at, failed)
    return found


def _entry(copy: DecisionCopy, happened_at: datetime) -> NewEntry:
    return NewEntry(
        subject_id=copy.decision.case.student.user_id,
        kind="decision_copied",
        clause="4.1",
        policy_id=copy.decision.policy_id,
        happened_at=happened_at,
        about=f"discipline.case:{copy.decision.case_id}",
        facts={"decision": copy.decision_id, "to": copy.funder.name, "channel": copy.channel},
    )
