"""A row of each thing that a student asks for, as far open as its pages need it."""

from __future__ import annotations

from datetime import date
from typing import Any

from students.models import (
    AccommodationRequest,
    ChangeOfPath,
    Consultation,
    EndShift,
    FunderApproval,
    FunderClient,
    LeaveRequest,
)
from tests.factories import make_document, make_path
from tests.matrix.people import NOW, WEEK
from tests.papers import make_funding

from .school import World


def make_leave(world: World, **fields: Any) -> LeaveRequest:
    """Ten days in April, which Student Success has to validate."""
    return LeaveRequest.objects.create(
        **{
            "enrolment": world.enrolment,
            "starts_on": date(2026, 4, 6),
            "ends_on": date(2026, 4, 15),
            "asked_until": date(2026, 4, 15),
            "approver": "student_success",
            "requested_at": NOW,
            "complete_at": NOW,
            "policy_id": "2026-01",
            "state": "requested",
            "lapses_at": NOW + 8 * WEEK,
            **fields,
        }
    )


def make_change(world: World, **fields: Any) -> ChangeOfPath:
    """To another Path, after the mentor's advice."""
    consultation = Consultation.objects.create(
        enrolment=world.enrolment,
        to_path=make_path(),
        advice="Do",
        recorded_at=NOW,
        recorded_by=world.mentor.user,
    )
    return ChangeOfPath.objects.create(
        **{
            "enrolment": world.enrolment,
            "from_path": world.path,
            "to_path": consultation.to_path,
            "consultation": consultation,
            "reason": "Because",
            "requested_at": NOW,
            "policy_id": "2026-01",
            "state": "waiting",
            **fields,
        }
    )


def rows(world: World) -> dict[str, Any]:
    enrolment, student = world.enrolment, world.student.user
    funding = make_funding(enrolment)
    leave = make_leave(world)
    change = make_change(world, accepted_at=NOW, earliest_on=date(2026, 3, 13), state="accepted")
    return {
        "funder": funding.funder,
        "funding": funding,
        "leaverequest": leave,
        "short": make_leave(
            world,
            starts_on=date(2026, 5, 6),
            ends_on=date(2026, 5, 7),
            asked_until=date(2026, 5, 7),
            approver="mentor",
            lapses_at=NOW + 12 * WEEK,
        ),
        "funderapproval": FunderApproval.objects.create(
            funding=funding,
            leave=leave,
            state="received",
            document=make_document(student, purpose="funder-approval", content_type="application/pdf"),
            asked_at=NOW,
            received_at=NOW,
            received_from=student,
        ),
        "consultation": change.consultation,
        "changeofpath": change,
        "endshift": EndShift.objects.create(
            enrolment=enrolment,
            cause="dates",
            days=3,
            ends_on_before=date(2026, 12, 28),
            ends_on_after=date(2026, 12, 31),
            recorded_at=NOW,
        ),
        "funderclient": FunderClient.objects.create(
            funder=funding.funder, label="Test", client_id="c", secret_digest="d", created_at=NOW
        ),
        "adaptation": AccommodationRequest.objects.create(
            enrolment=enrolment,
            audio=True,
            proof=make_document(student, purpose="disability-proof", content_type="application/pdf"),
            requested_at=NOW,
        ),
    }
