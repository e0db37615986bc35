"""Decided by the school: on which day it takes effect, or why not."""

from __future__ import annotations

from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from mentoring import permissions
from record.services import write
from rulebook.dates import local_date, local_instant
from rulebook.marking import gettext_noop
from rulebook.texts import written
from students.models import (
    ChangeOfPath,
    ChangeState,
)

from .rows import check_path, close, may_become, take
from .telling import entry_of, message, people_of, refuse


@transaction.atomic
def schedule_change(
    *,
    change_id: int,
    takes_effect_on: date,
    ends_on: date,
    decision: str = "",
    by: User,
    now: datetime,
) -> ChangeOfPath:
    """The school agrees: on which day the change takes effect, and when the training ends then.

    Raises ``RuleError`` on ``takes_effect_on`` before the seventh business day (C1), on ``ends_on`` and ``change``.
    """
    change = take(change_id)
    enrolment = change.enrolment
    if not permissions.can_decide_change(by, enrolment):
        raise PermissionDenied
    may_become(change, ChangeState.SCHEDULED)
    check_path(enrolment, change.to_path)
    assert change.earliest_on is not None
    if takes_effect_on < change.earliest_on:
        raise refuse(
            "takes_effect_on",
            gettext_noop("It takes effect seven business days after its receipt at the earliest."),
        )
    if takes_effect_on <= local_date(now, enrolment.time_zone):
        raise refuse("takes_effect_on", gettext_noop("Choose a day to come."))
    if takes_effect_on > enrolment.last_day:
        raise refuse("takes_effect_on", gettext_noop("This day lies outside of the training."))
    if ends_on < takes_effect_on:
        raise refuse("ends_on", gettext_noop("The last day comes before the change."))
    change.takes_effect_on, change.ends_on = takes_effect_on, ends_on
    change.falls_due_at = local_instant(takes_effect_on, time(0), enrolment.time_zone)
    close(change, ChangeState.SCHEDULED, decision.strip(), by, now)
    facts = {"takes_effect_on": str(takes_effect_on), "ends_on": str(ends_on), "decision": change.decision}
    messages = [message(change, "scheduled", person, now) for person in people_of(change, now)]
    write(entries=[entry_of(change, "path_change_scheduled", by, now, **facts)], messages=messages, now=now)
    return change


@transaction.atomic
def refuse_change(*, change_id: int, decision: str, by: User, now: datetime) -> ChangeOfPath:
    """Say no, with reasons. Raises ``RuleError`` on ``decision`` and ``change``."""
    if not written(decision):
        raise refuse("decision", gettext_noop("Say why: the student reads it."))
    change = take(change_id)
    if not permissions.can_decide_change(by, change.enrolment):
        raise PermissionDenied
    may_become(change, ChangeState.REFUSED)
    close(change, ChangeState.REFUSED, decision.strip(), by, now)
    messages = [message(change, "refused", person, now) for person in people_of(change, now)]
    entry = entry_of(change, "path_change_refused", by, now, decision=change.decision)
    write(entries=[entry], messages=messages, now=now)
    return change
