"""Entries of the record in plain words: one sentence for each kind, to the person it is about or to others.

The words stand here and the facts in the entry: a sentence names a fact by its key, instants are filled in
by whoever shows it, in the reader's time zone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from accounts.models import User
from rulebook.words import TITLES, Reader, explain_facts

from .models import Entry
from .rendering import instants

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A translated text with the facts that fill its ``%(name)s`` places; instants are datetimes."""

    text: str
    params: Params

    def fill(self, spell: Callable[[Any], str]) -> str:
        if not self.params:
            return self.text
        return self.text % {name: spell(value) for name, value in self.params.items()}


@dataclass(frozen=True, slots=True)
class Words:
    """How a kind of entry is told: a title, a sentence to the person it is about, and one to others."""

    title: str
    to_subject: str
    to_others: str = ""
    icon: str = "circle-check"


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as people read it."""

    entry: Entry
    title: str
    sentences: tuple[Sentence, ...]
    who: str
    icon: str

    @property
    def tone(self) -> str:
        """bad for what counts against the person, muted for the rest."""
        return "bad" if self.entry.kind in GRAVE else "muted"

    @property
    def text(self) -> Told:
        """What the timeline piece shows of a step."""
        return self

    @property
    def at(self) -> datetime:
        return self.entry.happened_at

    @property
    def clause(self) -> str:
        return self.entry.clause

    @property
    def policy(self) -> str:
        return self.entry.policy_id

    @property
    def session_id(self) -> int | None:
        """The session that the entry is about, if it is about one."""
        kind, _colon, pk = self.entry.about.partition(":")
        return int(pk) if kind == "mentoring.session" and pk.isdigit() else None

    def fill(self, spell: Callable[[Any], str]) -> str:
        """The sentences, with instants and days as ``spell`` writes them."""
        return " ".join(sentence.fill(spell) for sentence in self.sentences)

    def plain(self) -> str:
        """The sentences with instants in ISO form."""
        return self.fill(_iso)


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


# What became of a session; the sentence comes from the rule book.
VERDICTS = {
    "session_held": "circle-check",
    "absence_authorised": "circle",
    "absence_unauthorised": "circle-x",
    "session_unattended": "circle-question-mark",
    "mentor_absent": "user-x",
    "session_cancelled": "calendar-x",
}

GRAVE = {"absence_unauthorised", "rescheduling_breach", "three_absences", "case_opened"}

KINDS: dict[str, Words] = {
    "three_absences": Words(
        gettext_noop("Three unauthorised absences in a row"),
        gettext_noop("Three unauthorised absences in a row: the policy asks the Disciplinary Board to look."),
        icon="triangle-alert",
    ),
    "streak_undone": Words(
        gettext_noop("The absences in a row no longer stand"),
        gettext_noop("A correction changed one of the three absences, so they no longer stand in a row."),
        icon="undo-2",
    ),
    "case_opened": Words(
        gettext_noop("A case before the Disciplinary Board was opened"),
        gettext_noop("Three unauthorised absences in a row opened a case before the Disciplinary Board."),
        icon="gavel",
    ),
    "case_withdrawn": Words(
        gettext_noop("The case was withdrawn"),
        gettext_noop("The case was withdrawn because the three absences in a row no longer stand."),
        icon="undo-2",
    ),
    "presence_stated": Words(
        gettext_noop("The mentor said who was there"),
        gettext_noop("About the session of %(starts_at)s, your mentor stated whether you were there."),
        gettext_noop("About the session of %(starts_at)s, the mentor stated whether the student was there."),
        icon="user-check",
    ),
    "presence_stated:present": Words(
        gettext_noop("The mentor said that the student was there"),
        gettext_noop("Your mentor stated that you were at the session of %(starts_at)s from %(arrived_at)s."),
        gettext_noop(
            "The mentor stated that the student was at the session of %(starts_at)s from %(arrived_at)s."
        ),
        icon="user-check",
    ),
    "presence_stated:absent": Words(
        gettext_noop("The mentor said that the student was not there"),
        gettext_noop("Your mentor stated that you were not at the session of %(starts_at)s."),
        gettext_noop("The mentor stated that the student was not at the session of %(starts_at)s."),
        icon="user-x",
    ),
    "exception_authorised": Words(
        gettext_noop("An exceptional circumstance was accepted"),
        gettext_noop(
            "Student Success accepted an exceptional circumstance for the session of %(starts_at)s: %(reason)s"
        ),
        icon="shield",
    ),
    "absence_contested": Words(
        gettext_noop("The absence was contested"),
        gettext_noop("You contested the absence of %(starts_at)s: “%(statement)s”"),
        gettext_noop("The student contested the absence of %(starts_at)s: “%(statement)s”"),
        icon="scale",
    ),
    "contest_decided:rejected": Words(
        gettext_noop("The contest was decided: the absence stands"),
        gettext_noop("The absence of %(starts_at)s stands as it was: %(reasons)s"),
        icon="scale",
    ),
    "contest_decided:authorised": Words(
        gettext_noop("The contest was decided: the absence is authorised"),
        gettext_noop("The absence of %(starts_at)s is authorised: %(reasons)s"),
        icon="scale",
    ),
    "contest_decided:present": Words(
        gettext_noop("The contest was decided: there was no absence"),
        gettext_noop("You were at the session of %(starts_at)s in time: %(reasons)s"),
        gettext_noop("The student was at the session of %(starts_at)s in time: %(reasons)s"),
        icon="scale",
    ),
    "contest_decided:not_counted": Words(
        gettext_noop("The contest was decided: the session does not count"),
        gettext_noop("The session of %(starts_at)s does not count: %(reasons)s"),
        icon="scale",
    ),
    "reasons_given": Words(
        gettext_noop("Reasons were given"),
        gettext_noop("You gave your mentor the reasons of the absence of %(starts_at)s: “%(reasons)s”"),
        gettext_noop(
            "The student gave the mentor the reasons of the absence of %(starts_at)s: “%(reasons)s”"
        ),
        icon="message-square-text",
    ),
    "rescheduling_breach": Words(
        gettext_noop("Reasons or another session were missing after 48 hours"),
        gettext_noop(
            "After the absence of %(starts_at)s, your reasons and another session were due by "
            "%(rescheduling_due_at)s. They were not both there, which is a breach of 3.2."
        ),
        gettext_noop(
            "After the absence of %(starts_at)s, reasons and another session were due by "
            "%(rescheduling_due_at)s. They were not both there, which is a breach of 3.2."
        ),
        icon="circle-x",
    ),
    "rescheduling_waits": Words(
        gettext_noop("Booking another session waits"),
        gettext_noop(
            "After the absence of %(starts_at)s, your mentor had no free time to offer: there is no breach, "
            "and the booking waits."
        ),
        gettext_noop(
            "After the absence of %(starts_at)s, the mentor had no free time to offer: there is no breach, "
            "and the booking waits."
        ),
        icon="clock",
    ),
    "enrolment_made": Words(
        gettext_noop("The training was entered"),
        gettext_noop("You were enrolled on %(path)s, from %(starts_on)s to %(ends_on)s."),
        gettext_noop("The student was enrolled on %(path)s, from %(starts_on)s to %(ends_on)s."),
        icon="graduation-cap",
    ),
    "enrolment_dates_changed": Words(
        gettext_noop("The dates of the training changed"),
        gettext_noop("Your training on %(path)s now runs from %(starts_on)s to %(ends_on)s."),
        gettext_noop("The training on %(path)s now runs from %(starts_on)s to %(ends_on)s."),
        icon="calendar-range",
    ),
    "enrolment_ended": Words(
        gettext_noop("The training ended"),
        gettext_noop("Your training on %(path)s ended on %(ended_on)s."),
        gettext_noop("The training on %(path)s ended on %(ended_on)s."),
        icon="flag",
    ),
    "mentorship_started": Words(
        gettext_noop("A mentor was assigned"),
        gettext_noop("A mentor was assigned to you for a weekly session."),
        gettext_noop("A mentor was assigned for a weekly session."),
        icon="users",
    ),
    "mentorship_ended": Words(
        gettext_noop("A mentorship ended"),
        gettext_noop("Your weekly sessions with this mentor end on %(ends_on)s."),
        gettext_noop("The weekly sessions with this mentor end on %(ends_on)s."),
        icon="users",
    ),
    "session_booked": Words(
        gettext_noop("Another session was booked"),
        gettext_noop("A session was booked for %(starts_at)s."),
        icon="calendar-plus",
    ),
    "availability_set": Words(
        gettext_noop("Weekly hours were changed"),
        gettext_noop("Your weekly hours were changed."),
        gettext_noop("The mentor's weekly hours were changed."),
        icon="calendar-clock",
    ),
    "time_off_added": Words(
        gettext_noop("Time off was entered"),
        gettext_noop("Time off from %(starts_at)s to %(ends_at)s."),
        icon="calendar-off",
    ),
    "time_off_withdrawn": Words(
        gettext_noop("Time off was withdrawn"),
        gettext_noop("The time off from %(starts_at)s to %(ends_at)s was withdrawn."),
        icon="calendar-check",
    ),
    "mentor_left": Words(
        gettext_noop("The mentor left"),
        gettext_noop("You no longer mentor here as of %(left_on)s."),
        gettext_noop("The mentor no longer mentors here as of %(left_on)s."),
        icon="log-out",
    ),
}

CAUSES = {
    "notice": gettext_noop("a notice of absence"),
    "late_join": gettext_noop("the actual time at which the link was opened"),
    "statement": gettext_noop("the mentor's statement"),
    "exception": gettext_noop("an exceptional circumstance"),
    "contest": gettext_noop("a contest that was upheld"),
    "report": gettext_noop("a video-conference report"),
    "resolution": gettext_noop("Student Success's word on what happened"),
}


def tell(entry: Entry, *, reader: User, own: bool = True) -> Told:
    """An entry in the reader's language; ``own``: the reader is the person whom it is about."""
    facts = instants(json.loads(entry.payload)) if entry.payload else {}
    if entry.kind in VERDICTS:
        title, sentences = _verdict(facts, own)
        return Told(entry, title, sentences, _who(entry, reader), VERDICTS[entry.kind])
    words = KINDS.get(_variant(entry.kind, facts)) or KINDS.get(entry.kind)
    if words is None:
        # A kind that this version has no words for: its name is better than silence.
        name = entry.kind.replace("_", " ").capitalize()
        return Told(entry, name, (), _who(entry, reader), "circle-dot")
    text = words.to_subject if own or not words.to_others else words.to_others
    return Told(entry, _(words.title), _sentence(text, facts), _who(entry, reader), words.icon)


