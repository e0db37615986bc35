"""Regular work (T3, 3.3): when a silence is full, and which spells of it there were.

Work is a session held (at its end) or something submitted. A silence grows in exact time, like every duration of the
policy; spans in which nothing is asked of a student (a leave, a suspension) do not add to it, and it is never full
inside one, before the training or after it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rulebook.dates import utc

Span = tuple[datetime, datetime]
"""Half-open: the first instant belongs to it, the second one not."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A spell without work: since when, when it was full, and what ended it (None: it lasts)."""

    since: datetime
    full_at: datetime
    ended_at: datetime | None


def full_at(since: datetime, pauses: Iterable[Span], allowed: timedelta) -> datetime:
    """The instant at which a silence that began at ``since`` is full.

    With four weeks allowed and no pause: exactly four weeks later. A week of leave in between: five weeks later.
    Full just as a leave begins: after the leave, for nothing is asked inside one.
    """
    cursor, left = utc(since), allowed
    for first, after in sorted((utc(first), utc(after)) for first, after in pauses):
        if after <= cursor:
            continue
        if first > cursor:
            if first - cursor > left:
                break
            left -= first - cursor
        cursor = after
    return cursor + left


def silences(
    since: datetime,
    works: Sequence[datetime],
    pauses: Sequence[Span],
    allowed: timedelta,
    *,
    until: datetime,
    ends_at: datetime | None = None,
) -> list[Silence]:
    """The spells whose silence was full before ``until``, in order; work at the last instant is in time.

    ``works`` are the instants of work after ``since`` that are known, ``ends_at`` is the training's end (its first
    instant that belongs to it no more).
    """
    found: list[Silence] = []
    start = utc(since)
    known = sorted(utc(work) for work in works if since < work <= until)
    for work in [*known, None]:
        full = full_at(start, pauses, allowed)
        over = ends_at is not None and full >= ends_at
        if full < until and not over and (work is None or work > full):
            ended = work
            if ends_at is not None and ends_at <= until and (ended is None or ended > ends_at):
                ended = ends_at
            found.append(Silence(start, full, ended))
        if work is not None:
            start = max(start, work)
    return found
