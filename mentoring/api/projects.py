"""What students do on their projects over the API: works, versions, decisions, defences (2.2, 2.6, T2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids, Instants
from accounts.api.resources import Resource, writes
from accounts.api.shapes import Day, Instant, Later, Name, Nothing, Shape, Taken, Words
from mentoring.models import Defence, DefenceState, SkillAssessment
from mentoring.permissions import can_assess, can_hand_in, can_join_defence
from mentoring.purposes import DEFENCE_RECORDING, DELIVERABLE
from mentoring.selectors.defence_slots import defence_slots
from mentoring.selectors.works import (
    assessors_for,
    defences_for,
    deliverables_for,
    skill_rows,
    versions_of,
    works_for,
)
from mentoring.services import defences as defending
from mentoring.services import works as services
from record.models import StagedUpload
from rulebook.defences import Assessment
from students.models import Deliverable, DeliverableFile, ProjectWork, ReviewDecision, WorkState
from students.services.works import MOST_FILES

PEOPLE = ("enrolment__student__user", "enrolment__path", "project")


class WorkShape(Shape):
    """One student on one project."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    student = serializers.IntegerField(source="enrolment.student_id")
    student_name = Name(source="enrolment.student.user")
    project = serializers.IntegerField(source="project_id")
    title = serializers.CharField(source="project.title")
    state = serializers.ChoiceField(WorkState.choices)
    state_since = serializers.DateTimeField(allow_null=True)
    in_depth = serializers.BooleanField(help_text="As it was given to this student")
    due_on = serializers.DateField(allow_null=True)
    given_at = serializers.DateTimeField()
    dropped_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "ProjectWork"


class WorkDetail(WorkShape):
    """… with its skills, versions and what is required before it can be approved."""

    skills = Later(help_text="Code, title, and the approval that stands")
    versions = Later(help_text="The ids of its deliverables, the newest first")
    asked_anew = Later(help_text="What findings asked for and was not done yet")

    class Meta:
        ref_name = "ProjectWorkDetail"


class DeliverableShape(Shape):
    """One version of what was handed in."""

    id = serializers.IntegerField()
    work = serializers.IntegerField(source="work_id")
    version = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)
    submitted_at = serializers.DateTimeField()
    late = serializers.BooleanField()
    decision = serializers.CharField(source="review.decision", allow_null=True)
    comment = serializers.CharField(source="review.comment", allow_null=True)
    decided_at = serializers.DateTimeField(source="review.decided_at", allow_null=True)
    decided_by_name = Name(source="review.decided_by", allow_null=True)

    class Meta:
        ref_name = "Deliverable"


class DeliverableDetail(DeliverableShape):
    """… with its files."""

    files = Later(help_text="Name, digest and address of each")

    class Meta:
        ref_name = "DeliverableDetail"


class DefenceShape(Shape):
    """A defence of a project."""

    id = serializers.IntegerField()
    work = serializers.IntegerField(source="work_id")
    student = serializers.IntegerField(source="student_id")
    student_name = Name(source="student.user")
    assessor = serializers.IntegerField(source="assessor_id")
    assessor_name = Name(source="assessor.user")
    attempt = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    medium = serializers.CharField()
    state = serializers.ChoiceField(DefenceState.choices)
    recorded_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField(allow_blank=True)

    class Meta:
        ref_name = "Defence"


class DefenceDetail(DefenceShape):
    """… with the word on each skill."""

    assessments = Later(help_text="Skill, whether it was approved, and the comment")

    class Meta:
        ref_name = "DefenceDetail"


class UploadsTaken(Taken):
    uploads = serializers.ListField(
        child=serializers.UUIDField(),
        allow_empty=True,
        max_length=MOST_FILES,
        help_text="Ids of resumable uploads of the purpose “deliverable” that have arrived",
    )
    note = Words(required=False)


class RemarkTaken(Taken):
    text = Words()


class DueTaken(Taken):
    due_on = Day(allow_null=True)


class VersionDecisionTaken(Taken):
    decision = serializers.ChoiceField(ReviewDecision.choices)
    comment = Words()