def _variant(kind: str, facts: Params) -> str:
    if kind == "contest_decided":
        return f"{kind}:{facts.get('outcome')}"
    if kind == "presence_stated" and isinstance(facts.get("present"), bool):
        return f"{kind}:{'present' if facts['present'] else 'absent'}"
    return kind


def _sentence(text: str, facts: Params) -> tuple[Sentence, ...]:
    """The sentence with the facts that it names; none where one of them was not kept."""
    names = {name for name in facts if f"%({name})s" in text}
    params = {name: _day(name, facts[name]) for name in names}
    try:
        text % params
    except KeyError:
        return ()
    return (Sentence(_(text), params),)


def _day(name: str, value: Any) -> Any:
    if name.endswith("_on") and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _verdict(facts: dict[str, Any], own: bool) -> tuple[str, tuple[Sentence, ...]]:
    """A verdict's title and sentences: which session, why, and what it replaced."""
    outcome, ground = str(facts.get("outcome", "")), str(facts.get("ground", "") or "")
    key = ground if ground in TITLES else outcome
    if key not in TITLES:
        return outcome.replace("_", " ").capitalize(), ()
    raw = {name: _iso(value) if isinstance(value, datetime) else value for name, value in facts.items()}
    text, params = explain_facts(outcome, ground, raw, Reader.STUDENT if own else Reader.OTHER)
    sentences = []
    if isinstance(facts.get("starts_at"), datetime):
        sentences.append(Sentence(_("Session of %(starts_at)s."), {"starts_at": facts["starts_at"]}))
    sentences.append(Sentence(_(text) % params if params else _(text), {}))
    if isinstance(facts.get("reason"), str) and facts["reason"]:
        sentences.append(Sentence(_("Reason: “%(reason)s”"), {"reason": facts["reason"]}))
    before = str(facts.get("previous_ground") or facts.get("previous_outcome") or "")
    if before in TITLES:
        sentences.append(Sentence(_("Before, it stood as: %(before)s."), {"before": _(TITLES[before])}))
        if cause := CAUSES.get(str(facts.get("cause", ""))):
            sentences.append(Sentence(_("What changed it: %(cause)s."), {"cause": _(cause)}))
    return _(TITLES[key]), tuple(sentences)


def _who(entry: Entry, reader: User) -> str:
    if entry.actor_id is None:
        return pgettext("who decided", "The platform")
    if entry.actor_id == reader.pk:
        return pgettext("who decided", "You")
    return str(entry.actor)
