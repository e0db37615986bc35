"""Cases are withdrawn here: what they stood on was corrected before the Board decided (A7)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, OuterRef, Subquery

from discipline.models import PENDING_STATES, Case, CaseState
from mentoring.models import Streak
from mentoring.services.recordings import release_holds
from record.models import Entry
from record.services import lock_chains, write
from rulebook.marking import gettext_noop

from .telling import about_case, case_entry, case_messages, heads_of_learning


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
            next_due_at=None,
            revision=F("revision") + 1,
        )
    release_holds({about_case(case): _undone_at(case) for case in cases})
    heads = heads_of_learning()
    write(
        entries=[case_entry("case_withdrawn", case, _undone_at(case)) for case in cases],
        messages=[
            message
            for case in cases
            for message in case_messages("case_withdrawn", case, _undone_at(case), heads)
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


def _undone_at(case: Case) -> datetime:
    assert case.streak is not None and case.streak.undone_at is not None
    return case.streak.undone_at