class DefenceTaken(Taken):
    work = serializers.IntegerField()
    assessor = serializers.IntegerField()
    starts_at = Instant()
    minutes = serializers.IntegerField(
        min_value=1, max_value=600, required=False, help_text="Where the mentor or the school proposes a time"
    )


class CallOffTaken(Taken):
    reason = Words()


class RecordingTaken(Taken):
    upload = serializers.UUIDField(help_text="A resumable upload of the purpose “defence-recording”")


class SkillWord(Taken):
    skill = serializers.IntegerField()
    approved = serializers.BooleanField()
    comment = Words()

    class Meta:
        ref_name = "SkillWord"


class DefenceOutcomeTaken(Taken):
    skills = SkillWord(many=True, allow_empty=True, max_length=100)  # type: ignore[call-arg]  # with many, which the stubs do not know
    comment = Words()


class WorkFilter(filters.FilterSet):
    """By training, project and state."""

    enrolment = Ids("enrolment_id")
    project = Ids("project_id")
    student = Ids("enrolment__student_id")
    state = filters.MultipleChoiceFilter(choices=WorkState.choices)

    class Meta:
        model = ProjectWork
        fields: tuple[str, ...] = ()


class DeliverableFilter(filters.FilterSet):
    """By work and time."""

    work = Ids("work_id")
    late = filters.BooleanFilter()
    submitted_from = Instants("submitted_at", "gte")

    class Meta:
        model = Deliverable
        fields: tuple[str, ...] = ()


class DefenceFilter(filters.FilterSet):
    """By work, people, state and time."""

    work = Ids("work_id")
    student = Ids("student_id")
    assessor = Ids("assessor_id")
    state = filters.MultipleChoiceFilter(choices=DefenceState.choices)
    starts_from = Instants("starts_at", "gte")
    starts_before = Instants("starts_at", "lt")

    class Meta:
        model = Defence
        fields: tuple[str, ...] = ()


def arrived(user: Any, purpose: str, keys: list[Any], field: str) -> list[StagedUpload]:
    """One's own uploads that have arrived, in the order of their ids; refused by the field where one is not there."""
    found = {
        row.key: row
        for row in StagedUpload.objects.filter(
            owner=user, purpose=purpose, finished_at__isnull=False, key__in=keys
        )
    }
    if missing := [str(key) for key in keys if key not in found]:
        raise ValidationError({field: [f"No such upload: {missing[0]}"]})
    return [found[key] for key in dict.fromkeys(keys)]


