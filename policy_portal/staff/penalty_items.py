"""Penalties whose letter has no receipt after day 15, as lines of the staff's worklist (B7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from discipline.permissions.penalties import may_set_day
from discipline.selectors.penalties import effect_of, late_at, without_receipt

from .item import MOST, Item, go


def penalty_items(user: User, now: datetime) -> Iterable[Item]:
    """The Head of Learning sets the day on which each takes effect."""
    for row in without_receipt(user)[:MOST]:
        late = late_at(row)
        if late is None or late > now or effect_of(row) is not None:
            continue
        mine = may_set_day(user, row)
        day, case = go("penalty-day", row.pk, _("Set the day")), go("case", row.case_id, _("Open the case"))
        yield Item(
            kind="penalty",
            who=str(row.student),
            url=reverse("staff-person", args=[row.student_id]),
            what=_("The letter has no receipt: on which day does the penalty take effect?"),
            detail=str(row.enrolment.path),
            since=late,
            due=None,
            due_label="",
            action=day if mine else case,
            mine=mine,
            path_id=row.enrolment.path_id,
        )
