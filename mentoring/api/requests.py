"""Leaves over the API: the same rows, rules and services as the pages (2.7)."""

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
from accounts.api.shapes import Day, Name, Shape, Taken, Words
from mentoring import permissions, services
from mentoring.selectors.requests import leaves_for
from mentoring.selectors.sessions import enrolments_seen_by
from mentoring.services.leaves import current_mentor
from students.models import LeaveApprover, LeaveRequest, LeaveState

PEOPLE = ("enrolment__student__user", "enrolment__path")


class LeaveShape(Shape):
    """A leave; its days are inclusive, by the enrolment's calendar."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    student = serializers.IntegerField(source="enrolment.student_id")
    student_name = Name(source="enrolment.student.user")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="As it stands; an early return shortens it")
    asked_until = serializers.DateField()
    reason = serializers.CharField(allow_blank=True)
    approver = serializers.ChoiceField(LeaveApprover.choices)
    needs_email = serializers.BooleanField(help_text="Not complete before its e-mail was sent")
    requested_at = serializers.DateTimeField()
    complete_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(LeaveState.choices)
    decided_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.CharField(allow_blank=True)
    back_on = serializers.DateField(allow_null=True)
    policy = serializers.CharField(source="policy_id")

    class Meta:
        ref_name = "Leave"


class LeaveTaken(Taken):
    enrolment = serializers.IntegerField()
    starts_on = Day()
    ends_on = Day(help_text="Inclusive")
    reason = Words(required=False, default="")


class LeaveDecisionTaken(Taken):
    decision = Words(required=False, default="")


class LeaveRefusalTaken(Taken):
    decision = Words()


class LeaveReturnTaken(Taken):
    back_on = Day(help_text="The first day back in training")


class NothingTaken(Taken):
    """Nothing is sent with it."""


class LeaveFilter(filters.FilterSet):
    """By training and state."""

    enrolment = Ids("enrolment_id")
    state = filters.MultipleChoiceFilter(choices=LeaveState.choices)

    class Meta:
        model = LeaveRequest
        fields: tuple[str, ...] = ()


class Leaves(Resource):
    """Leaves: one's own, those of students whom one mentors now, or those that staff look after."""

    tag = "leaves"
    queryset = LeaveRequest.objects.none()
    shape = LeaveShape
    revised = True
    filterset_class = LeaveFilter
    ordering, orderings = "-starts_on", ("starts_on", "requested_at")

    def rows(self) -> QuerySet[LeaveRequest]:
        return leaves_for(self.user, self.now).prefetch_related(None)

    @extend_schema(
        summary="Ask for a leave",
        request=LeaveTaken,
        responses={201: LeaveShape},
        examples=[
            OpenApiExample(
                "A week",
                {"enrolment": 12, "starts_on": "2026-07-06", "ends_on": "2026-07-12"},
                request_only=True,
            )
        ],
        description="By the student, in advance, or by staff. Over 15 days its e-mail goes out first (L2).",
    )
    @writes
    def create(self, request: Request) -> Response:
        body = self.taken(LeaveTaken)
        seen = enrolments_seen_by(self.user, self.now).select_related("student", "path")
        enrolment = self.named("enrolment", seen, body.pop("enrolment"))
        self.ensure(permissions.can_ask_leave(self.user, enrolment))
        leave = services.request_leave(enrolment_id=enrolment.pk, **body, by=self.user, now=self.now)
        return self.answer(leave, 201)

    @extend_schema(
        summary="Validate a leave",
        request=LeaveDecisionTaken,
        responses=LeaveShape,
        examples=[OpenApiExample("Yes", {"decision": "Enjoy it."}, request_only=True)],
        description="By whoever decides: its sessions are cancelled and the training's end moves (L4).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def validate(self, request: Request, pk: str) -> Response:
        leave = self._deciding()
        body = self.taken(LeaveDecisionTaken)
        return self.answer(services.validate_leave(leave_id=leave.pk, **body, by=self.user, now=self.now))

    @extend_schema(
        summary="Refuse a leave",
        request=LeaveRefusalTaken,
        responses=LeaveShape,
        examples=[OpenApiExample("No", {"decision": "Your defence is then."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def refuse(self, request: Request, pk: str) -> Response:
        leave = self._deciding()
        body = self.taken(LeaveRefusalTaken)
        return self.answer(services.refuse_leave(leave_id=leave.pk, **body, by=self.user, now=self.now))

    @extend_schema(
        summary="Withdraw a leave that has not begun",
        request=NothingTaken,
        responses=LeaveShape,
        examples=[OpenApiExample("Withdraw", {}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def withdraw(self, request: Request, pk: str) -> Response:
        leave = self._own()
        self.taken(NothingTaken)
        return self.answer(services.withdraw_leave(leave_id=leave.pk, by=self.user, now=self.now))

    @extend_schema(
        summary="Come back before a leave's last day",
        request=LeaveReturnTaken,
        responses=LeaveShape,
        examples=[OpenApiExample("On Friday", {"back_on": "2026-07-10"}, request_only=True)],
    )
    @action(detail=True, methods=["post"], url_path="return")
    @writes
    def come_back(self, request: Request, pk: str) -> Response:
        leave = self._own()
        body = self.taken(LeaveReturnTaken)
        return self.answer(services.return_from_leave(leave_id=leave.pk, **body, by=self.user, now=self.now))

    def _deciding(self) -> LeaveRequest:
        leave: LeaveRequest = self.fetch(*PEOPLE)
        mentor = current_mentor(leave.enrolment, self.now)
        self.ensure(permissions.can_decide_leave(self.user, leave, mentor))
        self.match(required=False)
        return leave

    def _own(self) -> LeaveRequest:
        leave: LeaveRequest = self.fetch(*PEOPLE)
        self.ensure(permissions.can_ask_leave(self.user, leave.enrolment))
        self.match(required=False)
        return leave
