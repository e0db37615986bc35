"""Absences with their duties, the contests about them, and the notices that came before."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids, Instants
from accounts.api.resources import Resource, writes
from accounts.api.shapes import Taken, Words
from mentoring import permissions, services
from mentoring.models import Absence, AbsenceKind, Contest, ContestOutcome, Notice, ReschedulingState
from mentoring.selectors.sessions import absences_for, contests_for, notices_for
from mentoring.services import desk

from .shapes import AbsenceShape, ContestShape, NoticeShape

PEOPLE = ("session__student__user", "session__mentor__user", "session__enrolment__path")


class AbsenceFilter(filters.FilterSet):
    """By person, kind and duty."""

    student = Ids("session__student_id")
    enrolment = Ids("enrolment_id")
    kind = filters.ChoiceFilter(choices=AbsenceKind.choices)
    rescheduling_state = filters.MultipleChoiceFilter(choices=ReschedulingState.choices)
    owed = filters.BooleanFilter(method="only_owed", label="Reasons or another session are still owed")
    starts_from = Instants("starts_at", "gte")
    starts_before = Instants("starts_at", "lt")

    class Meta:
        model = Absence
        fields: tuple[str, ...] = ()

    def only_owed(self, rows: QuerySet[Absence], name: str, value: bool) -> QuerySet[Absence]:
        owed = Q(withdrawn_at__isnull=True) & ~Q(rescheduling_state=ReschedulingState.MET)
        owed &= Q(reasons_at__isnull=True) | Q(rebooked_at__isnull=True)
        return rows.filter(owed if value else ~owed)


class ReasonsTaken(Taken):
    reasons = Words()


class StatementTaken(Taken):
    statement = Words()


class DecisionTaken(Taken):
    outcome = serializers.ChoiceField(ContestOutcome.choices)
    reasons = Words()


class Absences(Resource):
    """Absences, those withdrawn included."""

    tag = "absences"
    queryset = Absence.objects.none()
    shape = AbsenceShape
    revised = True
    filterset_class = AbsenceFilter
    ordering, orderings = "-starts_at", ("starts_at", "rescheduling_due_at")

    def rows(self) -> QuerySet[Absence]:
        return absences_for(self.user, self.now)

    @extend_schema(
        summary="Give the reasons of an absence",
        request=ReasonsTaken,
        responses=AbsenceShape,
        examples=[
            OpenApiExample("Reasons", {"reasons": "My train stood still for two hours."}, request_only=True)
        ],
        description="By the student; more can be added, and the first instant counts (A8).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def reasons(self, request: Request, pk: str) -> Response:
        absence: Absence = self.fetch(*PEOPLE)
        self.ensure(permissions.can_give_reasons.test(self.user, absence))
        body = self.taken(ReasonsTaken)
        self.match(required=False)
        services.give_reasons(absence_id=absence.pk, **body, by=self.user, now=self.now)
        return self.answer(absence)

    @extend_schema(
        summary="Contest an absence",
        request=StatementTaken,
        responses={201: AbsenceShape},
        examples=[OpenApiExample("A statement", {"statement": "I was there from 14:02."}, request_only=True)],
        description="By the student, once; Student Success decides (A7).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def contest(self, request: Request, pk: str) -> Response:
        absence: Absence = self.fetch(*PEOPLE)
        self.ensure(permissions.can_contest.test(self.user, absence))
        body = self.taken(StatementTaken)
        self.match(required=False)
        services.contest_absence(absence_id=absence.pk, **body, by=self.user, now=self.now)
        return self.answer(absence, 201)


class ContestFilter(filters.FilterSet):
    """By what is still to be decided."""

    decided = filters.BooleanFilter("decided_at", "isnull", exclude=True)
    outcome = filters.ChoiceFilter(choices=ContestOutcome.choices)
    absence = Ids("absence_id")

    class Meta:
        model = Contest
        fields: tuple[str, ...] = ()


class Contests(Resource):
    """Contests and their decisions."""

    tag = "contests"
    queryset = Contest.objects.none()
    shape = ContestShape
    revised = True
    filterset_class = ContestFilter
    ordering, orderings = "made_at", ("made_at",)
    matched = frozenset({"decide"})

    def rows(self) -> QuerySet[Contest]:
        return contests_for(self.user, self.now)

    @extend_schema(
        summary="Decide a contest",
        request=DecisionTaken,
        responses=ContestShape,
        examples=[
            OpenApiExample(
                "Was there",
                {"outcome": "present", "reasons": "The provider's report shows it."},
                request_only=True,
            )
        ],
        description="By Student Success, with reasons; absence and streak are re-judged (A7).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def decide(self, request: Request, pk: str) -> Response:
        contest: Contest = self.fetch("absence")
        self.ensure(permissions.can_decide_contest.test(self.user, contest))
        desk.take(contest.absence.session_id, self.now)
        self.match(required=True)
        body: dict[str, Any] = self.taken(DecisionTaken)
        services.decide_contest(
            contest_id=contest.pk,
            outcome=ContestOutcome(body["outcome"]),
            reasons=body["reasons"],
            by=self.user,
            now=self.now,
        )
        return self.answer(contest)


class NoticeFilter(filters.FilterSet):
    """By session and time of receipt."""

    session = Ids("session_id")
    received_from = Instants("received_at", "gte")
    received_before = Instants("received_at", "lt")

    class Meta:
        model = Notice
        fields: tuple[str, ...] = ()


class Notices(Resource):
    """Notices of absence; they are given at the session."""

    tag = "notices"
    queryset = Notice.objects.none()
    shape = NoticeShape
    filterset_class = NoticeFilter
    ordering, orderings = "-received_at", ("received_at",)

    def rows(self) -> QuerySet[Notice]:
        return notices_for(self.user, self.now)
