"""What other apps hand to the record: entries and messages, before they have a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewEntry:
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
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be sent once (R2). ``occasion`` names the event *and* the recipient, for instance
    ``absence:12:student``; one that exists already is left as it is.

    ``context`` is what its templates ``messages/<kind>.*`` may say; instants under keys ending ``_at``.
    """

    recipient_id: int
    kind: str
    occasion: str
    due_at: datetime
    context: Facts = field(default_factory=dict)
    channel: str = "email"


@dataclass(slots=True)
class ChainHead:
    """The locked end of one subject's chain; ``write`` moves it on."""

    id: int
    subject_id: int | None
    seq: int
    hash: str
