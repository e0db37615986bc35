"""Instants, local days and ISO weeks: every instant is aware and in UTC, every day belongs to a named
zone.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

IsoWeek = tuple[int, int]


def utc(instant: datetime) -> datetime:
    """The same instant in UTC; a time without a zone is refused.

    Arithmetic and comparison of two times in one local zone go by what its clocks show, so that 24 hours
    across a clock change come out as 23 or 25. In UTC they are what they are.
    """
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no time zone.")
    return instant.astimezone(UTC)


def local_instant(day: date, at: time, zone: str) -> datetime:
    """The instant at which a zone's clocks show a day and time.

    A time that clocks skip is moved forward by what they skip (02:30 becomes 03:30); of a time that
    they show twice, it is the first.
    """
    # fold=0 reads a skipped time with the offset before the change, which is just that move forward.
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), ZoneInfo(zone)).astimezone(UTC)


def local_date(instant: datetime, zone: str) -> date:
    """The day that a zone's calendar shows at an instant."""
    return utc(instant).astimezone(ZoneInfo(zone)).date()


def iso_week(instant: datetime, zone: str) -> IsoWeek:
    """The ISO year and week (Monday to Sunday) that an instant falls in for a zone."""
    year, week, _ = local_date(instant, zone).isocalendar()
    return year, week


def start_of_week(instant: datetime, zone: str, following: int = 0) -> datetime:
    """The first instant of an instant's ISO week, or of the one so many weeks later."""
    day = local_date(instant, zone)
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=following)
    return local_instant(monday, time(0), zone)


def end_of_following_week(instant: datetime, zone: str, weeks: int = 1) -> datetime:
    """The first instant after the ISO week that follows an instant's (or after so many following weeks)."""
    return start_of_week(instant, zone, weeks + 1)


def weekly_days(weekday: int, first: date, last: date) -> Iterator[date]:
    """The days from first to last, both included, that fall on a weekday (0 is Monday)."""
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while day <= last:
        yield day
        day += timedelta(days=7)


def weekly_instants(weekday: int, at: time, zone: str, first: date, last: date) -> list[datetime]:
    """The instants of a weekly local time from first to last day, both included: local time survives
    clock changes.
    """
    return [local_instant(day, at, zone) for day in weekly_days(weekday, first, last)]
