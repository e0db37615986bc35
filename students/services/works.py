"""A student's work on a project: versions are handed in, decided on, required anew, and its skills approved.

Lock order: the work → the student's chain. Whoever decides on a version and whoever hands in another stand in line
at the work's row. Which mentor decides is known above this app: ``tell`` are the people of the other side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from record.documents.services import Upload, store_document
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.projects import (
    COMPLETION,
    REQUIRED_STATE,
    TAKES_VERSIONS,
    check_move,
    check_version,
    is_late,
    unmet,
)
from rulebook.projects import Requirement as Required
from students.models import (
    Deliverable,
    DeliverableFile,
    EnrolmentState,
    ProjectWork,
    Remark,
    Requirement,
    Review,
    ReviewDecision,
    SkillApproval,
    WorkState,
)
from students.permissions import check_open, check_standing
from students.selectors import skills_of

PURPOSE = "deliverable"
MOST_FILES = 10


def lock_work(work_id: int) -> ProjectWork:
    """The work with its people, locked and fresh. Needs a transaction; raises ``ProjectWork.DoesNotExist``."""
    ProjectWork.objects.select_for_update(no_key=True).get(pk=work_id)
    return ProjectWork.objects.select_related("enrolment__student__user", "enrolment__path", "project").get(
        pk=work_id
    )


@transaction.atomic
def submit_deliverable(
    *,
    work_id: int,
    uploads: Sequence[Upload],
    note: str = "",
    tell: Collection[int] = (),
    by: User,
    now: datetime,
) -> Deliverable:
    """The student hands in a version: always another one, never in place of an earlier (T2).

    Deliverables are individual (P1): nobody hands in for somebody else. Raises ``RuleError`` on ``files`` for what
    cannot be handed in, and ``PermissionDenied``.
    """
    work = lock_work(work_id)
    if by.pk != work.enrolment.student.user_id:
        raise PermissionDenied
    _check_open(work, now)
    if len(uploads) > MOST_FILES:
        raise _refuse("files", gettext_noop("A version has %(most)s files at most."), most=MOST_FILES)
    if not uploads:
        check_version(work.state, (), ())
    if work.state not in TAKES_VERSIONS:
        check_version(work.state, ("",), ())
    documents = [
        store_document(
            purpose=PURPOSE,
            upload=upload,
            subject=by,
            about=f"students.projectwork:{work.pk}",
            by=by,
            now=now,
        )
        for upload in uploads
    ]
    digests = [each.sha256 for each in documents]
    files = DeliverableFile.objects.filter(deliverable__work=work)
    check_version(work.state, digests, files.values_list("sha256", flat=True))
    last = work.deliverables.aggregate(last=Max("version"))["last"] or 0
    version = Deliverable.objects.create(
        work=work,
        version=last + 1,
        note=note.strip(),
        submitted_at=now,
        submitted_by=by,
        due_on=work.due_on,
        late=is_late(now, work.due_on, work.enrolment.time_zone),
    )
    DeliverableFile.objects.bulk_create(
        DeliverableFile(deliverable=version, document=each, sha256=each.sha256) for each in documents
    )
    Requirement.objects.filter(work=work, met_by__isnull=True).update(met_by=version)
    _move(work, WorkState.SUBMITTED, now)
    facts = {
        "version": version.version,
        "late": version.late,
        "due_on": str(work.due_on) if work.due_on else None,
        "files": [{"name": each.file_name, "sha256": each.sha256} for each in documents],
    }
    write(
        entries=[enter("deliverable_submitted", work, facts, by=by, now=now)],
        messages=[
            message(
                "deliverable_submitted", work, person, f"{version.pk}", now, {**facts, "note": version.note}
            )
            for person in _others(tell, by)
        ],
        now=now,
    )
    return version


@transaction.atomic
def decide_on_version(
    *, deliverable_id: int, decision: ReviewDecision, comment: str, by: User, now: datetime
) -> Review:
    """The mentor's decision on the current version; who the mentor is was asked before (``mentoring``).

    Raises ``RuleError`` on ``comment`` when there is none, on ``version`` when another came meanwhile or this one was
    decided on, on ``decision`` for what a finding asks and was not done, and ``PermissionDenied`` for one's own work.
    """
    work = lock_work(Deliverable.objects.values_list("work_id", flat=True).get(pk=deliverable_id))
    if by.pk == work.enrolment.student.user_id:
        raise PermissionDenied
    text = comment.strip()
    if not text:
        raise _refuse("comment", gettext_noop("Say why: the student reads it, and the jury later."))
    version = Deliverable.objects.get(pk=deliverable_id)
    newest = work.deliverables.aggregate(last=Max("version"))["last"]
    if version.version != newest:
        raise _refuse(
            "version", gettext_noop("Version %(newest)s came in meanwhile: read that one."), newest=newest
        )
    if work.enrolment.closed_at is not None:
        check_standing(work.enrolment, now, "version")
    if work.dropped_at is not None:
        raise _refuse("version", gettext_noop("This project is no longer asked: its student changed Path."))
    if Review.objects.filter(deliverable=version).exists() or work.state != WorkState.SUBMITTED:
        raise _refuse("version", gettext_noop("This version was decided on already."))
    approve = decision == ReviewDecision.APPROVE
    required = list(work.requirements.values_list("required_at", flat=True))
    if approve and unmet(required, version.submitted_at):
        raise RuleError(
            "decision",
            "PL.3",
            gettext_noop("A finding asks for another version first: this one came before it."),
        )
    review = Review.objects.create(
        deliverable=version, decision=decision, comment=text, decided_at=now, decided_by=by
    )
    _move(work, WorkState.APPROVED if approve else WorkState.TO_REWORK, now)
    kind = "project_approved" if approve else "project_to_rework"
    facts = {"version": version.version, "comment": text, "in_depth": work.in_depth}
    student = work.enrolment.student.user_id
    write(
        entries=[enter(kind, work, facts, by=by, now=now)],
        messages=[message(kind, work, student, f"{version.pk}", now, {**facts, "mentor": by.full_name})],
        now=now,
    )
    return review


@transaction.atomic
def require_rework(
    *,
    work: ProjectWork,
    reason: str,
    about: str = "",
    clause: str = "PL.3",
    tell: Collection[int] = (),
    by: User | None,
    now: datetime,
) -> Requirement:
    """A finding asks that a project is reworked: it is approved only in a version that comes after this (PL.3).

    ``about`` names the finding; asked twice it asks once. An approval that stands gives way, and so do the skills
    that a defence approved. Raises ``RuleError`` on ``reason`` and on ``enrolment`` for a training that has ended.
    """
    return _require(Required.REWORK, work.pk, reason, about, clause, tell, by, now)


@transaction.atomic
def require_redo(
    *,
    work: ProjectWork,
    reason: str,
    about: str = "",
    clause: str = "PL.3",
    tell: Collection[int] = (),
    by: User | None,
    now: datetime,
) -> Requirement:
    """A finding asks that a project is entirely redone: only a wholly new version after this counts (PL.3).

    None of the files that were ever handed in for it is taken again. Otherwise as ``require_rework``.
    """
    return _require(Required.REDO, work.pk, reason, about, clause, tell, by, now)


def _require(
    kind: Required,
    work_id: int,
    reason: str,
    about: str,
    clause: str,
    tell: Collection[int],
    by: User | None,
    now: datetime,
) -> Requirement:
    work = lock_work(work_id)
    if about and (standing := Requirement.objects.filter(work=work, about=about).first()):
        return standing
    if not (text := reason.strip()):
        raise RuleError("reason", clause, gettext_noop("Say what was found."))
    if work.enrolment.state != EnrolmentState.ACTIVE:
        raise RuleError("enrolment", clause, gettext_noop("This training has ended."))
    # What is redone from scratch is not reworked first.
    after = WorkState.TO_REDO if work.state == WorkState.TO_REDO else WorkState(REQUIRED_STATE[kind])
    if work.state == WorkState.TODO and kind is Required.REWORK:
        raise RuleError(
            "work", clause, gettext_noop("Nothing was handed in yet: there is nothing to rework.")
        )
    requirement = Requirement.objects.create(
        work=work, kind=str(kind), clause=clause, reason=text, about=about, required_at=now, required_by=by
    )
    SkillApproval.objects.filter(work=work, withdrawn_at__isnull=True).update(withdrawn_at=now)
    _move(work, after, now)
    name = f"{kind}_required"
    facts = {"reason": text, "requirement": requirement.pk}
    student = work.enrolment.student.user_id
    messages = [message(name, work, student, f"{requirement.pk}", now, facts, clause=clause)]
    messages += [
        message("rework_required_mentor", work, person, f"{requirement.pk}", now, facts, clause=clause)
        for person in _others(tell, by)
    ]
    write(entries=[enter(name, work, facts, by=by, now=now, clause=clause)], messages=messages, now=now)
    return requirement


@transaction.atomic
def write_remark(
    *,
    work_id: int,
    text: str,
    deliverable_id: int | None = None,
    tell: Collection[int] = (),
    by: User,
    now: datetime,
) -> Remark:
    """Say something about the work that both sides read. Who may was asked before."""
    work = lock_work(work_id)
    if not (text := text.strip()):
        raise _refuse("text", gettext_noop("Write something first."))
    student = work.enrolment.student.user_id
    if by.pk == student:
        check_standing(work.enrolment, now, "text")
    version = None if deliverable_id is None else work.deliverables.get(pk=deliverable_id)
    remark = Remark.objects.create(work=work, deliverable=version, author=by, text=text, written_at=now)
    facts = {"text": text, "author": by.full_name}
    messages = [
        message("remark_to_mentor", work, person, f"{remark.pk}", now, facts)
        for person in _others(tell, by)
        if person != student
    ]
    if by.pk != student:
        messages.append(message("remark_to_student", work, student, f"{remark.pk}", now, facts))
    write(entries=[], messages=messages, now=now)
    return remark


@transaction.atomic
def set_due_day(*, work_id: int, due_on: date | None, by: User, now: datetime) -> ProjectWork:
    """The last day for a version, inclusive in the training's zone; what was handed in keeps its own.

    Raises ``RuleError`` on ``due_on`` for a day outside of the training.
    """
    work = lock_work(work_id)
    enrolment = work.enrolment
    if work.state not in TAKES_VERSIONS or work.dropped_at is not None:
        raise _refuse("due_on", gettext_noop("Nothing more is handed in for this project."))
    if due_on is not None and not enrolment.starts_on <= due_on <= enrolment.last_day:
        raise _refuse("due_on", gettext_noop("This day lies outside of the training."))
    if due_on == work.due_on:
        return work
    work.due_on = due_on
    work.save(update_fields=["due_on"])
    facts = {"due_on": str(due_on) if due_on else None}
    write(
        entries=[enter("due_day_set" if due_on else "due_day_lifted", work, facts, by=by, now=now)],
        messages=[message("due_day_set", work, enrolment.student.user_id, now.isoformat(), now, facts)]
        if due_on
        else [],
        now=now,
    )
    return work


def approve_skills(
    *, work: ProjectWork, comments: Mapping[int, str], passed: bool, about: str, by: User, now: datetime
) -> list[SkillApproval]:
    """Skills that an assessor approved at a defence; with ``passed`` they are all, and the work is defended.

    ``work`` comes from ``lock_work``; who assesses, and that it was recorded, was asked before. Needs a transaction.
    """
    made = SkillApproval.objects.bulk_create(
        SkillApproval(work=work, skill_id=pk, approved_at=now, approved_by=by, comment=comment.strip())
        for pk, comment in comments.items()
    )
    skills = skills_of([work])[work.pk]
    named = {skill.pk: skill for skill in skills}
    entries = [
        enter(
            "skill_approved",
            work,
            {
                "skill": named[each.skill_id].code,
                "title": named[each.skill_id].title,
                "comment": each.comment,
                "defence": about,
            },
            by=by,
            now=now,
        )
        for each in made
    ]
    if passed:
        _move(work, WorkState.DEFENDED, now)
        entries.append(enter("project_defended", work, {"defence": about}, by=by, now=now))
    write(entries=entries, now=now)
    return made


def approved_skills(work: ProjectWork) -> frozenset[int]:
    """The skills of a work that are approved and stand."""
    rows = SkillApproval.objects.filter(work=work, withdrawn_at__isnull=True)
    return frozenset(rows.values_list("skill_id", flat=True))


@transaction.atomic
def carry_over_skills(*, work: ProjectWork, by: User | None, now: datetime) -> list[SkillApproval]:
    """Skills that the student has proved in another training carry over by their code (2.8).

    For each skill that the work asks and an earlier approval of the same student stands for; the project itself is
    still handed in and approved.
    """
    work = lock_work(work.pk)
    have = approved_skills(work)
    wanted = {each.code: each for each in skills_of([work])[work.pk] if each.pk not in have}
    earlier: dict[str, SkillApproval] = {}
    for row in (
        SkillApproval.objects.filter(
            work__enrolment__student=work.enrolment.student_id,
            skill__code__in=wanted,
            withdrawn_at__isnull=True,
        )
        .exclude(work=work)
        .select_related("skill")
        .order_by("approved_at", "pk")
    ):
        earlier.setdefault(row.skill.code, row)
    made = SkillApproval.objects.bulk_create(
        SkillApproval(
            work=work,
            skill=wanted[code],
            approved_at=now,
            approved_by_id=row.approved_by_id,
            comment=row.comment,
            carried_from=row,
        )
        for code, row in earlier.items()
    )
    entries = [
        enter("skill_carried_over", work, {"skill": each.skill.code}, by=by, now=now, clause="2.8")
        for each in made
    ]
    write(entries=entries, now=now)
    return made


def enter(
    kind: str,
    work: ProjectWork,
    facts: Mapping[str, object],
    *,
    by: User | None,
    now: datetime,
    clause: str = COMPLETION,
) -> NewEntry:
    """An entry about a work for its student's chain."""
    return NewEntry(
        subject_id=work.enrolment.student.user_id,
        kind=kind,
        clause=clause,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk if by else None,
        about=f"students.projectwork:{work.pk}",
        facts={"project": work.project.title, **facts},
    )


