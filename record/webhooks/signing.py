"""Signatures as Standard Webhooks 1.0 writes them: HMAC-SHA256 over id, instant and body."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
"""How old or how far ahead the instant of a signature may be."""


class BadSignature(Exception):
    """Not genuine, or not of now."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(os.urandom(32)).decode()


def headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """What a webhook is sent with; ``at`` is the instant of this attempt."""
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{_signature(secret, message_id, stamp, body)}",
    }


def check(secret: str, sent: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a webhook that is genuine and of now. Raises BadSignature."""
    message_id, stamp = sent.get("webhook-id", ""), sent.get("webhook-timestamp", "")
    if not secret or not message_id or "." in message_id or not stamp.isascii() or not stamp.isdigit():
        raise BadSignature("it is not signed")
    wanted = _signature(secret, message_id, stamp, body)
    given = [each.partition(",") for each in sent.get("webhook-signature", "").split()]
    if not any(version == "v1" and hmac.compare_digest(value, wanted) for version, _, value in given):
        raise BadSignature("the signature is another one")
    try:
        at = datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadSignature("its instant is none") from error
    if abs(now - at) > TOLERANCE:
        raise BadSignature("it is not of now")
    return message_id


def _signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise BadSignature("the secret is none") from error
    content = f"{message_id}.{stamp}.".encode() + body
    return base64.b64encode(hmac.new(key, content, "sha256").digest()).decode()
