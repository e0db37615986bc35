"""What people said elsewhere comes before the Board, and complaints move on once they were really sent."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from discipline.services.complaints import complaints_sent, complaints_under_way
from discipline.services.reported_files import let_go, no_longer_held
from discipline.services.reports import alerts_to_pull, conduct_to_pull, pull_alerts, pull_conduct
from enforcement.sweeps import Sweep

# One at a time: each holds the chain of another student, and the school's.
CONDUCT_REPORTS = Sweep(
    name="discipline.conduct_reports",
    clause="3.5",
    title=_("Reports of conduct that name a student"),
    due=conduct_to_pull,
    settle=pull_conduct,
    late_by="made_at",
    batch_size=1,
)

COMMITMENT_ALERTS = Sweep(
    name="discipline.commitment_alerts",
    clause="3.3",
    title=_("Commitment alerts marked for the Board"),
    due=alerts_to_pull,
    settle=pull_alerts,
    late_by="marked_at",
    batch_size=1,
)

REPORTED_FILES = Sweep(
    name="discipline.reported_files",
    clause="3.5",
    title=_("Reported files that were taken down and are held no more"),
    due=no_longer_held,
    settle=let_go,
    late_by="removed_at",
)

COMPLAINTS_SENT = Sweep(
    name="discipline.complaints_sent",
    clause="4.2",
    title=_("Complaints that were sent"),
    due=complaints_under_way,
    settle=complaints_sent,
    late_by="issued_at",
)