def message(
    kind: str,
    work: ProjectWork,
    person: int,
    occasion: str,
    now: datetime,
    facts: Mapping[str, object],
    *,
    clause: str = COMPLETION,
) -> NewMessage:
    """A message about a work to one of its people."""
    return NewMessage(
        recipient_id=person,
        kind=kind,
        occasion=f"{kind.replace('_', '-')}:{work.pk}:{occasion}:{person}",
        due_at=now,
        context={
            "work": work.pk,
            "project": work.project.title,
            "path": work.enrolment.path.title,
            "student": work.enrolment.student.user.full_name,
            "clause": clause,
            **facts,
        },
    )


def _check_open(work: ProjectWork, now: datetime) -> None:
    if work.dropped_at is not None:
        raise _refuse("files", gettext_noop("This project is no longer asked of you."))
    check_standing(work.enrolment, now, "files")
    if work.enrolment.state != EnrolmentState.ACTIVE:
        raise RuleError("files", "2.7", gettext_noop("This training has ended."))
    check_open(work.enrolment, now, "files")


def _move(work: ProjectWork, after: WorkState, now: datetime) -> None:
    check_move(work.state, after)
    # Since when it waits: a version in place of one that nobody has read does not send it to the end of the line.
    if work.state != after or work.state_since is None:
        work.state_since = now
    work.state = after
    work.save(update_fields=["state", "state_since"])


def _others(people: Iterable[int], by: User | None) -> list[int]:
    return sorted({person for person in people if by is None or person != by.pk})


def _refuse(field: str, text: str, **params: object) -> RuleError:
    return RuleError(field, COMPLETION, text, params)
