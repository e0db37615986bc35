"""Penalties take effect, and suspensions lift by themselves (B7)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from discipline.selectors.penalties import lifting, taking_effect
from discipline.services.penalties import lift_suspensions, settle_effects
from enforcement.sweeps import Sweep

# One by one inside a batch: each closes a training's sessions, and there are a few a week.
PENALTIES_EFFECTIVE = Sweep(
    name="discipline.penalties_effective",
    clause="4.2",
    title=_("Penalties whose letter was received, whose e-mail was sent, or whose day has come"),
    due=taking_effect,
    settle=settle_effects,
    batch_size=20,
    late_by="due_at",
)

SUSPENSIONS_LIFTED = Sweep(
    name="discipline.suspensions_lifted",
    clause="4.2",
    title=_("Suspensions that are over"),
    due=lifting,
    settle=lift_suspensions,
    batch_size=100,
    late_by="lifts_at",
)
