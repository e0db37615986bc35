"""Sessions whose time has come (A5, A6, A11)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enforcement.sweeps import Sweep
from mentoring.models import Session
from mentoring.services.verdicts import settle


def _due(now: datetime) -> QuerySet[Session]:
    """Sessions whose lateness limit passed with no student there, or whose end passed with one.

    One sweep for both, oldest first, because absences are counted in the order in which they fell due.
    """
    return Session.objects.filter(falls_due_at__lt=now).order_by("falls_due_at", "pk")


ATTENDANCE = Sweep(
    name="mentoring.attendance",
    clause="3.2",
    title=_("Sessions whose lateness limit or end has passed"),
    due=_due,
    settle=settle,
    late_by="falls_due_at",
)
