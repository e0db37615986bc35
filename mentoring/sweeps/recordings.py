"""Recordings go when their day has come (2.5, 2.6)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from enforcement.sweeps import Sweep
from mentoring.selectors.recordings import defence_recordings_due, recordings_due
from mentoring.services.recordings import delete_defence_recordings, delete_recordings

SESSION_RECORDINGS = Sweep(
    name="mentoring.session_recordings",
    clause="2.5",
    title=_("Recordings of sessions whose day has come"),
    due=recordings_due,
    settle=delete_recordings,
    late_by="kept_until",
)

DEFENCE_RECORDINGS = Sweep(
    name="mentoring.defence_recordings",
    clause="2.6",
    title=_("Recordings of defences that nobody needs any more"),
    due=defence_recordings_due,
    settle=delete_defence_recordings,
)
