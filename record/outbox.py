"""The sending of messages (R2): claim, send, mark.

1. *Claim*, in one short transaction: count the attempt, put the next one past the end of the claim, and
   render what has not been rendered yet. The attempt's number is the claim's token.
2. *Send*, in no transaction: a slow provider holds no lock.
3. *Mark* each message as soon as it is out, if the claim is still ours.

A worker that dies in between leaves a claim that lapses; the message goes out again, the same in every byte
of its content and with the same Message-ID: at least once to the provider, exactly once in the record.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from time import monotonic

from django.db import connection, transaction
from django.db.models import F, QuerySet

from . import attachments, conf, store
from .channels import Outgoing, Refused, Unreachable, get_channel
from .models import Message
from .rendering import Content, Outsider, Reader, render

log = logging.getLogger(__name__)

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)


def due(now: datetime) -> QuerySet[Message]:
    """Messages whose (next) attempt has come, oldest first; served by the index record_message_due."""
    waiting = Message.objects.filter(state=Message.State.PENDING, next_attempt_at__lte=now)
    return waiting.order_by("next_attempt_at", "pk")


def send(pks: Sequence[int], now: datetime) -> int:
    """Send these messages, those of them that nobody else has claimed; returns how many it dealt with."""
    started = monotonic()

    def instant() -> datetime:
        """Now: the edge's reading of the clock, and what has passed since."""
        return now + timedelta(seconds=monotonic() - started)

    claimed = _claim(pks, now)
    for name, group in groupby(sorted(claimed, key=attrgetter("channel")), key=attrgetter("channel")):
        _send_by(name, list(group), now + conf.claim() / 2, instant)
    return len(claimed)


def delay(occasion: str, attempts: int) -> timedelta:
    """How long to wait after this many failed attempts: a minute, doubled each time, six hours at most; up
    to a quarter more, taken from the occasion, so that what failed together is not tried together."""
    plain = min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY)
    spread = hashlib.sha256(f"{occasion}:{attempts}".encode()).digest()[0] / 255
    return plain * (1 + spread / 4)


def _claim(pks: Sequence[int], now: datetime) -> list[Message]:
    """Claim and render; the ones that cannot be rendered are put off at once. Two statements."""
    with transaction.atomic():
        rows = due(now).filter(pk__in=pks).select_related("recipient")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        messages = list(rows)
        ready = []
        for message in messages:
            message.attempts += 1
            message.next_attempt_at = now + conf.claim()
            if message.attempts > conf.most_attempts():
                _put_off(message, Refused("every attempt was broken off"), now)
                continue
            try:
                _render_once(message)
            except Exception as error:
                log.exception("message %s (%s) cannot be rendered", message.pk, message.kind)
                _put_off(message, error, now)
                continue
            ready.append(message)
        if messages:
            store.save_claims(messages)
    return ready


def _render_once(message: Message) -> None:
    """Fill in the content, unless an earlier attempt did: what may have gone out is not said in other words
    later."""
    if message.body_text:
        return
    reader = _reader_of(message)
    content = render(message.kind, message.context, reader)
    message.to_address = reader.email
    message.subject, message.body_text, message.body_html = content.subject, content.text, content.html
    message.attachments = attachments.stored(content.attachments)


def _reader_of(message: Message) -> Reader:
    """The recipient's account, or who stands in its place."""
    if message.recipient is not None:
        return message.recipient
    return Outsider(message.address, str(json.loads(message.context).get("addressee", "")))


def _send_by(name: str, messages: list[Message], until: datetime, instant: Callable[[], datetime]) -> None:
    """Send one channel's messages over one connection; what there is no time left for goes back."""
    left = list(messages)
    try:
        with get_channel(name) as channel:
            while left:
                if instant() > until:
                    _release(left, instant())
                    return
                message = left[0]
                try:
                    provider_id = channel.deliver(
                        Outgoing(
                            occasion=message.occasion,
                            address=message.to_address,
                            content=Content(
                                message.subject,
                                message.body_text,
                                message.body_html,
                                attachments.read(message.attachments),
                            ),
                        )
                    )
                except Unreachable:
                    raise
                except Exception as error:
                    log.warning("message %s was not sent: %s", message.pk, error)
                    _mark_failed(message, error, instant())
                else:
                    _mark_sent(message, provider_id, instant())
                left.pop(0)
    except (Unreachable, Refused) as error:
        log.warning("channel %s: %s; %d messages wait", name, error, len(left))
        for message in left:
            _mark_failed(message, error, instant())


def _mine(message: Message) -> QuerySet[Message]:
    """The message, if the claim on it is still the one that this attempt made."""
    return Message.objects.filter(pk=message.pk, state=Message.State.PENDING, attempts=message.attempts)


def _mark_sent(message: Message, provider_id: str, at: datetime) -> None:
    marked = _mine(message).update(
        state=Message.State.SENT, sent_at=at, provider_id=provider_id[:255], last_error=""
    )
    if not marked:
        log.warning("message %s was sent after its claim had lapsed", message.pk)


def _put_off(message: Message, error: Exception, at: datetime) -> None:
    """Note a failed attempt on the (unsaved) message: when the next one is, or that a person must look at
    it."""
    message.last_error = f"{type(error).__name__}: {error}"[:2000]
    if isinstance(error, Refused) or message.attempts >= conf.most_attempts():
        message.state = Message.State.FAILED
    else:
        message.next_attempt_at = at + delay(message.occasion, message.attempts)


def _mark_failed(message: Message, error: Exception, at: datetime) -> None:
    _put_off(message, error, at)
    _mine(message).update(
        state=message.state, next_attempt_at=message.next_attempt_at, last_error=message.last_error
    )


def _release(messages: Sequence[Message], at: datetime) -> None:
    """Give messages back that were not tried: due at once, and the attempt does not count."""
    for message in messages:
        _mine(message).update(attempts=F("attempts") - 1, next_attempt_at=at)
