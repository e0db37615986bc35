"""A work's row: locked, and moved from one state to the next."""

from __future__ import annotations

from datetime import datetime

from rulebook.projects import (
    check_move,
)
from students.models import (
    ProjectWork,
    WorkState,
)


def lock_work(work_id: int) -> ProjectWork:
    """The work with its people, locked and fresh. Needs a transaction; raises ``ProjectWork.DoesNotExist``."""
    ProjectWork.objects.select_for_update(no_key=True).get(pk=work_id)
    return ProjectWork.objects.select_related("enrolment__student__user", "enrolment__path", "project").get(
        pk=work_id
    )


def move(work: ProjectWork, after: WorkState, now: datetime) -> None:
    check_move(work.state, after)
    # Since when it waits: a version in place of one that nobody has read does not send it to the end of the line.
    if work.state != after or work.state_since is None:
        work.state_since = now
    work.state = after
    work.save(update_fields=["state", "state_since"])
