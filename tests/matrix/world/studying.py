"""A stay elsewhere, a study group, and what the student has accepted and shown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from students.models import (
    Acceptance,
    CheckIn,
    ConductReport,
    EquipmentCheck,
    GroupPost,
    GroupResource,
    Membership,
    Place,
    PlaceRules,
    Stay,
    StudyGroup,
    StudySession,
)
from tests.matrix.people import DAY, NOW

from .school import World


def make_studying(world: World) -> dict[str, Any]:
    """One row of each thing that has an address in the API, too."""
    student = world.student
    group = StudyGroup.objects.create(title="SQL on Thursdays", path=world.path, made_at=NOW, made_by=student)
    place = Place.objects.create(name="Workshop")
    return {
        "studygroup": group,
        "membership": Membership.objects.create(group=group, student=student, owner=True, joined_at=NOW),
        "studysession": StudySession.objects.create(
            group=group,
            title="Joins",
            starts_at=NOW + DAY,
            ends_at=NOW + DAY + timedelta(hours=1),
            made_at=NOW,
            made_by=student,
        ),
        "acceptance": Acceptance.objects.create(
            student=student, document="policy", version="2025", digest="d", accepted_at=NOW
        ),
        "equipmentcheck": EquipmentCheck.objects.create(
            student=student,
            done_at=NOW,
            measured=False,
            connection="works",
            camera="works",
            microphone="works",
        ),
        "place": place,
        "placerules": PlaceRules.objects.create(place=place, text="Wear shoes.", written_at=NOW),
        "stay": Stay.objects.create(
            enrolment=world.enrolment,
            place=place,
            starts_on=date(2026, 4, 1),
            ends_on=date(2026, 4, 2),
            arranged_at=NOW,
        ),
        "conductreport": ConductReport.objects.create(
            kind="abuse", reporter=student.user, text="Shouted.", made_at=NOW
        ),
    }


def rows(world: World) -> dict[str, Any]:
    made = make_studying(world)
    shared = {"group": made["studygroup"], "author": world.student, "posted_at": NOW}
    return {
        **made,
        "grouppost": GroupPost.objects.create(text="On my way.", **shared),
        "groupresource": GroupResource.objects.create(title="A link", **shared),
        "checkin": CheckIn.objects.create(stay=made["stay"], day=date(2026, 4, 1), at=NOW),
    }
