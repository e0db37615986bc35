"""Two cases of the student: one that is summoned to a meeting, and one that was heard and is being decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import Role
from discipline.models import BoardRole, Companion, Excuse, StudentRepresentative
from discipline.tests.world import draft, hold, inform, make_case, seat, summon
from tests.factories import LONG_AGO, make_document, make_user
from tests.matrix.people import DAY, NOW

from .school import World

BEFORE = NOW - 12 * DAY


def rows(world: World) -> dict[str, Any]:
    adviser, fellow = make_user(Role.STUDENT), make_user(Role.STUDENT)
    representative = StudentRepresentative.objects.create(
        user=adviser, path=world.path, starts_on=LONG_AGO.date()
    )
    summoned, heard = (make_case(world.enrolment, at=BEFORE) for _ in range(2))
    seats: dict[str, Any] = {}
    for case in (summoned, heard):
        inform(case, at=BEFORE + DAY)
        for role, user in (
            (BoardRole.CHAIR, world.people["head_of_learning"]),
            (BoardRole.LEARNING_MANAGER, world.people["learning_manager"]),
            (BoardRole.REPRESENTATIVE, adviser),
        ):
            seats[f"{case.pk}:{role}"] = seat(case, role, user)
    meeting = summon(summoned, starts_at=NOW + 6 * DAY, sent_at=NOW - DAY)
    held = hold(summon(heard, starts_at=NOW - 4 * DAY, sent_at=NOW - 9 * DAY))
    companion = Companion.objects.create(case=summoned, user=fellow, asked_at=NOW - DAY)
    excuse = Excuse.objects.create(
        meeting=meeting,
        ground="illness",
        document=make_document(world.student.user, purpose="adjournment-proof"),
        sent_at=NOW - timedelta(hours=1),
        sent_by=world.student.user,
    )
    return {
        "board_path": world.path,
        "board_case": summoned,
        "board_heard": heard,
        "board_chair": seats[f"{summoned.pk}:chair"],
        "board_seat": seats[f"{summoned.pk}:representative"],
        "board_meeting": meeting,
        "board_summons": meeting.summonses.get(),
        "board_held": held,
        "board_companion": companion,
        "board_excuse": excuse,
        "board_draft": draft(heard, held, at=NOW - 2 * DAY),
        "board_representative": representative,
    }
