"""Appointments as calendar programs read them (RFC 5545): a feed of many, an invitation to one (RFC 5546).

Every instant is written in UTC and every stamp is the appointment's own, so that the same appointments are the same
bytes whenever they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from . import conf

TYPE = "text/calendar"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One thing with a time. ``uid`` names it for good: ``session:12``. Days (``date``) are inclusive."""

    uid: str
    title: str
    starts_at: datetime | date
    ends_at: datetime | date
    stamped_at: datetime
    url: str = ""
    text: str = ""
    sequence: int = 0
    cancelled: bool = False
    # A deadline takes no time from anybody.
    busy: bool = True


def feed(name: str, appointments: Iterable[Appointment]) -> bytes:
    """All of them as one calendar."""
    calendar = _calendar()
    calendar.add("x-wr-calname", name)
    for appointment in sorted(appointments, key=lambda each: each.uid):
        calendar.add_component(_event(appointment))
    return bytes(calendar.to_ical())


def invitation(appointment: Appointment, attendee: str) -> tuple[str, str]:
    """METHOD and text of an invitation to one appointment, or of its withdrawal."""
    method = "CANCEL" if appointment.cancelled else "REQUEST"
    calendar = _calendar()
    calendar.add("method", method)
    event = _event(appointment)
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["cn"] = vText(settings.SITE_NAME)
    event["organizer"] = organizer
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params["rsvp"] = vText("FALSE")
    event["attendee"] = guest
    calendar.add_component(event)
    return method, calendar.to_ical().decode()


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//Policy Portal//EN")
    calendar.add("version", "2.0")
    return calendar


def _event(appointment: Appointment) -> Event:
    event = Event()
    event.add("uid", f"{appointment.uid.replace(':', '-')}@{conf.message_domain()}")
    event.add("dtstamp", appointment.stamped_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _moment(appointment.starts_at))
    last = appointment.ends_at
    # The end of a span of days is the day after it.
    event.add("dtend", _moment(last) if isinstance(last, datetime) else last + timedelta(days=1))
    event.add("summary", appointment.title)
    event.add("sequence", appointment.sequence)
    event.add("status", "CANCELLED" if appointment.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if appointment.busy else "TRANSPARENT")
    if appointment.url:
        event.add("url", appointment.url)
    if appointment.text:
        event.add("description", appointment.text)
    return event


def _moment(at: datetime | date) -> datetime | date:
    return at.astimezone(UTC).replace(microsecond=0) if isinstance(at, datetime) else at
