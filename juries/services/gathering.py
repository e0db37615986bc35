"""What a candidate's record is made of (J2), read in a constant number of statements however much there is.

Recordings of mentoring sessions never enter (V1), nor whatever Student Success alone may read: no notices, reasons,
accommodations, proofs, conduct reports or notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from discipline.models import Penalty
from juries.models import PartKind
from mentoring.models import Defence, DefenceState, MonitoringReport, ReportState, Session
from record.models import Document
from students.models import Deliverable, Enrolment, ProjectWork, Skill, SkillApproval


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that belongs in the record, before it has a place there."""

    kind: PartKind
    title: str
    source: str
    content: dict[str, Any]
    document: Document | None = None


def everything(enrolment: Enrolment) -> list[Found]:
    """All that the record holds, in its order."""
    return [
        profile(enrolment),
        attendance(enrolment),
        *reports(enrolment),
        *projects(enrolment),
        *penalties(enrolment),
    ]


def later(enrolment: Enrolment, known: Iterable[str]) -> list[Found]:
    """What came since a record was made of these sources: reports, versions, defences, penalties.

    Profile and attendance stand in it as they were.
    """
    before = set(known)
    found = (*reports(enrolment), *projects(enrolment), *penalties(enrolment))
    return [each for each in found if each.source not in before]


def profile(enrolment: Enrolment) -> Found:
    student = enrolment.student
    return Found(
        PartKind.PROFILE,
        student.user.full_name,
        f"students.enrolment:{enrolment.pk}",
        {
            "name": student.user.full_name,
            "reference": student.reference or "",
            "path": enrolment.path.title,
            "path_code": enrolment.path.code,
            "starts_on": enrolment.starts_on,
            "ends_on": enrolment.last_day,
            "time_zone": enrolment.time_zone,
        },
    )


def attendance(enrolment: Enrolment) -> Found:
    """Every decided session with its verdict: what the picture is drawn from. Never why."""
    rows = list(
        Session.objects.filter(enrolment=enrolment, decided_at__isnull=False)
        .order_by("starts_at", "pk")
        .values_list("starts_at", "state")
    )
    return Found(
        PartKind.ATTENDANCE,
        "",
        f"students.enrolment:{enrolment.pk}:attendance",
        {
            "sessions": [{"starts_at": starts_at, "state": state} for starts_at, state in rows],
            "counts": dict(sorted(Counter(state for _, state in rows).items())),
        },
    )


def reports(enrolment: Enrolment) -> Iterator[Found]:
    rows = (
        MonitoringReport.objects.filter(enrolment=enrolment, state=ReportState.FINAL)
        .select_related("mentor__user", "session")
        .prefetch_related("additions__author")
        .order_by("owed_since", "pk")
    )
    for row in rows:
        yield Found(
            PartKind.REPORT,
            f"{row.owed_since:%Y-%m-%d}",
            f"mentoring.monitoringreport:{row.pk}",
            {
                "kind": row.kind,
                "about_at": row.session.starts_at if row.session else None,
                "month": row.month,
                "mentor": row.mentor.user.full_name,
                "submitted_at": row.submitted_at,
                "done": row.done,
                "next_steps": row.next_steps,
                "progress": row.progress,
                "attendance": row.attendance,
                "conduct": row.conduct,
                "conduct_note": row.conduct_note,
                "additions": [
                    {"author": each.author.full_name, "written_at": each.written_at, "text": each.text}
                    for each in row.additions.all()
                ],
            },
        )


def projects(enrolment: Enrolment) -> Iterator[Found]:
    """Each project, then the files of each version of it, then its defences."""
    works = (
        ProjectWork.objects.filter(enrolment=enrolment, dropped_at__isnull=True)
        .select_related("project")
        .prefetch_related(
            Prefetch("project__skills", Skill.objects.order_by("position", "pk")),
            Prefetch(
                "skill_approvals",
                SkillApproval.objects.filter(withdrawn_at__isnull=True).select_related(
                    "skill", "approved_by"
                ),
            ),
            Prefetch(
                "deliverables",
                Deliverable.objects.select_related("review__decided_by")
                .prefetch_related("files__document")
                .order_by("version"),
            ),
            Prefetch(
                "defences",
                Defence.objects.filter(state__in=(DefenceState.PASSED, DefenceState.FAILED))
                .select_related("assessor__user", "recording")
                .prefetch_related("assessments__skill")
                .order_by("attempt"),
            ),
        )
        .order_by("project__position", "pk")
    )
    for work in works:
        yield _project(work)
        for version in work.deliverables.all():
            yield from _version(work, version)
        for defence in work.defences.all():
            yield _defence(work, defence)


def _project(work: ProjectWork) -> Found:
    approved = {row.skill_id: row for row in work.skill_approvals.all()}
    reviews = [row.review for row in work.deliverables.all() if hasattr(row, "review")]
    return Found(
        PartKind.PROJECT,
        work.project.title,
        f"students.projectwork:{work.pk}:{work.state}",
        {
            "project": work.project.title,
            "state": work.state,
            "in_depth": work.in_depth,
            "skills": [
                {
                    "code": skill.code,
                    "title": skill.title,
                    "approved_at": approved[skill.pk].approved_at if skill.pk in approved else None,
                    "approved_by": approved[skill.pk].approved_by.full_name if skill.pk in approved else "",
                    "comment": approved[skill.pk].comment if skill.pk in approved else "",
                }
                for skill in work.project.skills.all()
            ],
            "decisions": [
                {
                    "version": review.deliverable.version,
                    "decision": review.decision,
                    "comment": review.comment,
                    "decided_at": review.decided_at,
                    "mentor": review.decided_by.full_name,
                }
                for review in reviews
            ],
        },
    )


def _version(work: ProjectWork, version: Deliverable) -> Iterator[Found]:
    for file in version.files.all():
        yield Found(
            PartKind.DELIVERABLE,
            f"{work.project.title} · {version.version}",
            f"students.deliverablefile:{file.pk}",
            {
                "project": work.project.title,
                "version": version.version,
                "note": version.note,
                "submitted_at": version.submitted_at,
                "late": version.late,
            },
            file.document,
        )


def _defence(work: ProjectWork, defence: Defence) -> Found:
    return Found(
        PartKind.DEFENCE,
        f"{work.project.title} · {defence.attempt}",
        f"mentoring.defence:{defence.pk}",
        {
            "project": work.project.title,
            "attempt": defence.attempt,
            "starts_at": defence.starts_at,
            "assessor": defence.assessor.user.full_name,
            "state": defence.state,
            "comment": defence.comment,
            "decided_at": defence.decided_at,
            "skills": [
                {
                    "code": each.skill.code,
                    "title": each.skill.title,
                    "approved": each.approved,
                    "comment": each.comment,
                }
                for each in defence.assessments.all()
            ],
        },
        defence.recording,
    )


def penalties(enrolment: Enrolment) -> Iterator[Found]:
    """Every penalty of the person (B8), of whichever training: what, when and by which clause, as the decision says."""
    rows = (
        Penalty.objects.filter(student=enrolment.student_id)
        .select_related("decision", "case")
        .order_by("decided_at", "pk")
    )
    for row in rows:
        yield Found(
            PartKind.PENALTY,
            f"{row.decided_at:%Y-%m-%d}",
            f"discipline.penalty:{row.pk}",
            {
                "kind": row.kind,
                "about": row.case.kind,
                "clause": row.decision.clause,
                "reasons": row.decision.reasons,
                "decided_at": row.decided_at,
                "effective_at": row.effective_at,
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
            },
        )
