"""What the page of a student's work on a project shows, to whoever opens it."""

from __future__ import annotations

from typing import Any

from mentoring.forms.projects import RemarkForm
from mentoring.models import DefenceState
from mentoring.selectors import works as reads
from rulebook.projects import TAKES_VERSIONS
from students.models import ProjectWork, WorkState


def work_context(work: ProjectWork) -> dict[str, Any]:
    """The work with its versions, what was said, what was asked, its skills and defences: eight statements."""
    versions = reads.versions_of(work)
    defences = reads.defences_of(work)
    requirements = reads.requirements_of(work)
    return {
        "work": work,
        "project": work.project,
        "enrolment": work.enrolment,
        "student": work.enrolment.student.user,
        "versions": versions,
        "current": versions[0] if versions else None,
        "remarks": reads.remarks_of(work),
        "requirement": next((each for each in requirements if each.met_by_id is None), None),
        "requirements": requirements,
        "skills": reads.skill_rows(work),
        "defences": defences,
        "booked": next((each for each in defences if each.state == DefenceState.BOOKED), None),
        "takes_versions": work.state in TAKES_VERSIONS and work.dropped_at is None,
        "to_defend": work.in_depth and work.state == WorkState.APPROVED and work.dropped_at is None,
        "remark_form": RemarkForm(),
    }
