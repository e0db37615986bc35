"""What penalties bring (4.2, PL): when one takes effect, how long a suspension and a ban last.

Days are local to the training, first and last day both included. A calendar month or year from a day ends on the
day before the same day of the month later; where that month has no such day, it ends with the month. So does
31 January: on the last day of February.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from rulebook.dates import local_date, local_instant, utc
from rulebook.decisions import Measure
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.terms import PenaltyTerms

CLAUSE = "4.2"
DISCONTINUATION_CLAUSE = "PL"
MONTHS_OF_A_YEAR = 12


class EffectRule(StrEnum):
    """By what a penalty took effect."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    PRESENTED = "presented"
    SET_BY_HEAD = "set_by_head"
    ON_SENDING = "on_sending"


ENDING = frozenset({Measure.EXCLUSION, Measure.DISCONTINUATION})
"""The measures that end a training and ban from every other."""


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, the first and the last included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Effect:
    """The instant at which a penalty takes effect, and by what."""

    at: datetime
    rule: EffectRule


def last_day(first: date, months: int) -> date:
    """The last day of so many calendar months that begin with ``first``.

    >>> last_day(date(2026, 3, 15), 1), last_day(date(2026, 2, 1), 1)
    (datetime.date(2026, 4, 14), datetime.date(2026, 2, 28))
    >>> last_day(date(2026, 1, 31), 1), last_day(date(2028, 1, 31), 1)  # 2028 is a leap year
    (datetime.date(2026, 2, 28), datetime.date(2028, 2, 29))
    >>> last_day(date(2028, 2, 29), 12), last_day(date(2027, 3, 1), 12)
    (datetime.date(2029, 2, 28), datetime.date(2028, 2, 29))
    """
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    days = calendar.monthrange(year, month)[1]
    if first.day > days:
        return date(year, month, days)
    return date(year, month, first.day) - timedelta(days=1)


def suspension_days(effective_at: datetime, zone: str, terms: PenaltyTerms) -> Span:
    """The days of a suspension: a calendar month, begun on the local day on which it takes effect (B7)."""
    first = local_date(effective_at, zone)
    return Span(first, last_day(first, terms.suspension))


def ban_days(measure: Measure, effective_at: datetime, zone: str, terms: PenaltyTerms) -> Span | None:
    """The days on which no new training may begin (B7), or None for a measure that bans from nothing."""
    years = {
        Measure.EXCLUSION: terms.exclusion_ban,
        Measure.DISCONTINUATION: terms.discontinuation_ban,
    }.get(measure)
    if years is None:
        return None
    first = local_date(effective_at, zone)
    return Span(first, last_day(first, years * MONTHS_OF_A_YEAR))


def over_at(last: date, zone: str) -> datetime:
    """The first instant after a last day: a suspension lifts then, and a ban refuses nobody any more (B9)."""
    return local_instant(last + timedelta(days=1), time(0), zone)


def begins_at(first: date, zone: str) -> datetime:
    """The first instant of a local day."""
    return local_instant(first, time(0), zone)


def takes_effect(
    *,
    delivered_at: datetime | None = None,
    refused_at: datetime | None = None,
    presented_at: datetime | None = None,
    set_at: datetime | None = None,
) -> Effect | None:
    """When a penalty that needs the letter takes effect (B7), or None while nothing says so.

    By the letter's receipt: it was delivered, refused or first presented, whichever came first. A day that the
    Head of Learning set counts where no receipt came before it.

    >>> takes_effect() is None
    True
    """
    known = {
        EffectRule.DELIVERED: delivered_at,
        EffectRule.REFUSED: refused_at,
        EffectRule.PRESENTED: presented_at,
        EffectRule.SET_BY_HEAD: set_at,
    }
    found = [Effect(utc(instant), rule) for rule, instant in known.items() if instant is not None]
    return min(found, key=lambda effect: effect.at, default=None)  # of two at once, the one named first


def check_set_day(day: date, *, now: datetime, zone: str, late_at: datetime, has_receipt: bool) -> datetime:
    """The instant at which a penalty takes effect on a day that the Head of Learning sets (B7).

    ``late_at`` is the first instant after day 15. Raises ``RuleError`` on ``day``: with a receipt the letter's own
    instant counts; before day 15 is over one waits
    for it; and nothing takes effect before it was decided that it does.
    """
    if has_receipt:
        raise RuleError(
            "day", CLAUSE, gettext_noop("The letter has its receipt: the penalty is in effect by it.")
        )
    if utc(now) < utc(late_at):
        raise RuleError(
            "day",
            CLAUSE,
            gettext_noop("The letter may still be received: a day can be set once day 15 has passed."),
        )
    today = local_date(now, zone)
    if day < today:
        raise RuleError("day", CLAUSE, gettext_noop("A penalty takes effect today at the earliest."))
    return utc(now) if day == today else begins_at(day, zone)


@dataclass(frozen=True, slots=True)
class Barred:
    """Days on which somebody may begin no training; the last one is included."""

    first: date
    last: date
    zone: str
    clause: str = CLAUSE


def ban_against(bans: Iterable[Barred], *, now: datetime, starts_on: date | None = None) -> Barred | None:
    """The ban that refuses a new enrolment now (B9), the one that lasts longest; None where none does.

    One refuses until its last day has passed, by the clocks of its own zone; and a training that would begin on one
    of its days, whenever it is asked for.
    """
    standing = [
        ban
        for ban in bans
        if utc(now) < over_at(ban.last, ban.zone)
        or (starts_on is not None and ban.first <= starts_on <= ban.last)
    ]
    return max(standing, key=lambda ban: ban.last, default=None)
