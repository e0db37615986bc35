"""Sessions and absences in plain words: why a verdict is what it is, and which rule it rests on."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from mentoring.models import Ground, Session, SessionState
from rulebook.attendance import Verdict
from rulebook.words import Reader, Sentence, explain_facts, foretell_notice, spell_length
from students.words import refusal

__all__ = [
    "ADAPTED",
    "LABELS",
    "LABELS_TO_OTHERS",
    "RULES",
    "fact_rows",
    "facts_of",
    "foretell",
    "refusal",
    "rule_of",
    "spell",
    "streak_words",
    "why",
]

RULES: dict[str, str] = {
    Ground.TIMELY_NOTICE: gettext_noop(
        "Give notice with a reason at least %(notice)s before a session that you will miss."
    ),
    Ground.LATE_NOTICE: gettext_noop(
        "Give notice with a reason at least %(notice)s before a session that you will miss."
    ),
    Ground.LATE_ARRIVAL: gettext_noop("Join within %(lateness)s of the start."),
    Ground.NO_SHOW: gettext_noop("Join within %(lateness)s of the start, or give notice in time."),
    Ground.EXCEPTIONAL: gettext_noop(
        "Student Success can authorise an absence in exceptional circumstances, before or after it."
    ),
    SessionState.UNATTENDED: gettext_noop(
        "Where neither joined, nothing counts until Student Success has said what happened."
    ),
    SessionState.MENTOR_ABSENT: gettext_noop("A session that the mentor misses never counts against you."),
    SessionState.CANCELLED_BY_MENTOR: gettext_noop(
        "A session that the mentor cancels never counts against you."
    ),
    SessionState.CANCELLED_BY_SCHOOL: gettext_noop(
        "A session that the school cancels never counts against you."
    ),
}

LABELS = {
    "starts_at": gettext_lazy("Start of the session"),
    "notice_at": gettext_lazy("Your notice was received"),
    "student_joined_at": gettext_lazy("You joined"),
    "mentor_joined_at": gettext_lazy("Your mentor joined"),
    "ends_at": gettext_lazy("End of the session"),
    "notice_seconds": gettext_lazy("Notice asked for"),
    "lateness_seconds": gettext_lazy("Lateness allowed"),
    "stated_present": gettext_lazy("Stated by your mentor as present"),
    "adapted_rule": gettext_lazy("Adapted for you (2.4)"),
    "decided_by_person": gettext_lazy("Decided by a person"),
}
LABELS_TO_OTHERS = {
    "notice_at": gettext_lazy("The student's notice was received"),
    "student_joined_at": gettext_lazy("The student joined"),
    "mentor_joined_at": gettext_lazy("The mentor joined"),
    "stated_present": gettext_lazy("Stated by the mentor as present"),
    "adapted_rule": gettext_lazy("Adapted for the student (2.4)"),
}
ADAPTED = {
    "notice": gettext_lazy("notice of absence"),
    "lateness": gettext_lazy("lateness allowed"),
    "rescheduling": gettext_lazy("time to reschedule"),
}


def facts_of(session: Session) -> dict[str, Any]:
    """The facts of a session's verdict, as they were kept with it."""
    found = json.loads(session.facts or "{}")
    return found if isinstance(found, dict) else {}


def spell(sentence: Sentence) -> str:
    """A sentence of the rule book in the reader's language."""
    text, params = sentence
    return _(text) % params if params else _(text)


def why(session: Session, reader: Reader = Reader.STUDENT) -> str:
    """One sentence on what became of a session and why."""
    return spell(explain_facts(session.state, session.ground, facts_of(session), reader))


def foretell(verdict: Verdict) -> str:
    """What a notice would lead to, told before it is sent."""
    return spell(foretell_notice(verdict))


def rule_of(session: Session) -> str:
    """The rule that a verdict rests on, in a sentence to the student; empty where there is none to tell."""
    text = RULES.get(session.ground or session.state)
    if text is None:
        return ""
    facts = facts_of(session)
    lengths = {
        name: spell_length(facts[f"{name}_seconds"])
        for name in ("notice", "lateness")
        if isinstance(facts.get(f"{name}_seconds"), int)
    }
    try:
        return _(text) % lengths
    except KeyError:  # decided by a person: no length of time was looked at
        return ""


def fact_rows(session: Session, reader: Reader = Reader.STUDENT) -> list[tuple[str, Any]]:
    """The facts of a verdict as (label, value), instants as datetimes, in the order in which they are told."""
    labels = LABELS if reader is Reader.STUDENT else LABELS | LABELS_TO_OTHERS
    facts = facts_of(session)
    rows: list[tuple[str, Any]] = []
    for name, label in labels.items():
        if name not in facts:
            continue
        value = facts[name]
        if name.endswith("_at"):
            value = datetime.fromisoformat(value)
        elif name.endswith("_seconds"):
            value = spell_length(value, to_the_second=True)
        elif name == "adapted_rule":
            value = ADAPTED.get(value, value)
        rows.append((str(label), value))
    return rows


def streak_words(count: int, remaining: int) -> str:
    """Where the student stands with the absences in a row, and what follows (A9)."""
    if count == 0:
        return _("You have no unauthorised absence in a row.")
    so_far = ngettext(
        "You have %(n)d unauthorised absence that counts now.",
        "You have %(n)d unauthorised absences in a row.",
        count,
    ) % {"n": count}
    then = ngettext(
        "%(n)d more without a session held in between opens a case before the Disciplinary Board.",
        "%(n)d more without a session held in between open a case before the Disciplinary Board.",
        remaining,
    ) % {"n": remaining}
    return f"{so_far} {then}"
