"""Sessions whose time has come (A5, A6, A11)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enforcement.sweeps import Sweep
from mentoring.models import Session
from mentoring.services.verdicts import settle


def _missed(now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(student_joined_at__isnull=True, falls_due_at__lt=now).order_by(
        "falls_due_at", "pk"
    )


def _ended(now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(student_joined_at__isnull=False, falls_due_at__lt=now).order_by(
        "falls_due_at", "pk"
    )


MISSED_SESSIONS = Sweep(
    name="mentoring.missed_sessions",
    clause="3.2",
    title=_("Sessions that the student did not join in time"),
    due=_missed,
    settle=settle,
    late_by="falls_due_at",
)

ENDED_SESSIONS = Sweep(
    name="mentoring.ended_sessions",
    clause="3.2",
    title=_("Sessions that came to their end"),
    due=_ended,
    settle=settle,
    late_by="falls_due_at",
)
