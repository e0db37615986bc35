"""Business days: Monday to Friday without the public holidays of a region (2.8).

France, and those of its regions that keep other holidays: Moselle and Alsace have two more. Movable feasts are
reckoned for any year; nothing here is a list to be kept up.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from rulebook.dates import local_date
from rulebook.terms import ChangeTerms

# Regions by how an enrolment names them, and what the library calls them.
REGIONS: Mapping[str, str | None] = {
    "FR": None,
    "FR-57": "57",
    "FR-6AE": "6AE",
    "FR-971": "971",
    "FR-972": "972",
    "FR-973": "973",
    "FR-974": "974",
    "FR-976": "976",
}
DEFAULT_REGION = "FR"

_SATURDAY = 6


@lru_cache(maxsize=256)
def public_holidays(year: int, region: str = DEFAULT_REGION) -> frozenset[date]:
    """The public holidays of a year in a region; an unknown region is refused."""
    # Half a second that only a process which counts business days should pay.
    from holidays import country_holidays

    return frozenset(country_holidays("FR", subdiv=REGIONS[region], years=year))


def is_business_day(day: date, region: str = DEFAULT_REGION) -> bool:
    """Whether work is done on a day.

    >>> is_business_day(date(2026, 4, 3)), is_business_day(date(2026, 4, 3), "FR-57")  # Good Friday
    (True, False)
    """
    return day.isoweekday() < _SATURDAY and day not in public_holidays(day.year, region)


def business_day_after(day: date, count: int, region: str = DEFAULT_REGION) -> date:
    """The so-manieth business day after a day, which itself does not count whatever it is.

    >>> business_day_after(date(2026, 12, 22), 7)  # over Christmas and New Year's Day
    datetime.date(2027, 1, 4)
    """
    found = day
    while count > 0:
        found += timedelta(days=1)
        count -= is_business_day(found, region)
    return found


def earliest_effect(
    received_at: datetime, terms: ChangeTerms, zone: str, region: str = DEFAULT_REGION
) -> date:
    """The first day on which a change of Path may take effect (C1): so many business days after its receipt.

    The day of receipt is the one that the enrolment's calendar shows, and does not count.
    """
    return business_day_after(local_date(received_at, zone), terms.processing, region)
