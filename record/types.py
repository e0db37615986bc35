"""What other apps hand to the record: entries and messages, before they have a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

Facts = Mapping[str, Any]
_NO_FACTS: Facts = MappingProxyType({})


# Named tuples: a sweep makes thousands at a time, and they cost a fraction of frozen dataclasses.
class NewEntry(NamedTuple):
    """A decision to be recorded (R1): who, what, when it happened, under which clause and policy version.

    ``facts`` holds str, int, bool, None, lists and dicts; instants under keys ending ``_at`` (a datetime
    is written as ISO 8601 in UTC). ``actor_id`` None: the platform decided. ``subject_id`` None: the
    school's chain.
    """

    subject_id: int | None
    kind: str
    clause: str
    policy_id: str
    happened_at: datetime
    actor_id: int | None = None
    about: str = ""
    facts: Facts = _NO_FACTS


class NewMessage(NamedTuple):
    """A message to be sent once (R2). ``occasion`` names the event *and* the recipient, for instance
    ``absence:12:student``; one that exists already is left as it is.

    ``context`` is what its templates ``messages/<kind>.*`` may say; instants under keys ending ``_at``.
    Somebody without an account (a funder) has no ``recipient_id`` but an ``address``, and their name is the
    context's ``addressee``.
    """

    recipient_id: int | None
    kind: str
    occasion: str
    due_at: datetime
    context: Facts = _NO_FACTS
    channel: str = "email"
    address: str = ""


@dataclass(slots=True)
class ChainHead:
    """The locked end of one subject's chain; ``write`` moves it on."""

    id: int
    subject_id: int | None
    seq: int
    hash: str
