"""Weekly sessions on a rolling horizon (A1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from enforcement.sweeps import Sweep
from mentoring.services.generation import due, settle

GENERATION = Sweep(
    name="mentoring.generation",
    clause="3.2",
    title=_("Weekly sessions of the next weeks"),
    due=due,
    settle=settle,
    late_by="generates_at",
)
