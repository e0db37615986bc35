"""Suspicions of plagiarism (PL.2, P2, P3): reported with evidence, established or dismissed by a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from discipline.models import (
    Case,
    CaseFact,
    CaseKind,
    CaseState,
    Penalty,
    PenaltyKind,
    Stage,
    Suspicion,
    SuspicionEvidence,
    SuspicionSource,
    SuspicionState,
)
from discipline.permissions.proceedings import can_decide_suspicion, can_report, teaches
from mentoring.services.recordings import NewHold, place_holds
from mentoring.services.works import require_redo, require_rework
from record.services import lock_chains, write
from record.types import NewEntry, NewMessage
from rulebook.errors import RuleError
from rulebook.ladder import CLAUSES, Found, History, Proposal, Rung, propose
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.projects import ALONE, PLAGIARISM, Requirement
from rulebook.texts import written
from students.models import Deliverable, Enrolment, EnrolmentState, ProjectWork, Review

from .acts import about, touch
from .reports import announce
from .telling import heads_of_learning


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pieces side by side: what was handed in, and what it is likened to."""

    title: str
    other_title: str
    excerpt: str = ""
    other_excerpt: str = ""
    other_url: str = ""
    deliverable_id: int | None = None


@transaction.atomic
def report_suspicion(
    *,
    work_id: int,
    text: str,
    pairs: Sequence[Pair],
    deliverable_id: int | None = None,
    stage: str | None = None,
    by: User | None,
    now: datetime,
) -> Suspicion:
    """Anyone who teaches reports a suspicion, with evidence; without a person it is the screening's. Never a penalty.

    Raises ``RuleError`` on ``text``, ``evidence`` and ``deliverable``.
    """
    work = ProjectWork.objects.select_related(
        "enrolment__student__user", "enrolment__path__learning_manager", "project"
    ).get(pk=work_id)
    if by is not None and not (teaches(by) and can_report(by, work.enrolment, now)):
        raise PermissionDenied
    if not (text := written(text)):
        raise _refuse("text", gettext_noop("Say what is suspected, and why."))
    if not pairs:
        raise _refuse("evidence", gettext_noop("Name at least one passage and what it is likened to."))
    if deliverable_id is not None and not Deliverable.objects.filter(pk=deliverable_id, work=work).exists():
        raise _refuse("deliverable", gettext_noop("This version is not of this project."))
    suspicion = Suspicion.objects.create(
        enrolment=work.enrolment,
        work=work,
        deliverable_id=deliverable_id,
        reported_by=by,
        source=SuspicionSource.PERSON if by is not None else SuspicionSource.SCREENING,
        stage=Stage(stage) if stage else None,
        text=text,
        reported_at=now,
        policy_id=policy_at(now).id,
    )
    _add(suspicion, pairs, by, now)
    # To who decides; nothing goes into the student's record: a suspicion is never held against anybody.
    manager = work.enrolment.path.learning_manager_id
    people = {manager} if manager else set(heads_of_learning())
    people -= {by.pk if by else None, work.enrolment.student.user_id}
    write(
        entries=[_school_entry("suspicion_reported", suspicion, now, None)],
        messages=[_message("suspected", suspicion, person, now) for person in sorted(people)],
        now=now,
    )
    return suspicion


@transaction.atomic
def add_evidence(
    *, suspicion_id: int, pairs: Sequence[Pair], by: User, now: datetime
) -> list[SuspicionEvidence]:
    """Put more side by side, while nobody has decided. Raises ``RuleError`` on ``suspicion`` and ``evidence``."""
    suspicion = _locked(suspicion_id)
    if by.pk != suspicion.reported_by_id and not can_decide_suspicion(by, suspicion, now):
        raise PermissionDenied
    _ensure_open(suspicion)
    rows = _add(suspicion, pairs, by, now)
    _count_on(suspicion)
    return rows


@transaction.atomic
def dismiss_suspicion(
    *, suspicion_id: int, reasons: str, expected: int | None = None, by: User, now: datetime
) -> Suspicion:
    """Nothing was found: with reasons, and without a trace in the student's record. Raises ``RuleError``."""
    suspicion = _to_decide(suspicion_id, reasons, expected, by, now)
    suspicion.state = SuspicionState.DISMISSED
    _decided(suspicion, reasons, by, now)
    write(
        entries=[_school_entry("suspicion_dismissed", suspicion, now, by)],
        messages=_to_who_reported(suspicion, now),
        now=now,
    )
    return suspicion


