"""Starts of sessions at and around clock changes, with the instant that each is, found by hand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rulebook.policy import get_policy

US = timedelta(microseconds=1)
TERMS = get_policy("2026-01").attendance
LENGTH = timedelta(minutes=45)


@dataclass(frozen=True)
class Start:
    """A local start and the same instant in UTC."""

    name: str
    zone: str
    day: date
    at: time
    utc: datetime

    def __str__(self) -> str:
        return self.name


def repeated_hour(minute: int, fold: int) -> datetime:
    """02:.. on the night of the autumn change, the first or the second time, as Paris writes it."""
    return datetime(2026, 10, 25, 2, minute, tzinfo=ZoneInfo("Europe/Paris"), fold=fold)


def _start(name: str, zone: str, local: str, utc: str) -> Start:
    shown = datetime.fromisoformat(local)
    return Start(name, zone, shown.date(), shown.time(), datetime.fromisoformat(utc).replace(tzinfo=UTC))


STARTS = [
    _start("paris-winter", "Europe/Paris", "2026-02-03T14:00", "2026-02-03T13:00"),
    _start("paris-day-of-spring-change", "Europe/Paris", "2026-03-29T14:00", "2026-03-29T12:00"),
    _start("paris-minutes-before-spring", "Europe/Paris", "2026-03-29T01:50", "2026-03-29T00:50"),
    _start("paris-inside-the-skipped-hour", "Europe/Paris", "2026-03-29T02:30", "2026-03-29T01:30"),
    _start("paris-day-after-spring", "Europe/Paris", "2026-03-30T09:00", "2026-03-30T07:00"),
    _start("paris-day-of-autumn-change", "Europe/Paris", "2026-10-25T14:00", "2026-10-25T13:00"),
    _start("paris-inside-the-repeated-hour", "Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30"),
    _start("paris-before-the-repeated-hour", "Europe/Paris", "2026-10-25T01:50", "2026-10-24T23:50"),
    _start("new-york-day-of-spring-change", "America/New_York", "2026-03-08T09:00", "2026-03-08T13:00"),
    _start("new-york-inside-the-skipped-hour", "America/New_York", "2026-03-08T02:30", "2026-03-08T07:30"),
    _start("new-york-day-of-autumn-change", "America/New_York", "2026-11-01T09:00", "2026-11-01T14:00"),
    _start("new-york-inside-the-repeated-hour", "America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
    _start("kathmandu", "Asia/Kathmandu", "2026-03-29T14:00", "2026-03-29T08:15"),
    _start("kathmandu-just-after-midnight", "Asia/Kathmandu", "2026-10-26T00:10", "2026-10-25T18:25"),
]
