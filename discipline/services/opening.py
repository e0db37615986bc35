"""Cases before the Disciplinary Board: opened by three absences, withdrawn when they no longer stand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery

from accounts.models import Role, RoleGrant
from discipline.models import PENDING_STATES, Case, CaseKind, CaseState
from mentoring.models import Streak
from mentoring.services.facts import iso
from mentoring.services.recordings import NewHold, place_holds, release_holds
from mentoring.services.streaks import take_up
from record.models import Entry
from record.services import lock_chains, write
from record.types import NewEntry, NewMessage
from rulebook.marking import gettext_noop

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
        NewHold(case.student_id, _about(case), case.opened_at, enrolment_id=case.enrolment_id)
        for case in cases
    )
    take_up([streak.pk for streak in streaks], now)
    heads = _heads_of_learning()
    write(
        entries=[_entry("case_opened", case, case.opened_at) for case in cases],
        messages=[
            message for case in cases for message in _messages("case_opened", case, case.opened_at, heads)
        ],
        now=now,
        chains=chains,
    )
    return len(cases)


def withdraw_cases(case_ids: Sequence[int], now: datetime) -> int:
    """Withdraw these locked cases whose streak a correction undid before the Board decided (A7)."""
    cases = list(
        Case.objects.filter(pk__in=case_ids, state__in=PENDING_STATES, streak__undone_at__isnull=False)
        .select_related("streak", "enrolment__path", "student__user")
        .order_by("streak__undone_at", "pk")
    )
    if not cases:
        return 0
    chains = lock_chains(sorted({case.student.user_id for case in cases}))
    reasons = _why_undone(cases)
    for reason in sorted(set(reasons.values())):
        Case.objects.filter(pk__in=[pk for pk, own in reasons.items() if own == reason]).update(
            state=CaseState.WITHDRAWN,
            withdrawn_at=Subquery(Streak.objects.filter(pk=OuterRef("streak_id")).values("undone_at")[:1]),
            withdrawal_reason=reason,
            revision=F("revision") + 1,
        )
    release_holds({_about(case): _undone_at(case) for case in cases})
    heads = _heads_of_learning()
    write(
        entries=[_entry("case_withdrawn", case, _undone_at(case)) for case in cases],
        messages=[
            message
            for case in cases
            for message in _messages("case_withdrawn", case, _undone_at(case), heads)
        ],
        now=now,
        chains=chains,
    )
    return len(cases)


UNDONE_BY = {
    "held": gettext_noop("A session between the absences was held."),
    "statement": gettext_noop("The mentor's statement changed one of the absences."),
    "exception": gettext_noop(
        "Student Success accepted an exceptional circumstance for one of the absences."
    ),
    "contest": gettext_noop("A contest of one of the absences was upheld."),
    "report": gettext_noop("A video-conference report changed one of the absences."),
}
"""Why a case was withdrawn, by what undid its streak; said in the reader's language when it is shown."""

UNDONE = gettext_noop("A correction undid one of the absences, so that they no longer stand in a row.")


def _why_undone(cases: Sequence[Case]) -> dict[int, str]:
    """By the record of what undid each streak: one statement."""
    entries = Entry.objects.filter(
        kind="streak_undone", about__in={f"students.enrolment:{case.enrolment_id}" for case in cases}
    )
    causes = {}
    for payload in entries.values_list("payload", flat=True):
        facts = json.loads(payload)
        causes[facts["streak"]] = facts["cause"]
    return {case.pk: UNDONE_BY.get(causes.get(case.streak_id, ""), UNDONE) for case in cases}


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


def _about(case: Case) -> str:
    return f"discipline.case:{case.pk}"


def _undone_at(case: Case) -> datetime:
    assert case.streak is not None and case.streak.undone_at is not None
    return case.streak.undone_at


def _heads_of_learning() -> list[int]:
    return list(
        RoleGrant.objects.filter(role=Role.HEAD_OF_LEARNING, user__is_active=True)
        .order_by("user_id")
        .values_list("user_id", flat=True)
    )


def _facts(case: Case) -> dict[str, Any]:
    return {
        "case": case.pk,
        "enrolment": case.enrolment_id,
        "streak": case.streak_id,
        **json.loads(case.facts),
    }


def _entry(kind: str, case: Case, happened_at: datetime) -> NewEntry:
    return NewEntry(
        subject_id=case.student.user_id,
        kind=kind,
        clause=case.clause,
        policy_id=case.policy_id,
        happened_at=happened_at,
        about=_about(case),
        facts=_facts(case),
    )


def _messages(kind: str, case: Case, due_at: datetime, heads: Iterable[int]) -> list[NewMessage]:
    """The student is told; so are the Head of Learning and the Path's Learning Manager."""
    manager = case.enrolment.path.learning_manager_id
    staff = {*heads, manager} if manager is not None else set(heads)
    context = {
        **_facts(case),
        "student": case.student.user.full_name,
        "path": case.enrolment.path.title,
        "opened_at": iso(case.opened_at),
        "clause": case.clause,
        "policy": case.policy_id,
    }
    to = [(case.student.user_id, kind), *((pk, f"{kind}_staff") for pk in sorted(staff))]
    return [
        NewMessage(
            recipient_id=pk,
            kind=name,
            occasion=f"{name.replace('_', '-')}:{case.pk}:{pk}",
            due_at=due_at,
            context=context,
        )
        for pk, name in to
    ]
