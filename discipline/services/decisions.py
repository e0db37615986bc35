"""The Board's decision (B5, B6): drafted by the chair, confirmed by the Learning Manager, and then never changed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from discipline.models import (
    BoardRole,
    Case,
    CaseState,
    Decision,
    Meeting,
    MeetingState,
    Penalty,
    Step,
)
from discipline.permissions.board import chairs, sits_to_decide
from discipline.selectors.board import (
    explained,
    ladder_clause,
    outcome_of,
    proposed_measure,
    standing_members,
)
from mentoring.services.streaks import seal
from record.canonical import to_json
from record.services import write
from rulebook.decisions import (
    Measure,
    PenaltyFacts,
    check_penalty,
    check_scale,
    needs_letter,
)
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written

from .acts import enter, lock_case, move, news, touch
from .dispatch import dispatch_decision

CLAUSE = "4.2"


@transaction.atomic
def draft_decision(
    *, case_id: int, kind: str, reasons: str, by: User, now: datetime, expected: int | None = None
) -> Decision:
    """The chair writes the decision that the votes came to, or a warning that needs no meeting (B5).

    Again, until it is confirmed. ``expected`` is the draft's revision that was looked at (abuse 53). Raises
    ``RuleError`` on ``kind``, ``reasons``, ``votes``, ``complaint``, ``meeting`` and ``explanations``.
    """
    case = lock_case(case_id)
    if chairs(by, case) is None:
        raise PermissionDenied
    meeting = _check(case, kind, reasons, now)
    row = Decision.objects.filter(case=case).first()
    if expected is not None and (row.revision if row else 0) != expected:
        raise _stale()
    if row is None:
        row = Decision(case=case, revision=0)
    row.meeting = meeting
    row.penalty_kind, row.reasons, row.proposal = kind, reasons.strip(), case.proposal
    row.clause = ladder_clause(case, kind)
    row.policy_id = policy_at(now).id
    row.needs_letter = needs_letter(Measure(kind), by_meeting=meeting is not None)
    row.drafted_at, row.drafted_by = now, by
    row.revision += 1
    row.save()
    touch(case)
    managers = [each.user_id for each in standing_members(case) if each.role == BoardRole.LEARNING_MANAGER]
    write(
        entries=[],
        messages=news(
            "drafted", case, managers, f"board-drafted:{row.pk}:{row.revision}", now, clause=CLAUSE
        ),
        now=now,
    )
    return row


@transaction.atomic
def return_draft(*, decision_id: int, remarks: str, by: User, now: datetime) -> Decision:
    """The second person does not sign it as it is, and says why; the chair writes it again."""
    row, case = _locked(decision_id)
    _ensure_second(by, row, case)
    if not written(remarks):
        raise RuleError("remarks", CLAUSE, gettext_noop("Say what should be different."))
    row.revision += 1
    row.save(update_fields=["revision"])
    write(
        entries=[],
        messages=news(
            "returned",
            case,
            [row.drafted_by_id],
            f"board-returned:{row.pk}:{row.revision}",
            now,
            context={"remarks": remarks.strip(), "member": by.full_name},
            clause=CLAUSE,
        ),
        now=now,
    )
    return row


@transaction.atomic
def confirm_decision(*, decision_id: int, expected: int, by: User, now: datetime) -> Decision:
    """The second signature: from here on it stands, and goes out (B6).

    ``expected`` is the revision that was read: what is signed is what was read. Raises ``RuleError`` on whatever
    stands against the penalty by now.
    """
    row, case = _locked(decision_id)
    _ensure_second(by, row, case)
    if row.revision != expected:
        raise _stale()
    _check(case, row.penalty_kind, row.reasons, now)
    if case.streak_id is not None and not seal(case.streak_id, now):
        raise RuleError(
            "case",
            CLAUSE,
            gettext_noop("The three absences no longer stand in a row: the case is withdrawn."),
        )
    row.confirmed_at, row.confirmed_by = now, by
    row.save(update_fields=["confirmed_at", "confirmed_by"])
    move(case, Step.DECIDE, decided_at=now)
    Penalty.objects.create(
        decision=row,
        case=case,
        student=case.student,
        enrolment=case.enrolment,
        kind=row.penalty_kind,
        decided_at=now,
        policy_id=row.policy_id,
    )
    facts = {
        "decision": row.pk,
        "outcome": "letter" if row.needs_letter else "email",
        "drafted_by": row.drafted_by.full_name,
        "confirmed_by": by.full_name,
        # The student reads this at once, and the decision by its letter: what it says is only sealed here.
        "digest": decision_digest(row),
    }
    write(
        entries=[enter("decision_confirmed", case, now, by=by, facts=facts, clause=CLAUSE)],
        messages=news(
            "confirmed", case, [row.drafted_by_id], f"board-confirmed:{row.pk}", now, clause=CLAUSE
        ),
        now=now,
    )
    dispatch_decision(decision=row, now=now)
    return row


def decision_digest(row: Decision) -> str:
    """SHA-256 over what was decided, when it was drafted and why."""
    said = {
        "case": row.case_id,
        "kind": row.penalty_kind,
        "reasons": row.reasons,
        "clause": row.clause,
        "drafted_at": row.drafted_at,
    }
    return hashlib.sha256(to_json(said).encode()).hexdigest()


def _check(case: Case, kind: str, reasons: str, now: datetime) -> Meeting | None:
    """The meeting that decided this, if one did; raises where the penalty may not be decided now (B1, B5)."""
    if case.state not in (CaseState.INFORMED, CaseState.HEARD):
        raise RuleError("case", CLAUSE, gettext_noop("The Board does not decide this case now."))
    measure = check_scale(kind, case.kind, proposed_measure(case))
    meeting = Meeting.objects.filter(case=case, state=MeetingState.HELD).first()
    if (
        case.state == CaseState.INFORMED
        and Meeting.objects.filter(case=case, state=MeetingState.PLANNED).exists()
    ):
        raise RuleError("meeting", CLAUSE, gettext_noop("A meeting is planned: it decides."))
    if meeting is not None:
        voted = outcome_of(meeting)
        if voted.measure is Measure.NONE:
            raise RuleError(
                "kind",
                CLAUSE,
                gettext_noop("The Board voted for no penalty: close the case with its reasons."),
            )
        if voted.measure is not measure:
            raise RuleError("kind", CLAUSE, gettext_noop("The Board voted for another penalty."))
    check_penalty(
        measure,
        PenaltyFacts(
            informed_at=case.informed_at,
            explained=explained(case, now),
            held_at=meeting.held_at if meeting else None,
            reasons=reasons,
        ),
        now,
    )
    return meeting


def _locked(decision_id: int) -> tuple[Decision, Case]:
    case = lock_case(Decision.objects.values_list("case_id", flat=True).get(pk=decision_id))
    rows = Decision.objects.select_for_update(of=("self",), no_key=True).select_related("drafted_by")
    return rows.get(pk=decision_id), case


def _ensure_second(by: User, row: Decision, case: Case) -> None:
    """The Learning Manager of the Board, who did not draft it."""
    member = sits_to_decide(by, case)
    if member is None or member.role != BoardRole.LEARNING_MANAGER or row.drafted_by_id == by.pk:
        raise PermissionDenied
    if row.confirmed_at is not None:
        raise RuleError("decision", CLAUSE, gettext_noop("This decision is confirmed: nothing changes it."))


def _stale() -> RuleError:
    return RuleError(
        "decision", CLAUSE, gettext_noop("The draft has changed since you read it. Read it again.")
    )
