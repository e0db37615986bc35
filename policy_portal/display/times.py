"""Instants and spans in words, in the zone that is active for the reader."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


def zone_words(zone: tzinfo | None = None) -> str:
    """The zone by its city: "Paris time" for Europe/Paris, "UTC" for UTC."""
    zone = zone or timezone.get_current_timezone()
    name = str(getattr(zone, "key", None) or zone)
    if "/" not in name or name.startswith("Etc/"):
        return name.removeprefix("Etc/")
    return _("%(city)s time") % {"city": name.rsplit("/", 1)[1].replace("_", " ")}


def local(value: datetime, zone: tzinfo | None = None) -> datetime:
    return timezone.localtime(value, zone or timezone.get_current_timezone())


def when(value: datetime, zone: tzinfo | None = None) -> str:
    """Tuesday 24 November 2026, 14:00 Paris time."""
    there = local(value, zone)
    return _("%(date)s, %(time)s %(zone)s") % {
        "date": date_format(there, pgettext("date with weekday", "l j F Y")),
        "time": date_format(there, "H:i"),
        "zone": zone_words(there.tzinfo),
    }


def when_short(value: datetime, zone: tzinfo | None = None) -> str:
    """Tue 24 Nov 2026, 14:00 (say the zone once beside the list: `{% zone %}`)."""
    there = local(value, zone)
    return _("%(date)s, %(time)s") % {
        "date": date_format(there, pgettext("short date with weekday", "D j M Y")),
        "time": date_format(there, "H:i"),
    }


def day(value: date | str, zone: tzinfo | None = None) -> str:
    """Tuesday 24 November 2026, of a date (or one in ISO form) or of an instant."""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = local(value, zone).date()
    return date_format(value, pgettext("date with weekday", "l j F Y"))


def day_short(value: datetime, zone: tzinfo | None = None) -> str:
    """24 Nov 2026."""
    return date_format(local(value, zone), pgettext("short date", "j M Y"))


def duration(span: timedelta) -> str:
    """The two largest units of a span, rounded down: "2 days 3 h", "5 h 12 min", "40 s"."""
    seconds = int(abs(span) // timedelta(seconds=1))
    days, seconds = divmod(seconds, 86400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = [
        (days, ngettext("%(n)d day", "%(n)d days", days)),
        (hours, pgettext("hours", "%(n)d h")),
        (minutes, pgettext("minutes", "%(n)d min")),
    ]
    found = next((i for i, (n, _word) in enumerate(parts) if n), None)
    if found is None:
        return pgettext("seconds", "%(n)d s") % {"n": seconds}
    return " ".join(word % {"n": n} for n, word in parts[found : found + 2] if n)


def remaining(at: datetime, now: datetime) -> str:
    """What remains until `at`, or how long ago it was: "in 5 h 12 min", "2 days ago"."""
    span = at - now
    if abs(span) < timedelta(minutes=1):
        return _("in less than a minute") if span > timedelta(0) else _("just now")
    words = {"span": duration(span)}
    return _("in %(span)s") % words if span > timedelta(0) else _("%(span)s ago") % words
