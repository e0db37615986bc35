"""Cases before the Disciplinary Board are opened here: by three absences in a row (3.2, A9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from discipline.models import Case, CaseKind
from mentoring.models import Streak
from mentoring.services.recordings import NewHold, place_holds
from mentoring.services.streaks import take_up
from record.services import lock_chains, write

from .telling import about_case, case_entry, case_messages, heads_of_learning

CLAUSE = "3.2"


def open_cases(streak_ids: Sequence[int], now: datetime) -> int:
    """Open one case for each of these locked streaks that none was opened for (3.2, A9).

    The case, its entry and its messages are dated by when the streak was reached; a streak that was
    undone since still gets its case here, and the withdrawal follows as it would have on time (A10).
    """
    streaks = list(
        Streak.objects.filter(pk__in=streak_ids, taken_up_at__isnull=True)
        .select_related("enrolment__student__user", "enrolment__path")
        .order_by("reached_at", "pk")
    )
    if not streaks:
        return 0
    chains = lock_chains(sorted({streak.enrolment.student.user_id for streak in streaks}))
    cases = Case.objects.bulk_create(_case(streak) for streak in streaks)
    place_holds(
        NewHold(case.student_id, about_case(case), case.opened_at, enrolment_id=case.enrolment_id)
        for case in cases
    )
    take_up([streak.pk for streak in streaks], now)
    heads = heads_of_learning()
    write(
        entries=[case_entry("case_opened", case, case.opened_at) for case in cases],
        messages=[
            message for case in cases for message in case_messages("case_opened", case, case.opened_at, heads)
        ],
        now=now,
        chains=chains,
    )
    return len(cases)


def _case(streak: Streak) -> Case:
    return Case(
        kind=CaseKind.ATTENDANCE,
        student=streak.enrolment.student,
        enrolment=streak.enrolment,
        streak=streak,
        clause=CLAUSE,
        policy_id=streak.policy_id,
        opened_at=streak.reached_at,
        facts=streak.facts,
    )
