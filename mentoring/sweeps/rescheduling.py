"""The 48 hours after an absence (A8)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enforcement.sweeps import Sweep
from mentoring.models import Absence
from mentoring.services.rescheduling import OPEN, settle_deadlines, settle_reminders


def _reminders(now: datetime) -> QuerySet[Absence]:
    return Absence.objects.filter(remind_at__lt=now, **OPEN).order_by("remind_at", "pk")


def _deadlines(now: datetime) -> QuerySet[Absence]:
    return Absence.objects.filter(rescheduling_due_at__lt=now, **OPEN).order_by("rescheduling_due_at", "pk")


RESCHEDULING_REMINDERS = Sweep(
    name="mentoring.rescheduling_reminders",
    clause="3.2",
    title=_("Reminders before reasons and another session are due"),
    due=_reminders,
    settle=settle_reminders,
    late_by="remind_at",
)

RESCHEDULING_DEADLINES = Sweep(
    name="mentoring.rescheduling_deadlines",
    clause="3.2",
    title=_("Reasons and another session in time"),
    due=_deadlines,
    settle=settle_deadlines,
    late_by="rescheduling_due_at",
)
