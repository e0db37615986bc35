"""A policy version that becomes known when its weeks are laid out already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enforcement.sweeps import Sweep
from mentoring.selectors.terms import laid_out_before_its_policy
from mentoring.services.adaptations import readapt


def _settle(pks: Sequence[int], now: datetime) -> int:
    readapt(pks, now)
    return len(pks)


POLICY_VERSIONS = Sweep(
    name="mentoring.policy_versions",
    clause="3.2",
    title=_("Sessions that were laid out before their policy version was known"),
    due=laid_out_before_its_policy,
    settle=_settle,
)