class Works(Resource):
    """Works on projects: a student's own, of the students whom one mentors or assesses, and as staff."""

    tag = "projects"
    queryset = ProjectWork.objects.none()
    shape, one = WorkShape, WorkDetail
    filterset_class = WorkFilter
    ordering, orderings = "-pk", ("pk",)

    def rows(self) -> QuerySet[ProjectWork]:
        return works_for(self.user, self.now)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        work: ProjectWork = ProjectWork.objects.get(pk=row["pk"])
        skills = [
            {
                "id": skill.pk,
                "code": skill.code,
                "title": skill.title,
                "approved_at": approval.approved_at if approval else None,
                "approved_by_name": approval.approved_by.full_name if approval else None,
                "comment": approval.comment if approval else None,
                "carried_over": bool(approval and approval.carried_from_id),
            }
            for skill, approval in skill_rows(work)
        ]
        required = work.requirements.filter(met_by__isnull=True).values(
            "kind", "clause", "reason", "required_at"
        )
        return {
            **shown,
            "skills": skills,
            "versions": [each.pk for each in versions_of(work)],
            "asked_anew": list(required),
        }

    @extend_schema(
        summary="Hand in another version",
        request=UploadsTaken,
        responses={201: WorkDetail},
        examples=[
            OpenApiExample(
                "A file", {"uploads": ["0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11"], "note": ""}, request_only=True
            )
        ],
        description="By the student, of their own work. Versions are never overwritten (T2).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def submit(self, request: Request, pk: str) -> Response:
        work: ProjectWork = self.fetch(*PEOPLE)
        self.ensure(can_hand_in(self.user, work))
        body = self.taken(UploadsTaken)
        uploads = arrived(self.user, DELIVERABLE, body["uploads"], "uploads")
        made = services.submit_deliverable(
            work_id=work.pk, uploads=uploads, note=body.get("note", ""), by=self.user, now=self.now
        )
        return self.answer(work, 201, version=made.version)

    @extend_schema(
        summary="Comment on a work",
        request=RemarkTaken,
        responses=WorkDetail,
        examples=[OpenApiExample("A comment", {"text": "Look at the second query."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def comment(self, request: Request, pk: str) -> Response:
        work: ProjectWork = self.fetch()
        body = self.taken(RemarkTaken)
        services.write_remark(work_id=work.pk, text=body["text"], by=self.user, now=self.now)
        return self.answer(work)

    @extend_schema(
        summary="Set the last day for a version",
        request=DueTaken,
        responses=WorkDetail,
        examples=[OpenApiExample("A day", {"due_on": "2026-04-30"}, request_only=True)],
        description="By the mentor of the day; inclusive, in the training's time zone.",
    )
    @action(detail=True, methods=["post"])
    @writes
    def due(self, request: Request, pk: str) -> Response:
        work: ProjectWork = self.fetch()
        body = self.taken(DueTaken)
        services.set_due_day(work_id=work.pk, due_on=body["due_on"], by=self.user, now=self.now)
        return self.answer(work)

    @extend_schema(
        summary="The assessors before whom it can be defended, and the free hours of each",
        responses={200: {"type": "array", "items": {"type": "object"}}},
        filters=False,
    )
    @action(detail=True, url_path="defence-slots")
    def defence_slots(self, request: Request, pk: str) -> Response:
        work: ProjectWork = self.fetch(*PEOPLE)
        found = []
        for assessor in assessors_for(work)[:10]:
            offer = defence_slots(work, assessor, now=self.now)
            found.append(
                {
                    "assessor": assessor.pk,
                    "assessor_name": assessor.user.full_name,
                    "minutes": int(offer.length.total_seconds()) // 60,
                    "starts_at": offer.starts,
                }
            )
        return Response(found)


class Deliverables(Resource):
    """Versions of what was handed in."""

    tag = "projects"
    queryset = Deliverable.objects.none()
    shape, one = DeliverableShape, DeliverableDetail
    filterset_class = DeliverableFilter
    ordering, orderings = "-submitted_at", ("submitted_at",)

    def rows(self) -> QuerySet[Deliverable]:
        return deliverables_for(self.user, self.now)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        files = (
            DeliverableFile.objects.filter(deliverable=row["pk"]).select_related("document").order_by("pk")
        )
        return {
            **shown,
            "files": [
                {
                    "name": each.document.file_name,
                    "size": each.document.size,
                    "content_type": each.document.content_type,
                    "sha256": each.sha256,
                    "url": each.document.get_absolute_url(),
                }
                for each in files
            ],
        }

    @extend_schema(
        summary="Approve a version, or give it back",
        request=VersionDecisionTaken,
        responses=DeliverableDetail,
        examples=[
            OpenApiExample("Approved", {"decision": "approve", "comment": "Clear."}, request_only=True)
        ],
        description="By the mentor of the day. Refused where another version came meanwhile.",
    )
    @action(detail=True, methods=["post"])
    @writes
    def decide(self, request: Request, pk: str) -> Response:
        version: Deliverable = self.fetch()
        body = self.taken(VersionDecisionTaken)
        services.decide_on_version(
            deliverable_id=version.pk,
            decision=ReviewDecision(body["decision"]),
            comment=body["comment"],
            by=self.user,
            now=self.now,
        )
        return self.answer(version)


class Defences(Resource):
    """Defences of projects. The rules on notice, lateness and absence are those of sessions (3.2)."""

    tag = "defences"
    queryset = Defence.objects.none()
    shape, one = DefenceShape, DefenceDetail
    revised = True
    filterset_class = DefenceFilter
    ordering, orderings = "-starts_at", ("starts_at",)

    def rows(self) -> QuerySet[Defence]:
        return defences_for(self.user, self.now)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        given = SkillAssessment.objects.filter(defence=row["pk"]).order_by("skill__position", "pk")
        words = given.values("skill_id", "skill__code", "approved", "comment")
        return {
            **shown,
            "assessments": [
                {
                    "skill": each["skill_id"],
                    "code": each["skill__code"],
                    "approved": each["approved"],
                    "comment": each["comment"],
                }
                for each in words
            ],
        }

    def _opened(self) -> Defence:
        defence: Defence = self.fetch("student__user", "assessor__user", "work__enrolment__path")
        return defence

    @extend_schema(
        summary="Book a defence",
        request=DefenceTaken,
        responses={201: DefenceDetail},
        examples=[
            OpenApiExample(
                "A slot", {"work": 5, "assessor": 2, "starts_at": "2026-03-05T13:00:00Z"}, request_only=True
            )
        ],
        description="The student picks a free slot; the mentor and the school may propose any time.",
    )
    @writes
    def create(self, request: Request) -> Response:
        body: dict[str, Any] = self.taken(DefenceTaken)
        rows = works_for(self.user, self.now).select_related(*PEOPLE)
        work: ProjectWork = self.named("work", rows, body["work"])
        minutes = body.get("minutes")
        made = defending.book_defence(
            work_id=work.pk,
            assessor_id=body["assessor"],
            starts_at=body["starts_at"],
            length=timedelta(minutes=minutes) if minutes else None,
            by=self.user,
            now=self.now,
        )
        return self.answer(made, 201)

    @extend_schema(
        summary="Join: the first opening is kept, and judged by nobody", request=None, responses=DefenceDetail
    )
    @action(detail=True, methods=["post"])
    @writes
    def join(self, request: Request, pk: str) -> Response:
        defence = self._opened()
        self.ensure(can_join_defence(self.user, defence))
        self.taken(Nothing)
        joined = defending.join_defence(defence_id=defence.pk, by=self.user, now=self.now)
        return self.answer(defence, video_link=joined.video_link)

    @extend_schema(
        summary="Call a booked defence off",
        request=CallOffTaken,
        responses=DefenceDetail,
        examples=[OpenApiExample("A reason", {"reason": "I am ill."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def cancel(self, request: Request, pk: str) -> Response:
        defence = self._opened()
        body = self.taken(CallOffTaken)
        defending.cancel_defence(defence_id=defence.pk, reason=body["reason"], by=self.user, now=self.now)
        return self.answer(defence)

    @extend_schema(
        summary="Add the recording",
        request=RecordingTaken,
        responses=DefenceDetail,
        examples=[
            OpenApiExample("An upload", {"upload": "0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11"}, request_only=True)
        ],
        description="By its assessor, from a resumable upload that has arrived (2.6).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def recording(self, request: Request, pk: str) -> Response:
        defence = self._opened()
        self.ensure(can_assess(self.user, defence))
        body = self.taken(RecordingTaken)
        upload = arrived(self.user, DEFENCE_RECORDING, [body["upload"]], "upload")[0]
        defending.attach_recording(defence_id=defence.pk, upload=upload, by=self.user, now=self.now)
        return self.answer(defence)

    @extend_schema(
        summary="Give the word on each skill, and with it the outcome",
        request=DefenceOutcomeTaken,
        responses=DefenceDetail,
        examples=[
            OpenApiExample(
                "Passed",
                {
                    "skills": [{"skill": 4, "approved": True, "comment": "Well shown."}],
                    "comment": "A sound defence.",
                },
                request_only=True,
            )
        ],
        description="By its assessor. Without a recording no skill is approved (2.6).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def decide(self, request: Request, pk: str) -> Response:
        defence = self._opened()
        self.ensure(can_assess(self.user, defence))
        body = self.taken(DefenceOutcomeTaken)
        assessed = {each["skill"]: Assessment(each["approved"], each["comment"]) for each in body["skills"]}
        defending.decide_defence(
            defence_id=defence.pk, assessed=assessed, comment=body["comment"], by=self.user, now=self.now
        )
        return self.answer(defence)
