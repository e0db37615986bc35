"""Versions: handed in by the student, decided on by the mentor (T2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from record.documents.services import Upload, store_document
from record.services import write
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.projects import (
    TAKES_VERSIONS,
    check_version,
    is_late,
    unmet,
)
from students.models import (
    Deliverable,
    DeliverableFile,
    EnrolmentState,
    ProjectWork,
    Requirement,
    Review,
    ReviewDecision,
    WorkState,
)
from students.permissions import check_open, check_standing

from .states import lock_work, move
from .telling import enter, message, others, refuse

PURPOSE = "deliverable"


MOST_FILES = 10


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
        raise refuse("files", gettext_noop("A version has %(most)s files at most."), most=MOST_FILES)
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
    move(work, WorkState.SUBMITTED, now)
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
            for person in others(tell, by)
        ],
        now=now,
    )
    return version


def _check_open(work: ProjectWork, now: datetime) -> None:
    if work.dropped_at is not None:
        raise refuse("files", gettext_noop("This project is no longer asked of you."))
    check_standing(work.enrolment, now, "files")
    if work.enrolment.state != EnrolmentState.ACTIVE:
        raise RuleError("files", "2.7", gettext_noop("This training has ended."))
    check_open(work.enrolment, now, "files")


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
        raise refuse("comment", gettext_noop("Say why: the student reads it, and the jury later."))
    version = Deliverable.objects.get(pk=deliverable_id)
    newest = work.deliverables.aggregate(last=Max("version"))["last"]
    if version.version != newest:
        raise refuse(
            "version", gettext_noop("Version %(newest)s came in meanwhile: read that one."), newest=newest
        )
    if work.enrolment.closed_at is not None:
        check_standing(work.enrolment, now, "version")
    if work.dropped_at is not None:
        raise refuse("version", gettext_noop("This project is no longer asked: its student changed Path."))
    if Review.objects.filter(deliverable=version).exists() or work.state != WorkState.SUBMITTED:
        raise refuse("version", gettext_noop("This version was decided on already."))
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
    move(work, WorkState.APPROVED if approve else WorkState.TO_REWORK, now)
    kind = "project_approved" if approve else "project_to_rework"
    facts = {"version": version.version, "comment": text, "in_depth": work.in_depth}
    student = work.enrolment.student.user_id
    write(
        entries=[enter(kind, work, facts, by=by, now=now)],
        messages=[message(kind, work, student, f"{version.pk}", now, {**facts, "mentor": by.full_name})],
        now=now,
    )
    return review
