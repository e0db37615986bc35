"""What every carrier can be asked, and what it has to answer for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from record.letters.types import Looked, Notice, Parcel, Taken


@dataclass(frozen=True, slots=True)
class Received:
    """A webhook as it came: nothing of it is believed yet. ``token`` is the last part of the address that it came to,
    where the carrier was given one for a single letter."""

    headers: Mapping[str, str]
    body: bytes
    content_type: str
    key: str = ""
    token: str = ""


class Carrier(Protocol):
    """A way to have letters carried.

    ``repeats_known_for``: for how long a second hand-over with the same key is known as a repetition and dropped by the
    carrier itself (None: it is not). ``can_find``: the carrier can be asked whether it has a letter of a key. A carrier
    with neither is never called twice: a person settles what is uncertain.
    ``electronic``: needs the addressee's consent. ``asked``: whether it is asked from time to time.
    """

    name: str
    label: Any
    electronic: bool
    asked: bool
    repeats_known_for: timedelta | None
    can_find: bool

    def hand_over(self, parcel: Parcel) -> Taken:
        """Give the letter away. Raises NotTaken, Rejected or Unanswered."""
        ...

    def find(self, parcel: Parcel) -> Taken | None:
        """The letter of this key, if the carrier has it. Raises CannotTell."""
        ...

    def look(self, parcel: Parcel, now: datetime) -> Looked:
        """What became of it, with the proofs that there are. Raises CannotTell."""
        ...

    def read_notice(self, received: Received, now: datetime) -> list[Notice]:
        """What a webhook says, once it is known to be genuine and of now. Raises Forged."""
        ...
