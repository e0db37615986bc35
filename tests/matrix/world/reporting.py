"""A monitoring report, an alert, and what came in from other systems."""

from __future__ import annotations

from json import dumps
from typing import Any

from accounts.models import Role, User
from mentoring.models import (
    CommitmentAlert,
    ConferenceReport,
    MonitoringReport,
    ReportAddition,
    ReportRow,
    SessionState,
)
from students.models import ExternalId, RosterImport
from tests.factories import make_session, make_user
from tests.matrix.people import NOW, WEEK

from .school import World

NOTHING = {
    "changes": [],
    "problems": [],
    "counts": dict.fromkeys(("create", "update", "deactivate", "unchanged"), 0),
    "many": False,
}


def make_report(world: World) -> MonitoringReport:
    """A report that the mentor has submitted, on a session of four weeks ago."""
    return MonitoringReport.objects.create(
        enrolment=world.enrolment,
        mentor=world.mentor,
        kind="session",
        session=make_session(NOW - 4 * WEEK, mentorship=world.mentorship, state=SessionState.HELD),
        state="final",
        owed_since=NOW - WEEK,
        drafted_at=NOW - WEEK,
        submitted_at=NOW,
    )


def make_conference_report(by: User) -> ConferenceReport:
    return ConferenceReport.objects.create(
        provider="zoom", file_name="r.csv", digest="d", uploaded_at=NOW, uploaded_by=by
    )


def make_alert(world: World) -> CommitmentAlert:
    return CommitmentAlert.objects.create(
        enrolment=world.enrolment,
        silent_since=NOW - 5 * WEEK,
        raised_at=NOW - WEEK,
        clause="3.3",
        policy_id="2026-01",
    )


def rows(world: World) -> dict[str, Any]:
    # Uploads are their owner's alone; the owner is none of those in the table.
    admin = make_user(Role.ADMINISTRATOR)
    told = make_report(world)
    report = make_conference_report(admin)
    return {
        "monitoringreport": told,
        "held": told.session,
        "reportaddition": ReportAddition.objects.create(
            report=told, author=world.mentor.user, text="It was the API.", written_at=NOW
        ),
        "commitmentalert": make_alert(world),
        "conferencereport": report,
        "reportrow": ReportRow.objects.create(report=report, line=1),
        "externalid": ExternalId.objects.create(
            system="s", kind="user", sourced_id="1", told="{}", changed_at=NOW
        ),
        "rosterimport": RosterImport.objects.create(
            digest="d",
            file_name="f.zip",
            uploaded_at=NOW,
            uploaded_by=admin,
            outcome=dumps(NOTHING),
            outcome_digest="d",
        ),
    }
