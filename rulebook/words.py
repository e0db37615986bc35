"""Verdicts in plain sentences: a translatable text with ``%(name)s`` places, and what fills them.

The sentence stands in front and the law behind: what was decided, for which fact, and what the rule asks.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from rulebook.attendance import Ground, Outcome, Verdict
from rulebook.marking import gettext_noop

Sentence = tuple[str, dict[str, str]]


class Reader(StrEnum):
    """Whom a sentence speaks to: the student, or somebody who reads about the student."""

    STUDENT = "student"
    OTHER = "other"


# What became of a session in a few words, by ground where there is one.
TITLES: dict[str, str] = {
    Outcome.SCHEDULED: gettext_noop("Scheduled"),
    Outcome.HELD: gettext_noop("Held"),
    Outcome.AUTHORISED_ABSENCE: gettext_noop("Authorised absence"),
    Outcome.UNAUTHORISED_ABSENCE: gettext_noop("Unauthorised absence"),
    Outcome.UNATTENDED: gettext_noop("Unattended: to be clarified"),
    Outcome.MENTOR_ABSENT: gettext_noop("Mentor absent"),
    Outcome.CANCELLED_BY_MENTOR: gettext_noop("Cancelled by the mentor"),
    Outcome.CANCELLED_BY_SCHOOL: gettext_noop("Cancelled by the school"),
    Ground.TIMELY_NOTICE: gettext_noop("Authorised absence: notice in time"),
    Ground.EXCEPTIONAL_CIRCUMSTANCE: gettext_noop("Authorised absence: exceptional circumstance"),
    Ground.LATE_NOTICE: gettext_noop("Unauthorised absence: late notice"),
    Ground.LATE_ARRIVAL: gettext_noop("Unauthorised absence: late arrival"),
    Ground.NO_SHOW: gettext_noop("Unauthorised absence: no-show"),
}

_TO_STUDENT: dict[str, str] = {
    Outcome.SCHEDULED: gettext_noop("This session is still to come."),
    Outcome.HELD: gettext_noop("This session was held."),
    Outcome.UNATTENDED: gettext_noop(
        "Neither you nor your mentor had joined within %(rule)s of the start. "
        "This does not count against you until somebody has said what happened."
    ),
    Outcome.MENTOR_ABSENT: gettext_noop(
        "You were there and your mentor was not. This does not count against you."
    ),
    Outcome.CANCELLED_BY_MENTOR: gettext_noop(
        "Your mentor cancelled this session. It does not count against you."
    ),
    Outcome.CANCELLED_BY_SCHOOL: gettext_noop(
        "The school cancelled this session. It does not count against you."
    ),
    Ground.TIMELY_NOTICE: gettext_noop(
        "This absence is authorised because your notice came %(early)s before the start "
        "(3.2 asks for %(rule)s)."
    ),
    Ground.EXCEPTIONAL_CIRCUMSTANCE: gettext_noop(
        "This absence is authorised because Student Success accepted an exceptional circumstance (3.2)."
    ),
    Ground.LATE_NOTICE: gettext_noop(
        "This absence is unauthorised because your notice came %(early)s before the start "
        "(3.2 asks for %(rule)s)."
    ),
    Ground.LATE_ARRIVAL: gettext_noop(
        "This absence is unauthorised because you joined %(late)s after the start (3.2 allows %(rule)s)."
    ),
    Ground.NO_SHOW: gettext_noop(
        "This absence is unauthorised because you did not join the session "
        "(3.2 allows %(rule)s after the start)."
    ),
}

_TO_STUDENT_ADAPTED: dict[str, str] = {
    Ground.TIMELY_NOTICE: gettext_noop(
        "This absence is authorised because your notice came %(early)s before the start "
        "(your adapted programme, 2.4, asks for %(rule)s)."
    ),
    Ground.LATE_NOTICE: gettext_noop(
        "This absence is unauthorised because your notice came %(early)s before the start "
        "(your adapted programme, 2.4, asks for %(rule)s)."
    ),
    Ground.LATE_ARRIVAL: gettext_noop(
        "This absence is unauthorised because you joined %(late)s after the start "
        "(your adapted programme, 2.4, allows %(rule)s)."
    ),
    Ground.NO_SHOW: gettext_noop(
        "This absence is unauthorised because you did not join the session "
        "(your adapted programme, 2.4, allows %(rule)s after the start)."
    ),
}

_TO_OTHERS: dict[str, str] = _TO_STUDENT | {
    Outcome.UNATTENDED: gettext_noop(
        "Neither the student nor the mentor had joined within %(rule)s of the start. "
        "This does not count against the student until somebody has said what happened."
    ),
    Outcome.MENTOR_ABSENT: gettext_noop(
        "The student was there and the mentor was not. This does not count against the student."
    ),
    Outcome.CANCELLED_BY_MENTOR: gettext_noop(
        "The mentor cancelled this session. It does not count against the student."
    ),
    Outcome.CANCELLED_BY_SCHOOL: gettext_noop(
        "The school cancelled this session. It does not count against the student."
    ),
    Ground.TIMELY_NOTICE: gettext_noop(
        "This absence is authorised because the student's notice came %(early)s before the start "
        "(3.2 asks for %(rule)s)."
    ),
    Ground.LATE_NOTICE: gettext_noop(
        "This absence is unauthorised because the student's notice came %(early)s before the start "
        "(3.2 asks for %(rule)s)."
    ),
    Ground.LATE_ARRIVAL: gettext_noop(
        "This absence is unauthorised because the student joined %(late)s after the start "
        "(3.2 allows %(rule)s)."
    ),
    Ground.NO_SHOW: gettext_noop(
        "This absence is unauthorised because the student did not join the session "
        "(3.2 allows %(rule)s after the start)."
    ),
}

_TO_OTHERS_ADAPTED: dict[str, str] = {
    Ground.TIMELY_NOTICE: gettext_noop(
        "This absence is authorised because the student's notice came %(early)s before the start "
        "(their adapted programme, 2.4, asks for %(rule)s)."
    ),
    Ground.LATE_NOTICE: gettext_noop(
        "This absence is unauthorised because the student's notice came %(early)s before the start "
        "(their adapted programme, 2.4, asks for %(rule)s)."
    ),
    Ground.LATE_ARRIVAL: gettext_noop(
        "This absence is unauthorised because the student joined %(late)s after the start "
        "(their adapted programme, 2.4, allows %(rule)s)."
    ),
    Ground.NO_SHOW: gettext_noop(
        "This absence is unauthorised because the student did not join the session "
        "(their adapted programme, 2.4, allows %(rule)s after the start)."
    ),
}

# Where people decided, no join stands behind the verdict.
_BY_PEOPLE_TO_STUDENT: dict[str, str] = {
    Ground.NO_SHOW: gettext_noop(
        "This absence is unauthorised because Student Success found that you were not there (3.2)."
    ),
    Outcome.MENTOR_ABSENT: gettext_noop(
        "Student Success found that your mentor was not there. This does not count against you."
    ),
}

_BY_PEOPLE_TO_OTHERS: dict[str, str] = {
    Ground.NO_SHOW: gettext_noop(
        "This absence is unauthorised because Student Success found that the student was not there (3.2)."
    ),
    Outcome.MENTOR_ABSENT: gettext_noop(
        "Student Success found that the mentor was not there. This does not count against the student."
    ),
}

_BEFORE_SENDING: dict[str, str] = {
    Ground.TIMELY_NOTICE: gettext_noop(
        "If you send this now, the absence will be authorised: it is %(early)s before the start, "
        "and the rule asks for %(rule)s."
    ),
    Ground.EXCEPTIONAL_CIRCUMSTANCE: gettext_noop(
        "If you send this now, the absence will be authorised: "
        "Student Success accepted an exceptional circumstance for this session."
    ),
    Ground.LATE_NOTICE: gettext_noop(
        "If you send this now, the absence will be unauthorised: it is %(early)s before the start, "
        "and the rule asks for %(rule)s."
    ),
}


def explain(verdict: Verdict, reader: Reader = Reader.STUDENT) -> Sentence:
    """A verdict as a sentence: (text to translate, what fills it)."""
    return explain_facts(verdict.outcome, verdict.ground, dict(verdict.facts), reader)


def explain_facts(
    outcome: str, ground: str, facts: Mapping[str, object], reader: Reader = Reader.STUDENT
) -> Sentence:
    """The same from what the record keeps; where facts are missing, only what was decided."""
    to_student = reader is Reader.STUDENT
    text_of = dict(_TO_STUDENT if to_student else _TO_OTHERS)
    if facts.get("adapted_rule"):
        text_of |= _TO_STUDENT_ADAPTED if to_student else _TO_OTHERS_ADAPTED
    if facts.get("decided_by_person"):
        text_of |= _BY_PEOPLE_TO_STUDENT if to_student else _BY_PEOPLE_TO_OTHERS
    key = ground or outcome
    return _filled(text_of.get(key, TITLES[outcome]), TITLES[key], facts)


def foretell_notice(verdict: Verdict) -> Sentence:
    """What a notice would lead to, told before it is sent."""
    return _filled(_BEFORE_SENDING[verdict.ground], TITLES[verdict.ground], dict(verdict.facts))


def spell_length(seconds: int, *, to_the_second: bool = False) -> str:
    """A length of time in units that every language writes alike.

    >>> spell_length(85_200), spell_length(86_399), spell_length(86_399, to_the_second=True)
    ('23 h 40 min', '23 h 59 min', '23 h 59 min 59 s')
    """
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    told = [f"{hours} h"] if hours else []
    told += [f"{minutes} min"] if minutes else []
    if left and (to_the_second or not told):
        told.append(f"{left} s")
    return " ".join(told) or "0 s"


def _filled(text: str, short: str, facts: Mapping[str, object]) -> Sentence:
    params = _params(facts)
    try:
        text % params
    except KeyError:
        return short, {}
    return text, {name: value for name, value in params.items() if f"%({name})s" in text}


def _params(facts: Mapping[str, object]) -> dict[str, str]:
    """How early, how late, and what the rule asks; to the second where minutes would look like the limit."""
    rule = facts.get("notice_seconds") or facts.get("lateness_seconds")
    starts_at, notice_at, joined_at = (
        datetime.fromisoformat(value) if isinstance(value := facts.get(name), str) else None
        for name in ("starts_at", "notice_at", "student_joined_at")
    )
    params: dict[str, str] = {}
    if not isinstance(rule, int):
        return params
    params["rule"] = spell_length(rule, to_the_second=True)
    if starts_at and notice_at:
        # Rounded down: just under 24 h must not read "24 h".
        early = (starts_at - notice_at) // timedelta(seconds=1)
        params["early"] = spell_length(early, to_the_second=abs(early - rule) < 60)
    if starts_at and joined_at:
        # Rounded up: just over 15 min must not read "15 min".
        late = -((starts_at - joined_at) // timedelta(seconds=1))
        params["late"] = spell_length(max(late, 0), to_the_second=abs(late - rule) < 60)
    return params
