"""Invitations to meetings of the Board, attached to the messages that summon, invite and call off (B3)."""

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


def meeting(values: Mapping[str, Any], recipient: User, *, off: bool) -> Sequence[Attachment]:
    """The meeting as a calendar takes it. Neither who it is about nor why: others may look at a calendar."""
    appointment = Appointment(
        uid=f"board-meeting:{values['meeting']}",
        title=_("Disciplinary Board"),
        starts_at=values["starts_at"],
        ends_at=values["ends_at"],
        stamped_at=values["told_at"],
        url=f"{settings.SITE_URL}{reverse('case', args=[values['case']])}",
        text="" if off else values["video_link"],
        sequence=values["sequence"],
        cancelled=off,
    )
    method, body = invitation(appointment, recipient.email)
    return (Attachment("cancelled.ics" if off else "invitation.ics", TYPE, body, method),)


ATTACHMENTS = {
    "board_summons": partial(meeting, off=False),
    "board_invitation": partial(meeting, off=False),
    "board_meeting_off": partial(meeting, off=True),
}
