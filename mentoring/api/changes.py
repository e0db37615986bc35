"""Changes of Path over the API: the mentor's word, the request, the school's decision (2.8)."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids
from accounts.api.resources import Resource, writes
from accounts.api.shapes import Day, Name, Nothing, Shape, Taken, Words
from mentoring import permissions, services
from mentoring.selectors.requests import changes_for, consultations_for
from mentoring.selectors.sessions import enrolments_seen_by
from mentoring.services.leaves import current_mentor
from students.models import ChangeOfPath, ChangeState, Consultation, Path

PEOPLE = ("enrolment__student__user", "enrolment__path")


class ConsultationShape(Shape):
    """What a mentor advised on the wish to go over to another Path: it comes first (C1)."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    student = serializers.IntegerField(source="enrolment.student_id")
    student_name = Name(source="enrolment.student.user")
    to_path = serializers.CharField(source="to_path.code")
    advice = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    recorded_by_name = Name(source="recorded_by")

    class Meta:
        ref_name = "Consultation"


class ConsultationTaken(Taken):
    enrolment = serializers.IntegerField()
    to_path = serializers.IntegerField()
    advice = Words()


class ConsultationFilter(filters.FilterSet):
    """By training."""

    enrolment = Ids("enrolment_id")

    class Meta:
        model = Consultation
        fields: tuple[str, ...] = ()


class Consultations(Resource):
    """Mentors' words on other Paths; a request rests on one."""

    tag = "changes"
    queryset = Consultation.objects.none()
    shape = ConsultationShape
    filterset_class = ConsultationFilter
    ordering, orderings = "-recorded_at", ("recorded_at",)

    def rows(self) -> QuerySet[Consultation]:
        return consultations_for(self.user, self.now)

    @extend_schema(
        summary="Record what you advised",
        request=ConsultationTaken,
        responses={201: ConsultationShape},
        examples=[
            OpenApiExample(
                "Advice", {"enrolment": 12, "to_path": 4, "advice": "It suits you."}, request_only=True
            )
        ],
        description="By the mentor of the day.",
    )
    @writes
    def create(self, request: Request) -> Response:
        body = self.taken(ConsultationTaken)
        seen = enrolments_seen_by(self.user, self.now).select_related("student", "path")
        enrolment = self.named("enrolment", seen, body["enrolment"])
        mentor = current_mentor(enrolment, self.now)
        self.ensure(mentor is not None and mentor.user_id == self.user.pk)
        made = services.record_consultation(
            enrolment_id=enrolment.pk,
            to_path=self.named("to_path", Path.objects.all(), body["to_path"]),
            advice=body["advice"],
            by=self.user,
            now=self.now,
        )
        return self.answer(made, 201)


class ChangeTaken(Taken):
    consultation = serializers.IntegerField()
    reason = Words()


class ScheduleTaken(Taken):
    takes_effect_on = Day(help_text="The seventh business day after its receipt, or later")
    ends_on = Day(help_text="The training's last day then, inclusive")
    decision = Words(required=False, default="")


class ChangeRefusalTaken(Taken):
    decision = Words()


class ChangeShape(Shape):
    """A change of Path and what became of it."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    student = serializers.IntegerField(source="enrolment.student_id")
    student_name = Name(source="enrolment.student.user")
    from_path = serializers.CharField(source="from_path.code")
    to_path = serializers.CharField(source="to_path.code")
    reason = serializers.CharField()
    requested_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True, help_text="The business days count from here")
    earliest_on = serializers.DateField(allow_null=True)
    takes_effect_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(ChangeState.choices)
    decision = serializers.CharField(allow_blank=True)
    effective_at = serializers.DateTimeField(allow_null=True)
    policy = serializers.CharField(source="policy_id")

    class Meta:
        ref_name = "ChangeOfPath"


class ChangeFilter(filters.FilterSet):
    """By training and state."""

    enrolment = Ids("enrolment_id")
    state = filters.MultipleChoiceFilter(choices=ChangeState.choices)

    class Meta:
        model = ChangeOfPath
        fields: tuple[str, ...] = ()


class Changes(Resource):
    """Changes of Path: one's own, those of students whom one mentors now, or those that staff look after."""

    tag = "changes"
    queryset = ChangeOfPath.objects.none()
    shape = ChangeShape
    revised = True
    filterset_class = ChangeFilter
    ordering, orderings = "-requested_at", ("requested_at",)

    def rows(self) -> QuerySet[ChangeOfPath]:
        return changes_for(self.user, self.now).prefetch_related(None)

    @extend_schema(
        summary="Ask for a change of Path",
        request=ChangeTaken,
        responses={201: ChangeShape},
        examples=[
            OpenApiExample(
                "After advice", {"consultation": 7, "reason": "I like data more."}, request_only=True
            )
        ],
        description="By the student, once the mentor's advice is recorded; funders approve first (C2).",
    )
    @writes
    def create(self, request: Request) -> Response:
        body = self.taken(ChangeTaken)
        rows = consultations_for(self.user, self.now).select_related(*PEOPLE)
        advice = self.named("consultation", rows, body["consultation"])
        self.ensure(permissions.can_ask_change(self.user, advice.enrolment))
        made = services.request_change(
            consultation_id=advice.pk, reason=body["reason"], by=self.user, now=self.now
        )
        return self.answer(made, 201)

    @extend_schema(
        summary="Set its day",
        request=ScheduleTaken,
        responses=ChangeShape,
        examples=[
            OpenApiExample(
                "A day", {"takes_effect_on": "2026-03-16", "ends_on": "2027-01-31"}, request_only=True
            )
        ],
        description="By the Learning Manager of the Path that is left, or the school.",
    )
    @action(detail=True, methods=["post"])
    @writes
    def schedule(self, request: Request, pk: str) -> Response:
        change = self._deciding()
        body = self.taken(ScheduleTaken)
        return self.answer(services.schedule_change(change_id=change.pk, **body, by=self.user, now=self.now))

    @extend_schema(
        summary="Refuse it, with reasons",
        request=ChangeRefusalTaken,
        responses=ChangeShape,
        examples=[OpenApiExample("No", {"decision": "That Path is full."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def refuse(self, request: Request, pk: str) -> Response:
        change = self._deciding()
        body = self.taken(ChangeRefusalTaken)
        return self.answer(services.refuse_change(change_id=change.pk, **body, by=self.user, now=self.now))

    @extend_schema(summary="Stay on the Path", request=Nothing, responses=ChangeShape)
    @action(detail=True, methods=["post"])
    @writes
    def withdraw(self, request: Request, pk: str) -> Response:
        change: ChangeOfPath = self.fetch(*PEOPLE)
        self.ensure(permissions.can_ask_change(self.user, change.enrolment))
        self.match(required=False)
        self.taken(Nothing)
        return self.answer(services.withdraw_change(change_id=change.pk, by=self.user, now=self.now))

    def _deciding(self) -> ChangeOfPath:
        change: ChangeOfPath = self.fetch(*PEOPLE)
        self.ensure(permissions.can_decide_change(self.user, change.enrolment))
        self.match(required=False)
        return change
