"""Invitations to sessions and defences, attached to the messages that make or cancel them.

A move is another session (A3): the one that was cancelled is withdrawn under its own UID, the new one is invited to
under its. The video link stands in neither: joining goes through the portal, which records it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from record.attachments import Attachment
from record.calendar import TYPE, Appointment, invitation


def session_title(other: str) -> str:
    return _("Mentoring session with %(name)s") % {"name": other}


def defence_title(project: str) -> str:
    return _("Defence: %(project)s") % {"project": project}


def address(view: str, *args: object) -> str:
    return f"{settings.SITE_URL}{reverse(view, args=args)}"


def _attached(appointment: Appointment, recipient: User, name: str = "invitation.ics") -> Attachment:
    method, body = invitation(appointment, recipient.email)
    return Attachment(name, TYPE, body, method)


def _session(row: Mapping[str, Any], stamp: Any, *, mentor: bool, cancelled: bool) -> Appointment:
    return Appointment(
        uid=f"session:{row['session']}",
        title=session_title(row["student"] if mentor else row["mentor"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        stamped_at=stamp,
        url=address("mentor-session" if mentor else "student-session", row["session"]),
        sequence=int(cancelled),
        cancelled=cancelled,
    )


def booked(values: Mapping[str, Any], recipient: User, *, mentor: bool) -> Sequence[Attachment]:
    if "told_at" not in values:  # written before invitations were
        return ()
    appointment = _session(values, values["told_at"], mentor=mentor, cancelled=False)
    return (_attached(appointment, recipient),)


def given_up(values: Mapping[str, Any], recipient: User, *, mentor: bool) -> Sequence[Attachment]:
    """A notice, in time or late: the student does not come, and the hour goes from both calendars (A3, A4)."""
    if "told_at" not in values:
        return ()
    appointment = _session(values, values["told_at"], mentor=mentor, cancelled=True)
    return (_attached(appointment, recipient, "cancelled.ics"),)


def cancelled(values: Mapping[str, Any], recipient: User, *, mentor: bool) -> Sequence[Attachment]:
    """One withdrawal a session: an object of iTIP speaks of one UID."""
    if "told_at" not in values:
        return ()
    rows = values["sessions"]
    return [
        _attached(
            _session(row, values["told_at"], mentor=mentor, cancelled=True),
            recipient,
            f"cancelled-{number}.ics" if len(rows) > 1 else "cancelled.ics",
        )
        for number, row in enumerate(rows, start=1)
    ]


def defence(values: Mapping[str, Any], recipient: User, *, off: bool) -> Sequence[Attachment]:
    if "told_at" not in values:
        return ()
    appointment = Appointment(
        uid=f"defence:{values['defence']}",
        title=defence_title(values["project"]),
        starts_at=values["starts_at"],
        ends_at=values["ends_at"],
        stamped_at=values["told_at"],
        url=settings.SITE_URL,
        sequence=int(off),
        cancelled=off,
    )
    return (_attached(appointment, recipient),)


ATTACHMENTS = {
    "session_booked": partial(booked, mentor=False),
    "session_booked_mentor": partial(booked, mentor=True),
    "notice_received": partial(given_up, mentor=False),
    "notice_received_mentor": partial(given_up, mentor=True),
    "sessions_cancelled": partial(cancelled, mentor=False),
    "sessions_cancelled_mentor": partial(cancelled, mentor=True),
    "defence_booked": partial(defence, off=False),
    "defence_booked_assessor": partial(defence, off=False),
    "defence_cancelled": partial(defence, off=True),
    "defence_cancelled_assessor": partial(defence, off=True),
}
