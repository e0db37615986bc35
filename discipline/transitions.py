"""What may follow what in a disciplinary case: the one table that every service, page and test asks.

The database holds the same table (``discipline.migrations``): a change of state that is not in it is refused there.
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from rulebook.errors import RuleError
from rulebook.marking import gettext_noop


class CaseState(models.TextChoices):
    """Where a case stands (4.1, 4.2)."""

    OPEN = "open", _("open")
    INFORMED = "informed", _("complaint sent")
    SUMMONED = "summoned", _("summoned")
    HEARD = "heard", _("heard")
    DECIDED = "decided", _("decided")
    CONCLUDED = "concluded", _("concluded")
    CLOSED = "closed", _("closed without penalty")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Step(models.TextChoices):
    """What moves a case on."""

    INFORM = "inform", _("the complaint was sent")
    SUMMON = "summon", _("a complete summons was dispatched")
    ADJOURN = "adjourn", _("the meeting was adjourned or called off")
    HEAR = "hear", _("the meeting was held")
    DECIDE = "decide", _("the decision was confirmed")
    CONCLUDE = "conclude", _("the decision was notified and its penalty stands")
    CLOSE = "close", _("closed without penalty, with reasons")
    WITHDRAW = "withdraw", _("what it stood on was corrected")


S = CaseState

TRANSITIONS: Final[dict[CaseState, dict[Step, CaseState]]] = {
    S.OPEN: {Step.INFORM: S.INFORMED, Step.CLOSE: S.CLOSED, Step.WITHDRAW: S.WITHDRAWN},
    S.INFORMED: {
        Step.SUMMON: S.SUMMONED,
        Step.DECIDE: S.DECIDED,  # a written warning alone may follow without a meeting (B5)
        Step.CLOSE: S.CLOSED,
        Step.WITHDRAW: S.WITHDRAWN,
    },
    S.SUMMONED: {
        Step.HEAR: S.HEARD,
        Step.ADJOURN: S.INFORMED,
        Step.CLOSE: S.CLOSED,
        Step.WITHDRAW: S.WITHDRAWN,
    },
    S.HEARD: {Step.DECIDE: S.DECIDED, Step.CLOSE: S.CLOSED, Step.WITHDRAW: S.WITHDRAWN},
    S.DECIDED: {Step.CONCLUDE: S.CONCLUDED},
    S.CONCLUDED: {},
    S.CLOSED: {},
    S.WITHDRAWN: {},
}
"""From each state, the steps that are open and where they lead (B1–B10, A7)."""

PENDING_STATES: Final = tuple(state for state, steps in TRANSITIONS.items() if Step.CLOSE in steps)
"""The Board has not decided: such a case can be closed (B10) or withdrawn (A7)."""

OPEN_STATES: Final = tuple(state for state, steps in TRANSITIONS.items() if steps)
"""Not at its end: somebody still owes a step."""

FINAL_STATES: Final = tuple(state for state, steps in TRANSITIONS.items() if not steps)


def after(state: str, step: Step) -> CaseState:
    """Where this step leads from here, or a refusal in plain words."""
    try:
        return TRANSITIONS[CaseState(state)][step]
    except KeyError:
        raise RuleError(
            "state",
            "4.1",
            gettext_noop("This step does not follow where the case stands: %(state)s."),
            {"state": CaseState(state).label},
        ) from None
