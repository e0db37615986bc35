"""Defences that nobody can hold any more (2.2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from enforcement.sweeps import Sweep
from mentoring.selectors.works import without_assessor
from mentoring.services.defences import settle_without_assessor

# Roles and accounts are taken away below this app: here it is seen, and not when it is done.
DEFENCES_WITHOUT_ASSESSOR = Sweep(
    name="mentoring.defences_without_assessor",
    clause="2.2",
    title=_("Defences whose assessor is gone"),
    due=without_assessor,
    settle=settle_without_assessor,
    batch_size=50,
)
