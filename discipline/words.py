"""Words about cases that several pages say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from discipline.models import CaseState

NEXT = {
    CaseState.OPEN: gettext_lazy("The complaint is written and sent"),
    CaseState.INFORMED: gettext_lazy("A meeting is summoned, or a warning decided"),
    CaseState.SUMMONED: gettext_lazy("The Board meets"),
    CaseState.HEARD: gettext_lazy("The Board decides"),
    CaseState.DECIDED: gettext_lazy("The decision arrives and takes effect"),
}
"""What comes after each stage, in a line: what a list can say without reading each case."""
