"""A project that is approved, given back and asked anew once, with a defence that is booked."""

from __future__ import annotations

from typing import Any

from mentoring.models import SkillAssessment
from students.models import Remark, Requirement, SkillApproval
from tests.factories import LONG_AGO, make_approved_work, make_defence, make_document, make_project
from tests.matrix.people import DAY, NOW, WEEK

from .school import World


def make_work(world: World) -> dict[str, Any]:
    """An approved project of the student's."""
    project = make_project(world.path, skills=["a"], in_depth=True)
    work = make_approved_work(world.mentor.user, world.enrolment, project=project)
    return {
        "project": project,
        "skill": project.skills.get(),
        "projectwork": work,
        "deliverable": work.deliverables.get(),
    }


def rows(world: World) -> dict[str, Any]:
    made = make_work(world)
    work, skill, version = made["projectwork"], made["skill"], made["deliverable"]
    past = make_defence(work, NOW - 3 * WEEK - 2 * DAY)
    past.recording = make_document(past.student.user, purpose="defence-recording")
    past.recorded_at = NOW - 3 * WEEK
    past.save()
    word = SkillAssessment.objects.create(defence=past, skill=skill, approved=True, comment="Shown")
    past.state, past.decided_at, past.decided_by, past.comment = "failed", NOW, past.assessor.user, "Go on"
    past.save()
    return {
        **made,
        "deliverablefile": version.files.get(),
        "review": version.review,
        "remark": Remark.objects.create(
            work=work, author=world.mentor.user, text="Look here", written_at=NOW
        ),
        "requirement": Requirement.objects.create(
            work=work, kind="rework", clause="PL.3", reason="Copied", required_at=LONG_AGO
        ),
        "skillapproval": SkillApproval.objects.create(
            work=work, skill=skill, approved_at=NOW, approved_by=past.assessor.user
        ),
        "skillassessment": word,
        "defence": make_defence(work, NOW + 2 * DAY),
    }
