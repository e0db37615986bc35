"""Leaves and changes of Path whose time has come (2.7, 2.8)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from enforcement.sweeps import Sweep
from mentoring.services import leaves, path_changes
from record.models import Message
from students.models import ChangeOfPath, Enrolment, LeaveRequest, LeaveState


def _sent(now: datetime) -> QuerySet[LeaveRequest]:
    sent = (
        Message.objects.filter(leave_emails=OuterRef("pk"), state=Message.State.SENT)
        .order_by("sent_at")
        .values("sent_at")[:1]
    )
    rows = LeaveRequest.objects.filter(state=LeaveState.INCOMPLETE).annotate(sent_at=Subquery(sent))
    return rows.filter(sent_at__lte=now, lapses_at__gt=now).order_by("sent_at", "pk")


def _lapsing(now: datetime) -> QuerySet[LeaveRequest]:
    return LeaveRequest.objects.filter(lapses_at__lte=now).order_by("lapses_at", "pk")


def _leave_reminders(now: datetime) -> QuerySet[LeaveRequest]:
    return LeaveRequest.objects.filter(remind_at__lte=now, lapses_at__gt=now).order_by("remind_at", "pk")


def _taking_effect(now: datetime) -> QuerySet[Enrolment]:
    """Trainings and not changes: the training is what everybody else locks first, and has one open change."""
    rows = Enrolment.objects.filter(changes__falls_due_at__lte=now)
    return rows.annotate(due_at=F("changes__falls_due_at")).order_by("due_at", "pk")


def _change_reminders(now: datetime) -> QuerySet[ChangeOfPath]:
    return ChangeOfPath.objects.filter(remind_at__lte=now).order_by("remind_at", "pk")


LEAVE_EMAILS = Sweep(
    name="mentoring.leave_emails",
    clause="2.7",
    title=_("Long leaves whose e-mail to Student Success was sent"),
    due=_sent,
    settle=leaves.settle_emails,
    late_by="sent_at",
)

LEAVE_LAPSES = Sweep(
    name="mentoring.leave_lapses",
    clause="2.7",
    title=_("Leaves that nobody decided by their last day"),
    due=_lapsing,
    settle=leaves.settle_lapses,
    late_by="lapses_at",
)

LEAVE_REMINDERS = Sweep(
    name="mentoring.leave_reminders",
    clause="2.7",
    title=_("Reminders of leaves that wait"),
    due=_leave_reminders,
    settle=leaves.settle_reminders,
    late_by="remind_at",
)

# One by one inside a batch: each moves a training to another Path, and there are a few a day.
CHANGES_OF_PATH = Sweep(
    name="mentoring.changes_of_path",
    clause="2.8",
    title=_("Changes of Path that take effect"),
    due=_taking_effect,
    settle=path_changes.settle_effects,
    batch_size=20,
    late_by="due_at",
)

CHANGE_REMINDERS = Sweep(
    name="mentoring.change_reminders",
    clause="2.8",
    title=_("Reminders of changes of Path that wait"),
    due=_change_reminders,
    settle=path_changes.settle_reminders,
    late_by="remind_at",
)
