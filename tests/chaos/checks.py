"""What was found in the end against what must be there: every difference in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import TypeVar

from discipline.models import Case
from mentoring.models import Absence, Notice, Session, StreakAbsence
from record.models import Entry, Message
from record.verify import Verification

from .school import Expected

MOST_SHOWN = 5
Key = TypeVar("Key", bound=Hashable)


def differences(expected: Expected) -> Iterator[str]:
    """Everything lost, doubled or wrong; nothing when all is as it must be."""
    yield from _sessions(expected)
    absences = Counter(Absence.objects.filter(withdrawn_at__isnull=True).values_list("session_id", flat=True))
    yield from _compare("absence of session", Counter(expected.absences), absences)
    yield from _entries(expected)
    messages = Counter(Message.objects.values_list("recipient_id", "kind"))
    yield from _compare("message", expected.messages, messages)
    unsent = Message.objects.exclude(state=Message.State.SENT).count()
    if unsent:
        yield f"{unsent} message(s) not sent"
    yield from _cases(expected)
    notices = Counter(Notice.objects.values_list("session_id", flat=True))
    yield from _compare("notice", Counter(pk for _, pk in expected.notices), notices)
    for finding in Verification().findings():
        yield f"verify_record: {finding.what}, {finding.where}: {finding.how}"


def emails(folder: Path) -> tuple[int, int]:
    """How many different e-mails went out, and how many again with the same Message-ID."""
    found: Counter[str] = Counter()
    for path in folder.glob("*"):
        if path.is_file():
            found.update(
                re.findall(r"^Message-ID:\s*(<[^>]+>)", path.read_text(errors="replace"), re.M | re.I)
            )
    return len(found), found.total() - len(found)


def _sessions(expected: Expected) -> Iterator[str]:
    found = {
        pk: (state, ground, decided_at)
        for pk, state, ground, decided_at in Session.objects.values_list(
            "pk", "state", "ground", "decided_at"
        )
    }
    wrong = [pk for pk, verdict in expected.sessions.items() if found.get(pk) != verdict]
    for pk in wrong[:MOST_SHOWN]:
        yield f"session {pk}: expected {expected.sessions[pk]}, found {found.get(pk)}"
    for _, pk in expected.notices:
        if found[pk][:2] != ("unauthorised_absence", "late_notice"):
            yield f"session {pk}: its notice is lost, found {found[pk]}"
    if len(wrong) > MOST_SHOWN:
        yield f"… and {len(wrong) - MOST_SHOWN} more sessions"


def _entries(expected: Expected) -> Iterator[str]:
    found: Counter[tuple[str, str]] = Counter()
    for about, kind, subject in Entry.objects.values_list("about", "kind", "chain__subject_id"):
        # Cases get their numbers as they open: they are told apart by whose they are.
        found[f"student:{subject}" if kind == "case_opened" else about, kind] += 1
    yield from _compare("entry", expected.entries, found)


def _cases(expected: Expected) -> Iterator[str]:
    found = dict(Case.objects.values_list("enrolment_id", "opened_at"))
    if Case.objects.count() != len(expected.cases):
        yield f"{Case.objects.count()} cases instead of {len(expected.cases)}"
    if found != expected.cases:
        yield "cases of other enrolments, or dated otherwise, than expected"
    if StreakAbsence.objects.filter(released_at__isnull=True).count() != 3 * len(expected.cases):
        yield "streaks that do not hold three absences each"


def _compare(what: str, expected: Counter[Key], found: Counter[Key]) -> Iterator[str]:
    lost, more = expected - found, found - expected
    for word, counts in (("lost", lost), ("too many", more)):
        for key, count in list(counts.items())[:MOST_SHOWN]:
            yield f"{what} {key}: {count} {word}"
        if len(counts) > MOST_SHOWN:
            yield f"… {what}: {counts.total()} {word} in all"
