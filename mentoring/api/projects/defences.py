"""Defences of projects (2.6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids, Instants
from accounts.api.resources import Resource, writes
from accounts.api.shapes import Nothing
from mentoring.models import Defence, DefenceState, SkillAssessment
from mentoring.permissions import can_assess, can_join_defence
from mentoring.purposes import DEFENCE_RECORDING
from mentoring.selectors.works import (
    defences_for,
    works_for,
)
from mentoring.services import defences as defending
from rulebook.defences import Assessment
from students.models import ProjectWork

from .shapes import (
    CallOffTaken,
    DefenceDetail,
    DefenceOutcomeTaken,
    DefenceShape,
    DefenceTaken,
    RecordingTaken,
)
from .uploads import arrived
from .works import PEOPLE


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
