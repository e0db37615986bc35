"""Invitations to study sessions, attached to the messages that make or call them off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from record.attachments import Attachment
from record.calendar import TYPE, Appointment, invitation


def _study_session(values: Mapping[str, Any], recipient: User, *, cancelled: bool) -> Sequence[Attachment]:
    if "told_at" not in values:  # written before invitations were
        return ()
    appointment = Appointment(
        uid=f"study-session:{values['session']}",
        title=f"{values['group_title']}: {values['title']}",
        starts_at=values["starts_at"],
        ends_at=values["ends_at"],
        stamped_at=values["told_at"],
        url=f"{settings.SITE_URL}{reverse('group', args=[values['group']])}",
        sequence=int(cancelled),
        cancelled=cancelled,
    )
    method, body = invitation(appointment, recipient.email)
    return (Attachment("invitation.ics", TYPE, body, method),)


def planned(values: Mapping[str, Any], recipient: User) -> Sequence[Attachment]:
    return _study_session(values, recipient, cancelled=False)


def called_off(values: Mapping[str, Any], recipient: User) -> Sequence[Attachment]:
    return _study_session(values, recipient, cancelled=True)


ATTACHMENTS = {"study_session": planned, "study_session_cancelled": called_off}
