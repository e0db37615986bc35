"""What time brings about a Board: summonses that went out, reminders, meetings whose case has ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from discipline.models import Case, CaseState, Meeting, MeetingState
from discipline.services.meetings import meetings_off
from discipline.services.reminders import call_to_mind, owing, remind, to_remind
from discipline.services.summonses import summonses_sent, undispatched
from enforcement.sweeps import Sweep


def _sent(now: datetime) -> QuerySet[Case]:
    # The case is what is locked: whoever else does something about a summons holds it, too.
    rows: Any = undispatched(now).filter(case=OuterRef("pk"))
    return (
        Case.objects.filter(Exists(rows))
        .annotate(went_out_at=Subquery(rows.order_by("issued_at").values("sent_at")[:1]))
        .order_by("went_out_at", "pk")
    )


def _off(now: datetime) -> QuerySet[Meeting]:
    ended = (CaseState.CLOSED, CaseState.WITHDRAWN)
    return Meeting.objects.filter(state=MeetingState.PLANNED, case__state__in=ended).order_by(
        "starts_at", "pk"
    )


SUMMONSES_SENT = Sweep(
    name="discipline.summonses_sent",
    clause="4.1",
    title=_("Summonses that went out"),
    due=_sent,
    settle=summonses_sent,
    batch_size=50,
    late_by="went_out_at",
)

MEETINGS_OFF = Sweep(
    name="discipline.meetings_off",
    clause="4.1",
    title=_("Meetings of the Board whose case has ended"),
    due=_off,
    settle=meetings_off,
    batch_size=50,
)

MEETINGS_SOON = Sweep(
    name="discipline.meetings_soon",
    clause="4.1",
    title=_("Reminders of meetings of the Board"),
    due=to_remind,
    settle=remind,
    batch_size=50,
)

BOARD_OWES = Sweep(
    name="discipline.board_owes",
    clause="4.1",
    title=_("What is owed after a meeting of the Board"),
    due=owing,
    settle=call_to_mind,
    batch_size=50,
    late_by="owed_since",
)

SWEEPS = [SUMMONSES_SENT, MEETINGS_OFF, MEETINGS_SOON, BOARD_OWES]
