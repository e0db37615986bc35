"""Three absences in a row open a case, and a correction withdraws it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from discipline.models import PENDING_STATES, Case
from discipline.services import open_cases, withdraw_cases
from enforcement.sweeps import Sweep
from mentoring.models import Streak


def _reached(now: datetime) -> QuerySet[Streak]:
    return Streak.objects.filter(taken_up_at__isnull=True, reached_at__lte=now).order_by("reached_at", "pk")


def _undone(now: datetime) -> QuerySet[Case]:
    return Case.objects.filter(
        state__in=PENDING_STATES, streak__undone_at__isnull=False, streak__undone_at__lte=now
    ).order_by("streak__undone_at", "pk")


OPEN_CASES = Sweep(
    name="discipline.open_cases",
    clause="3.2",
    title=_("Three unauthorised absences in a row"),
    due=_reached,
    settle=open_cases,
    late_by="reached_at",
)

WITHDRAW_CASES = Sweep(
    name="discipline.withdraw_cases",
    clause="3.2",
    title=_("Cases whose absences no longer stand"),
    due=_undone,
    settle=withdraw_cases,
    late_by="streak__undone_at",
)
