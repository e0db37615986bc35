"""Letters for tests: a person, an address, a carrier that misbehaves on demand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from record.letters import services
from record.letters.printing import Part, Words
from record.letters.types import Address
from record.models import Letter

NOW = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ADDRESS = Address("Ada Example", ("1 Example Street",), "75000", "Example", email="ada@example.org")
WORDS = Words(
    "Decision of the Disciplinary Board",
    (Part("What was decided", ("A warning.",)), Part("Why", ("It says *so*: #panic() $x$.",))),
    facts=(("Student", "Ada Example"),),
    signatures=("The Head of Learning",),
)


def make_letter(
    occasion: str = "decision:1", *, subject: Any = None, now: datetime = NOW, **changes: Any
) -> Letter:
    """A letter whose window opens two days from now."""
    wanted: dict[str, Any] = {
        "words": WORDS,
        "template": "test",
        "address": ADDRESS,
        "recipient": subject,
        "subject": subject,
        "about": "discipline.decision:1",
        "earliest_at": now + 2 * DAY,
        "escalates_at": now + 10 * DAY,
        "latest_at": now + 16 * DAY,
        "zone": "Europe/Paris",
        "now": now,
        **changes,
    }
    return services.prepare_letter(occasion=occasion, **wanted)
