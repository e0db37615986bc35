"""What services, carriers and printing tell each other about a letter."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime

from record.canonical import to_json


@dataclass(frozen=True, slots=True)
class Address:
    """Where a letter goes. ``lines`` are the street and what stands above it; ``consent``: the addressee agreed to
    electronic registered letters, without which none is sent."""

    name: str
    lines: tuple[str, ...]
    postal_code: str
    city: str
    country: str = "FR"
    company: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    consent: bool = False

    def as_json(self) -> str:
        return to_json({**asdict(self), "lines": list(self.lines)})

    @classmethod
    def from_json(cls, text: str) -> Address:
        found = json.loads(text)
        return cls(**{**found, "lines": tuple(found["lines"])})

    def printed(self) -> list[str]:
        """The address as it stands on an envelope."""
        rows = [self.company, self.name, *self.lines, f"{self.postal_code} {self.city}".strip()]
        if self.country and self.country != "FR":
            rows.append(self.country)
        return [row for row in dict.fromkeys(rows) if row]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter as a carrier gets it. ``key`` is the same at every attempt."""

    key: uuid.UUID
    title: str
    address: Address
    called_at: datetime
    provider_id: str = ""
    tracking_number: str = ""
    first_called_at: datetime | None = None
    pdf: Callable[[], bytes] = field(default=bytes, repr=False)

    @property
    def reference(self) -> str:
        """The key in 30 letters and digits: what carriers take as a sender's own reference."""
        return self.key.hex[:30]


@dataclass(frozen=True, slots=True)
class Taken:
    """The carrier has the letter."""

    provider_id: str
    tracking_number: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that a carrier says has happened; ``event_id`` is the same whenever it is said again."""

    kind: str
    happened_at: datetime
    event_id: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as the carrier hands it out."""

    kind: str
    content: bytes
    file_name: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a carrier said when it was asked."""

    news: tuple[News, ...] = ()
    proofs: tuple[Proof, ...] = ()
    tracking_number: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A genuine webhook. ``provider_id`` or ``key`` names the letter. ``news`` is taken at its word only where the
    whole body is signed; without it the carrier is asked."""

    notice_id: str
    provider_id: str = ""
    key: str = ""
    reference: str = ""
    tracking_number: str = ""
    news: tuple[News, ...] = ()


class NotTaken(Exception):
    """The carrier certainly has not got the letter; later it may take it (maintenance, no connection)."""


class Rejected(Exception):
    """The carrier certainly has not got the letter and will not take it as it is: a person has to look."""


class Unanswered(Exception):
    """Nobody knows whether the carrier has the letter (a timeout, a broken answer)."""


class CannotTell(Exception):
    """The carrier cannot be asked just now."""


class Forged(Exception):
    """A webhook that is not the carrier's, or not of now: refused, and nothing of it is kept."""
