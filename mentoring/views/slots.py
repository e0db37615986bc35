"""The weeks of the slot picker, for whoever books: free starts day by day, or why there are none."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.numbers import number_in
from mentoring.selectors.defence_slots import DefenceOffer
from mentoring.selectors.slots import Closed, Picker

Week = list[dict[str, Any]]


def weeks_of(offer: Picker | DefenceOffer, now: datetime) -> list[Week]:
    """The days of the reader's calendar, week by week, from today on."""
    today = now.astimezone(timezone.get_current_timezone()).date()
    closed = {day.day: day.closed for day in offer.days}
    starts: dict[date, list[datetime]] = {}
    for start in offer.starts:
        starts.setdefault(start.astimezone(timezone.get_current_timezone()).date(), []).append(start)
    weeks: dict[tuple[int, int], Week] = {}
    for day in sorted({*closed, *starts}):
        if day < today:
            continue
        why = closed.get(day) or Closed.TAKEN
        line = {"date": day, "slots": starts.get(day, []), "closed": capfirst(why.label)}
        weeks.setdefault(day.isocalendar()[:2], []).append(line)
    return list(weeks.values())


def shown_week(weeks: list[Week], wanted: str) -> int:
    """The place of the week that was asked for, else of the first one with room."""
    place = number_in(wanted)
    if place is not None and place < len(weeks):
        return place
    with_room = (place for place, week in enumerate(weeks) if any(day["slots"] for day in week))
    return next(with_room, 0)


def tabs(weeks: list[Week], shown: int, now: datetime) -> list[dict[str, Any]]:
    """One tab a week, with how many slots it offers."""
    this = now.astimezone(timezone.get_current_timezone()).date().isocalendar()[:2]
    return [
        {
            "url": f"?week={place}",
            "label": _("This week")
            if week[0]["date"].isocalendar()[:2] == this
            else _("Week of %(day)s") % {"day": _monday(week)},
            "current": place == shown,
            "count": sum(len(day["slots"]) for day in week),
        }
        for place, week in enumerate(weeks)
    ]


def _monday(week: Week) -> str:
    first = week[0]["date"]
    return date_format(first - timedelta(days=first.weekday()), "j F")
