"""A carrier that is none: a folder on this machine that behaves as badly as the real ones.

For a trial and for tests. Each letter that it "carries" is one file, and each time it did one line of a ledger, so
that a letter carried twice shows. What it does wrong, and how often, its moods say; they are drawn from a seed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from record.letters import printing
from record.letters.types import (
    CannotTell,
    Looked,
    News,
    Notice,
    NotTaken,
    Parcel,
    Proof,
    Rejected,
    Taken,
    Unanswered,
)
from record.webhooks import signing

from . import signed
from .base import Received


@dataclass(frozen=True, slots=True)
class Moods:
    """How often (of 1) the simulator misbehaves, and what it knows to do."""

    maintenance: float = 0.0  # answers that it is not there, and has taken nothing
    silent_after: float = 0.0  # takes the letter, and then does not answer
    silent_before: float = 0.0  # does not answer, and has not taken it either
    rejects: float = 0.0
    blind: float = 0.0  # cannot be asked just now
    drops_repetitions: bool = True
    finds: bool = True


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of a letter, and how long after it was taken."""

    kind: str
    after: timedelta


USUAL = (
    Course("deposited", timedelta(hours=1)),
    Course("presented", timedelta(days=1)),
    Course("delivered", timedelta(days=1, minutes=5)),
)
PROOFS = {
    "deposited": "deposit",
    "delivered": "receipt",
    "refused": "refusal",
    "unclaimed": "unclaimed",
}


class PostOffice:
    """The folder: ``letters/<key>.json`` and the ledger. Several processes may use it at once."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        (self.folder / "letters").mkdir(parents=True, exist_ok=True)

    def take(self, key: str, called_at: datetime, *, once: bool) -> str:
        """Carry a letter; with ``once`` a repetition of its key is dropped. Returns the id."""
        path = self._path(key)
        provider_id = f"SIM-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        content = json.dumps({"id": provider_id, "taken_at": called_at.isoformat()}).encode()
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        except FileExistsError:
            if not once:
                self._note(key)
            return provider_id
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        self._note(key)
        return provider_id

    def find(self, key: str) -> dict[str, Any] | None:
        try:
            text = self._path(key).read_text()
        except FileNotFoundError:
            return None
        # Empty: whoever took it died while writing; the letter lies there all the same.
        provider_id = f"SIM-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        found: dict[str, Any] = json.loads(text) if text else {"id": provider_id, "taken_at": ""}
        return found

    def carried(self) -> list[str]:
        """The keys of all letters that went out, one line each time."""
        ledger = self.folder / "ledger"
        return ledger.read_text().splitlines() if ledger.exists() else []

    def keys(self) -> Iterator[str]:
        for path in (self.folder / "letters").glob("*.json"):
            yield path.stem

    def _path(self, key: str) -> Path:
        return self.folder / "letters" / f"{key}.json"

    def _note(self, key: str) -> None:
        # One short write in append mode is one line, whoever else writes.
        with (self.folder / "ledger").open("a") as ledger:
            ledger.write(f"{key}\n")


class Simulator:
    """The carrier over that folder."""

    name = "simulator"
    label = _("simulator")
    electronic = False
    asked = True

    def __init__(
        self,
        office: PostOffice,
        moods: Moods | None = None,
        *,
        seed: int = 1,
        usual: tuple[Course, ...] = USUAL,
        secret: str = "",
    ) -> None:
        self.office = office
        self.moods = moods or Moods()
        self.usual = usual
        self.secret = secret
        self.repeats_known_for = timedelta(days=30) if self.moods.drops_repetitions else None
        self.can_find = self.moods.finds
        self._chance = random.Random(seed)

    def hand_over(self, parcel: Parcel) -> Taken:
        if self._is(self.moods.maintenance):
            raise NotTaken("maintenance")
        if self._is(self.moods.rejects):
            raise Rejected("the address is not known")
        if self._is(self.moods.silent_before):
            raise Unanswered("no answer")
        taken = self.office.take(parcel.key.hex, parcel.called_at, once=self.moods.drops_repetitions)
        if self._is(self.moods.silent_after):
            raise Unanswered("no answer")
        return Taken(taken, f"SIM{parcel.reference}")

    def find(self, parcel: Parcel) -> Taken | None:
        if not self.can_find or self._is(self.moods.blind):
            raise CannotTell("it does not say")
        found = self.office.find(parcel.key.hex)
        return None if found is None else Taken(found["id"], f"SIM{parcel.reference}")

    def look(self, parcel: Parcel, now: datetime) -> Looked:
        if self._is(self.moods.blind):
            raise CannotTell("it does not say")
        found = self.office.find(parcel.key.hex)
        if found is None:
            return Looked()
        taken_at = datetime.fromisoformat(found["taken_at"]) if found["taken_at"] else parcel.called_at
        happened = [(each.kind, taken_at + each.after) for each in self.usual if taken_at + each.after <= now]
        return Looked(
            news=tuple(News(kind, at, f"{kind}:{at.isoformat()}") for kind, at in happened),
            proofs=tuple(
                Proof(PROOFS[kind], _paper(f"{PROOFS[kind]} {found['id']}"), f"{PROOFS[kind]}.pdf")
                for kind, _at in happened
                if kind in PROOFS
            ),
        )

    def read_notice(self, received: Received, now: datetime) -> list[Notice]:
        return signed.read(received, self.secret, now)

    def notice(
        self, parcel: Parcel, kind: str, happened_at: datetime, told_at: datetime, **changes: str
    ) -> Any:
        """A webhook as this carrier would send it: headers and body."""
        event_id = f"{kind}:{happened_at.isoformat()}"
        body = json.dumps(
            {
                "type": f"letter.{kind}",
                "timestamp": happened_at.astimezone(UTC).isoformat(),
                "data": {"letter": parcel.provider_id, "key": parcel.key.hex, "event": event_id, **changes},
            }
        ).encode()
        digest = hmac.new(parcel.key.bytes, event_id.encode(), "sha256").digest()
        notice_id = f"msg_{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
        return signing.headers(self.secret, notice_id, told_at, body), body

    def _is(self, chance: float) -> bool:
        return chance > 0 and self._chance.random() < chance


def _paper(text: str) -> bytes:
    """A one-page PDF."""
    return printing.slip(text)
