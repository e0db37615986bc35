"""Who mentors here, and the room that future sessions meet in (A2, R1)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.permissions import is_administrator
from mentoring.models import Mentor
from record.services import write
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop

from . import calendars


@transaction.atomic
def add_mentor(*, user: User, video_link: str, by: User, now: datetime) -> Mentor:
    """A person becomes a mentor. Raises ``RuleError`` on ``user`` where they are one."""
    _may(by)
    if Mentor.objects.filter(user=user).exists():
        raise RuleError("user", "2.5", gettext_noop("This person is a mentor already."))
    mentor = Mentor.objects.create(user=user, video_link=video_link)
    write(
        entries=[calendars.entry(mentor, "mentor_added", by=by, now=now, facts={"video_link": video_link})],
        now=now,
    )
    return mentor


@transaction.atomic
def set_video_link(*, mentor_id: int, video_link: str, by: User, now: datetime) -> Mentor:
    """Another room for the sessions that are laid out or booked from now on; those that are keep theirs."""
    _may(by)
    mentor = calendars.lock_mentors({mentor_id})[0]
    if mentor.video_link == video_link:
        return mentor
    facts: dict[str, object] = {"video_link_before": mentor.video_link, "video_link": video_link}
    mentor.video_link = video_link
    mentor.save(update_fields=["video_link"])
    write(entries=[calendars.entry(mentor, "video_link_changed", by=by, now=now, facts=facts)], now=now)
    return mentor


def _may(by: User) -> None:
    if not is_administrator(by):
        raise PermissionDenied
