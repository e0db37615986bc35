"""What time does in students: every rule here is one sweep."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enforcement.sweeps import Sweep
from students.models import Stay
from students.services.offsite import remind


def _rules_due(now: datetime) -> QuerySet[Stay]:
    return Stay.objects.filter(remind_at__lte=now).order_by("remind_at", "pk")


PLACE_RULES = Sweep(
    name="students.place_rules",
    clause="5",
    title=_("Rules of a place, before the first day there"),
    due=_rules_due,
    settle=remind,
    late_by="remind_at",
)

SWEEPS = [PLACE_RULES]
