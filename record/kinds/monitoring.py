"""Mentors' reports, and alerts of commitment."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "report_submitted": Words(
        gettext_noop("A monitoring report was submitted"),
        gettext_noop("Your mentor submitted a report; you find it under Reports."),
        gettext_noop("The mentor submitted a monitoring report."),
        icon="clipboard-list",
    ),
    "report_added_to": Words(
        gettext_noop("A monitoring report was added to"),
        gettext_noop("Your mentor added to a report; what stood there stays."),
        gettext_noop("The mentor added to a monitoring report."),
        icon="clipboard-list",
    ),
    "commitment_alert": Words(
        gettext_noop("No regular work of late"),
        gettext_noop(
            "No session was held and nothing submitted since %(silent_since_at)s. Your mentor and Learning "
            "Manager were told. This is no penalty: it ends when you take up work again."
        ),
        gettext_noop(
            "No session was held and nothing submitted since %(silent_since_at)s. Mentor and Learning Manager "
            "were told."
        ),
        icon="bell-ring",
    ),
    "commitment_resumed": Words(
        gettext_noop("Work was taken up again"),
        gettext_noop("The alert about no work since %(silent_since_at)s is over."),
        icon="circle-check",
    ),
    "commitment_marked": Words(
        gettext_noop("The Board was asked to look"),
        gettext_noop(
            "The Disciplinary Board was asked to look at the silence since %(silent_since_at)s: %(reasons)s"
        ),
        icon="gavel",
    ),
}