@transaction.atomic
def establish_suspicion(
    *, suspicion_id: int, stage: str, reasons: str, expected: int | None = None, by: User, now: datetime
) -> Suspicion:
    """Plagiarism is established (P3): the case opens at once, the project is blocked, the ladder proposes a measure.

    Raises ``RuleError`` on ``stage``, ``reasons``, ``suspicion`` and what the project refuses.
    """
    suspicion = _to_decide(suspicion_id, reasons, expected, by, now)
    if stage not in Stage.values:
        raise _refuse("stage", gettext_noop("Say how far it went."))
    proposal = propose(Found(stage), _committed_at(suspicion), history_of(suspicion))
    # Locks in their order: the case, the project and what is booked on it, the student's chain.
    case = _waiting_case(suspicion)
    _block(suspicion, proposal, reasons, by, now)
    chains = lock_chains([suspicion.enrolment.student.user_id])
    fresh = case is None
    if case is None:
        case = _new_case(suspicion, now)
    suspicion.state, suspicion.stage, suspicion.case = SuspicionState.ESTABLISHED, stage, case
    suspicion.repeated = proposal.rung == Rung.AGAIN
    _decided(suspicion, reasons, by, now)
    CaseFact.objects.create(
        case=case,
        text=reasons.strip(),
        clause=PLAGIARISM,
        about=f"discipline.suspicion:{suspicion.pk}",
        happened_at=suspicion.deliverable.submitted_at if suspicion.deliverable else None,
        added_at=now,
    )
    _propose(case, proposal, suspicion)
    entries = [_established(suspicion, case, proposal, by, now)]
    messages = _to_who_reported(suspicion, now)
    if fresh:
        place_holds([NewHold(case.student_id, about(case), now, enrolment_id=case.enrolment_id)])
        opened, told = announce(case, now)
        entries, messages = [*opened, *entries], [*told, *messages]
    write(entries=entries, messages=messages, now=now, chains=chains)
    return suspicion


def history_of(suspicion: Suspicion) -> History:
    """What went before, for the ladder: this student's plagiarism, without what was dismissed or taken back."""
    student = suspicion.enrolment.student_id
    warnings = Penalty.objects.filter(
        student=student,
        kind=PenaltyKind.WARNING,
        case__kind=CaseKind.PLAGIARISM,
        effective_at__isnull=False,
    ).values_list("effective_at", flat=True)
    findings = (
        Suspicion.objects.filter(enrolment__student=student, state=SuspicionState.ESTABLISHED)
        .exclude(pk=suspicion.pk)
        .exclude(case__state__in=[CaseState.CLOSED, CaseState.WITHDRAWN])
        .values_list("decided_at", flat=True)
    )
    evaluated = Review.objects.filter(deliverable__work__enrolment__student=student)
    return History(
        warnings=[at for at in warnings if at],
        findings=[at for at in findings if at],
        evaluated=list(evaluated.values_list("decided_at", flat=True)),
    )


def ladder_of(suspicion: Suspicion, stage: str | None = None) -> Rung | None:
    """The rung that the ladder would propose; none as long as nobody said how far it went."""
    stage = stage or suspicion.stage
    if not stage:
        return None
    return propose(Found(stage), _committed_at(suspicion), history_of(suspicion)).rung


def _committed_at(suspicion: Suspicion) -> datetime:
    """When it was done: handed in with the version, or the project's last one; else when it was reported."""
    if suspicion.deliverable is not None:
        return suspicion.deliverable.submitted_at
    last: datetime | None = Deliverable.objects.filter(work=suspicion.work).aggregate(at=Max("submitted_at"))[
        "at"
    ]
    return last or suspicion.reported_at


def _waiting_case(suspicion: Suspicion) -> Case | None:
    """The case of the same project that waits for its complaint: one fact, one case (abuse 51)."""
    rows = Case.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=Suspicion.objects.filter(work=suspicion.work_id, work__isnull=False).values("case"),
        enrolment=suspicion.enrolment,
        kind=CaseKind.PLAGIARISM,
        state=CaseState.OPEN,
    )
    return rows.order_by("pk").first()


def _new_case(suspicion: Suspicion, now: datetime) -> Case:
    enrolment = suspicion.enrolment
    return Case.objects.create(
        kind=CaseKind.PLAGIARISM,
        student=enrolment.student,
        enrolment=enrolment,
        clause=CLAUSES[CaseKind.PLAGIARISM],
        policy_id=suspicion.policy_id,
        opened_at=now,
        facts=json.dumps({"suspicion": suspicion.pk, "project": _project(suspicion)}, sort_keys=True),
    )


def _propose(case: Case, proposal: Proposal, suspicion: Suspicion) -> None:
    """The heaviest that was found stands: another finding of the same project never makes it milder."""
    heavier = list(Rung)
    standing = json.loads(case.proposal)["rung"] if case.proposal else None
    if standing is None or heavier.index(proposal.rung) > heavier.index(Rung(standing)):
        case.proposal = json.dumps(
            {
                "measure": proposal.measure,
                "rung": proposal.rung,
                "project": proposal.project,
                "clause": proposal.clause,
                "words": proposal.words,
                "suspicion": suspicion.pk,
            },
            sort_keys=True,
        )
    touch(case, "proposal")


