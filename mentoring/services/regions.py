"""Whose public holidays count for a training (2.8), and what another region moves."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from mentoring.permissions import can_arrange_training
from record.services import write
from record.types import NewEntry
from rulebook.business_days import REGIONS
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from students.models import Enrolment

from . import mentorships
from .path_changes import recount

CLAUSE = "2.8"


@transaction.atomic
def change_region(*, enrolment_id: int, region: str, by: User, now: datetime) -> Enrolment:
    """Another region: a change of Path that waits for its day to be set is counted anew, and its people are told.

    One whose day is set keeps it. Raises ``RuleError`` on ``region``.
    """
    enrolment = mentorships.lock_enrolments([Enrolment(pk=enrolment_id)])[0]
    if not can_arrange_training(by, enrolment):
        raise PermissionDenied
    if region not in REGIONS:
        raise RuleError("region", CLAUSE, gettext_noop("This region is not known."))
    before = enrolment.region
    if region == before:
        return enrolment
    enrolment.region = region
    enrolment.save(update_fields=["region"])
    entry = NewEntry(
        subject_id=enrolment.student.user_id,
        kind="enrolment_region_changed",
        clause=CLAUSE,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk,
        about=f"students.enrolment:{enrolment.pk}",
        facts={"path": enrolment.path.code, "region": region, "region_before": before},
    )
    write(entries=[entry], now=now)
    recount(enrolment, by, now)
    return enrolment
