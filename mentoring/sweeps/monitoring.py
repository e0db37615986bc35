"""What mentors owe (T4), and where no regular work is seen (T3)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from enforcement.sweeps import Sweep
from mentoring.services import commitment, monitoring

SESSION_REPORTS = Sweep(
    name="mentoring.session_reports",
    clause="3.3",
    title=_("Reports after sessions held"),
    due=monitoring.held_without_report,
    settle=monitoring.draft_for_sessions,
    late_by="ends_at",
)

MONTHLY_REPORTS = Sweep(
    name="mentoring.monthly_reports",
    clause="3.3",
    title=_("Reports of the months that are over"),
    due=monitoring.months_over,
    settle=monitoring.draft_for_months,
    late_by="month_ends_at",
)

REPORT_REMINDERS = Sweep(
    name="mentoring.report_reminders",
    clause="3.3",
    title=_("Reports that mentors still owe"),
    due=monitoring.to_remind,
    settle=monitoring.remind,
    late_by="remind_at",
)

COMMITMENT = Sweep(
    name="mentoring.commitment",
    clause="3.3",
    title=_("No regular work of late"),
    due=commitment.due,
    settle=commitment.settle,
    late_by="alert_at",
)

WORK_RESUMED = Sweep(
    name="mentoring.work_resumed",
    clause="3.3",
    title=_("Alerts that are over"),
    due=commitment.resumed,
    settle=commitment.settle_resumed,
    late_by="raised_at",
)