def _block(suspicion: Suspicion, proposal: Proposal, reasons: str, by: User, now: datetime) -> None:
    """The project is reworked or redone before anything of it is approved (PL.3)."""
    if suspicion.work is None or suspicion.enrolment.state != EnrolmentState.ACTIVE:
        return
    ask = {"reason": reasons, "about": f"discipline.suspicion:{suspicion.pk}", "clause": PLAGIARISM}
    if proposal.project == Requirement.REDO:
        require_redo(work=suspicion.work, **ask, by=by, now=now)
    elif proposal.project == Requirement.REWORK:
        require_rework(work=suspicion.work, **ask, by=by, now=now)


def _established(suspicion: Suspicion, case: Case, proposal: Proposal, by: User, now: datetime) -> NewEntry:
    return NewEntry(
        subject_id=suspicion.enrolment.student.user_id,
        kind="plagiarism_established",
        clause=PLAGIARISM,
        policy_id=suspicion.policy_id,
        happened_at=now,
        actor_id=by.pk,
        about=about(case),
        facts={
            "case": case.pk,
            "suspicion": suspicion.pk,
            "project": _project(suspicion),
            "stage": str(suspicion.stage),
            "rung": str(proposal.rung),
            "reasons": suspicion.reasons,
        },
    )


def _add(
    suspicion: Suspicion, pairs: Sequence[Pair], by: User | None, now: datetime
) -> list[SuspicionEvidence]:
    last = suspicion.evidence.aggregate(last=Max("position"))["last"] or 0
    rows = []
    for position, pair in enumerate(pairs, last + 1):
        if not pair.title.strip() or not pair.other_title.strip():
            raise _refuse(
                "evidence", gettext_noop("Name both sides: what was handed in, and what it is like.")
            )
        rows.append(
            SuspicionEvidence(
                suspicion=suspicion,
                position=position,
                title=pair.title.strip(),
                other_title=pair.other_title.strip(),
                excerpt=pair.excerpt,
                other_excerpt=pair.other_excerpt,
                other_url=pair.other_url,
                deliverable_id=pair.deliverable_id or suspicion.deliverable_id,
                added_at=now,
                added_by=by,
            )
        )
    return SuspicionEvidence.objects.bulk_create(rows)


def _locked(suspicion_id: int) -> Suspicion:
    # The training first, so that two findings at once share one case.
    enrolment = Suspicion.objects.values_list("enrolment_id", flat=True).get(pk=suspicion_id)
    Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment)
    return (
        Suspicion.objects.select_for_update(of=("self",))
        .select_related(
            "enrolment__student__user",
            "enrolment__path__learning_manager",
            "work__project",
            "deliverable",
            "reported_by",
        )
        .get(pk=suspicion_id)
    )


def _to_decide(suspicion_id: int, reasons: str, expected: int | None, by: User, now: datetime) -> Suspicion:
    suspicion = _locked(suspicion_id)
    if not can_decide_suspicion(by, suspicion, now):
        raise PermissionDenied
    _ensure_open(suspicion)
    if expected is not None and expected != suspicion.revision:
        raise _refuse("revision", gettext_noop("Somebody added evidence meanwhile. Read it first."))
    if not written(reasons):
        raise _refuse("reasons", gettext_noop("Say why, from the evidence."))
    return suspicion


def _ensure_open(suspicion: Suspicion) -> None:
    if suspicion.state != SuspicionState.OPEN:
        raise _refuse("suspicion", gettext_noop("This suspicion was decided already."))


def _decided(suspicion: Suspicion, reasons: str, by: User, now: datetime) -> None:
    suspicion.reasons, suspicion.decided_at, suspicion.decided_by = reasons.strip(), now, by
    suspicion.revision += 1
    suspicion.save()


def _count_on(suspicion: Suspicion) -> None:
    suspicion.revision += 1
    suspicion.save(update_fields=["revision"])


def _project(suspicion: Suspicion) -> str:
    return suspicion.work.project.title if suspicion.work else ""


def _school_entry(kind: str, suspicion: Suspicion, now: datetime, by: User | None) -> NewEntry:
    return NewEntry(
        subject_id=None,
        kind=kind,
        clause=ALONE,
        policy_id=suspicion.policy_id,
        happened_at=now,
        actor_id=by.pk if by else None,
        about=f"discipline.suspicion:{suspicion.pk}",
        facts={"suspicion": suspicion.pk},
    )


def _to_who_reported(suspicion: Suspicion, now: datetime) -> list[NewMessage]:
    if suspicion.reported_by_id is None:
        return []
    return [_message("suspicion_decided", suspicion, suspicion.reported_by_id, now)]


def _message(event: str, suspicion: Suspicion, person: int, now: datetime) -> NewMessage:
    return NewMessage(
        recipient_id=person,
        kind="case_news",
        occasion=f"suspicion-{event}:{suspicion.pk}:{person}",
        due_at=now,
        context={
            "event": event,
            "suspicion": suspicion.pk,
            "student": suspicion.enrolment.student.user.full_name,
            "path": suspicion.enrolment.path.title,
            "project": _project(suspicion),
            "found": suspicion.state == SuspicionState.ESTABLISHED,
            "clause": ALONE,
            "policy": suspicion.policy_id,
        },
    )


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, ALONE, message)
