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
from django.utils.translation import pgettext

from accounts.models import User
from rulebook.words import TITLES, Reader, explain_facts

from .kinds import CAUSES, GRAVE, KINDS, VERDICTS
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


def tell(entry: Entry, *, reader: User, own: bool = True) -> Told:
    """An entry in the reader's language; ``own``: the reader is the person whom it is about."""
    facts = instants(json.loads(entry.payload)) if entry.payload else {}
    if entry.kind in VERDICTS:
        icon, outcome = VERDICTS[entry.kind]
        title, sentences = _verdict({"outcome": outcome, **facts}, own)
        return Told(entry, title, sentences, _who(entry, reader), icon)
    words = KINDS.get(_variant(entry.kind, facts)) or KINDS.get(entry.kind)
    if words is None:
        # A kind that this version has no words for: its name is better than silence.
        name = entry.kind.replace("_", " ").capitalize()
        return Told(entry, name, (), _who(entry, reader), "circle-dot")
    text = words.to_subject if own or not words.to_others else words.to_others
    return Told(entry, _(words.title), _sentence(text, facts), _who(entry, reader), words.icon)


def _variant(kind: str, facts: Params) -> str:
    if isinstance(facts.get("outcome"), str):
        return f"{kind}:{facts['outcome']}"
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
    if name == "why" and isinstance(value, str) and value:
        return _(value)  # a text of the platform's own
    if (name.endswith("_on") or name in ("valid_from", "valid_until")) and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _verdict(facts: dict[str, Any], own: bool) -> tuple[str, tuple[Sentence, ...]]:
    """A verdict's title and sentences: which session, why, and what it replaced."""
    outcome, ground = str(facts["outcome"]), str(facts.get("ground", "") or "")
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
    if (cause := CAUSES.get(str(facts.get("cause", "")))) and (before or outcome.startswith("cancelled")):
        sentences.append(Sentence(_("What brought it about: %(cause)s."), {"cause": _(cause)}))
    return _(TITLES[key]), tuple(sentences)


def _who(entry: Entry, reader: User) -> str:
    if entry.actor_id is None:
        return pgettext("who decided", "The platform")
    if entry.actor_id == reader.pk:
        return pgettext("who decided", "You")
    return str(entry.actor)
