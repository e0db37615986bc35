"""Who sits on a Board, who accompanies the student, and the summons, over the API: the pages' rules and services."""

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
from accounts.api.shapes import Instant, Name, Nothing, Shape, Taken, Words
from discipline.models import BoardMember, BoardRole, Companion, Summons, SummonsChannel
from discipline.purposes import RECEIPT
from discipline.selectors import cases_for
from discipline.selectors.board import companions_for, members_for, summonses_for
from discipline.services.companions import answer_companion, ask_companion, end_companion
from discipline.services.members import name_member, say_available, step_back
from discipline.services.summonses import MeetingPlan, acknowledge_summons, file_receipt, summon
from mentoring.api.projects.uploads import arrived

CASE = "A case that one sees"


class MemberShape(Shape):
    """A seat on the Board of a case, that is held or was."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="case_id")
    user = serializers.IntegerField(source="user_id")
    name = Name(source="user")
    seat = serializers.ChoiceField(BoardRole.choices, source="role")
    named_at = serializers.DateTimeField()
    recused_at = serializers.DateTimeField(allow_null=True, help_text="Stepped back as biased")
    left_at = serializers.DateTimeField(allow_null=True)
    available = serializers.BooleanField(allow_null=True, help_text="For the meeting that is planned")

    class Meta:
        ref_name = "BoardMember"


class MemberTaken(Taken):
    case = serializers.IntegerField(help_text=CASE)
    seat = serializers.ChoiceField(BoardRole.choices)
    user = serializers.IntegerField()


class StepBackTaken(Taken):
    recused = serializers.BooleanField(help_text="Biased: reads nothing of the case any more")
    reason = Words(help_text="Kept with the seat, and told to nobody")


class AvailableTaken(Taken):
    available = serializers.BooleanField()


class OfCase(filters.FilterSet):
    """By case."""

    case = Ids("case_id")


class BoardMembers(Resource):
    """Seats on the Boards of the cases that one sees."""

    tag = "boards"
    queryset = BoardMember.objects.none()
    shape = MemberShape
    filterset_class = OfCase
    ordering, orderings = "-named_at", ("named_at",)

    def rows(self) -> QuerySet[BoardMember]:
        return members_for(self.user)

    @extend_schema(
        summary="Name a member of a Board",
        request=MemberTaken,
        responses={201: MemberShape},
        examples=[OpenApiExample("The chair", {"case": 7, "seat": "chair", "user": 3}, request_only=True)],
        description="Nobody sits on their own case or on one that they reported (B2).",
    )
    @writes
    def create(self, request: Request) -> Response:
        body = self.taken(MemberTaken)
        case = self.named("case", cases_for(self.user), body["case"])
        row = name_member(
            case_id=case.pk, seat=body["seat"], user_id=body["user"], by=self.user, now=self.now
        )
        return self.answer(row, 201)

    @extend_schema(
        summary="Step back, or take a member off a Board",
        request=StepBackTaken,
        responses={204: None},
        examples=[OpenApiExample("Ill", {"recused": False, "reason": "Ill until May"}, request_only=True)],
    )
    @action(detail=True, methods=["post"], url_path="step-back")
    @writes
    def step_back(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        step_back(member_id=row.pk, **self.taken(StepBackTaken), by=self.user, now=self.now)
        return Response(status=204)  # who is biased reads it no more

    @extend_schema(
        summary="Say whether one can come to the planned meeting",
        request=AvailableTaken,
        responses=MemberShape,
        examples=[OpenApiExample("Yes", {"available": True}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def availability(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        done = say_available(member_id=row.pk, **self.taken(AvailableTaken), by=self.user, now=self.now)
        return self.answer(done)


class CompanionShape(Shape):
    """Who accompanies a student before the Board, or was asked to."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="case_id")
    user = serializers.IntegerField(source="user_id")
    name = Name(source="user")
    student_name = Name(source="case.student.user")
    asked_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    declined_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "BoardCompanion"


class CompanionTaken(Taken):
    case = serializers.IntegerField(help_text="One's own")
    email = serializers.EmailField(help_text="Of a student of the same Path")


class AnswerTaken(Taken):
    accept = serializers.BooleanField()


class Companions(Resource):
    """Companions of the cases that one sees, and those that one is asked to be."""

    tag = "boards"
    queryset = Companion.objects.none()
    shape = CompanionShape
    filterset_class = OfCase
    ordering, orderings = "-asked_at", ("asked_at",)

    def rows(self) -> QuerySet[Companion]:
        return companions_for(self.user)

    @extend_schema(
        summary="Ask somebody to accompany one",
        request=CompanionTaken,
        responses={201: CompanionShape},
        examples=[OpenApiExample("Ask", {"case": 7, "email": "sam@example.org"}, request_only=True)],
    )
    @writes
    def create(self, request: Request) -> Response:
        body = self.taken(CompanionTaken)
        case = self.named("case", cases_for(self.user), body["case"])
        row = ask_companion(case_id=case.pk, email=body["email"], by=self.user, now=self.now)
        return self.answer(row, 201)

    @extend_schema(
        summary="Accept or decline to accompany a student",
        request=AnswerTaken,
        responses={204: None},
        examples=[OpenApiExample("Yes", {"accept": True}, request_only=True)],
    )
    @action(detail=True, methods=["post"], url_path="answer", url_name="reply")
    @writes
    def reply(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        answer_companion(companion_id=row.pk, **self.taken(AnswerTaken), by=self.user, now=self.now)
        return Response(status=204)

    @extend_schema(summary="End it: the student, or the companion", request=Nothing, responses={204: None})
    @action(detail=True, methods=["post"])
    @writes
    def end(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        self.taken(Nothing)
        end_companion(companion_id=row.pk, by=self.user, now=self.now)
        return Response(status=204)


class SummonsShape(Shape):
    """A summons with its required parts; it counts from ``dispatched_at``, and was in time until ``latest_at``."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="case_id")
    meeting = serializers.IntegerField(source="meeting_id")
    purpose = serializers.CharField()
    grounds = serializers.CharField()
    says_at = serializers.DateTimeField(help_text="Date and time of the meeting")
    place = serializers.CharField()
    right_text = serializers.CharField()
    channel = serializers.ChoiceField(SummonsChannel.choices)
    issued_at = serializers.DateTimeField()
    dispatched_at = serializers.DateTimeField(allow_null=True)
    latest_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    superseded_at = serializers.DateTimeField(allow_null=True)
    policy = serializers.CharField(source="policy_id")

    class Meta:
        ref_name = "Summons"


class SummonsTaken(Taken):
    case = serializers.IntegerField(help_text=CASE)
    purpose = Words(help_text="What the meeting is for")
    grounds = Words(help_text="Of the penalty that is planned")
    starts_at = Instant()
    ends_at = Instant()
    place = serializers.CharField(max_length=200, allow_blank=True)
    video_link = serializers.URLField(max_length=500, allow_blank=True)
    channel = serializers.ChoiceField(SummonsChannel.choices, default=SummonsChannel.EMAIL)


class SummonsReceiptTaken(Taken):
    upload = serializers.UUIDField(help_text="A resumable upload that has arrived, for summons-receipt")


class Summonses(Resource):
    """Summonses of the cases that one sees."""

    tag = "boards"
    queryset = Summons.objects.none()
    shape = SummonsShape
    filterset_class = OfCase
    ordering, orderings = "-issued_at", ("issued_at", "says_at")

    def rows(self) -> QuerySet[Summons]:
        return summonses_for(self.user)

    @extend_schema(
        summary="Summon the student; a meeting that is planned moves",
        request=SummonsTaken,
        responses={201: SummonsShape},
        examples=[
            OpenApiExample(
                "By e-mail",
                {
                    "case": 7,
                    "purpose": "The Board considers a penalty.",
                    "grounds": "Three absences in a row",
                    "starts_at": "2026-07-13T14:00:00+02:00",
                    "ends_at": "2026-07-13T15:00:00+02:00",
                    "place": "By video conference",
                    "video_link": "https://video.example.org/board",
                },
                request_only=True,
            )
        ],
        description="Refused while a part is missing, or where the meeting would come too soon (B3).",
    )
    @writes
    def create(self, request: Request) -> Response:
        body = self.taken(SummonsTaken)
        case = self.named("case", cases_for(self.user), body.pop("case"))
        channel = body.pop("channel")
        row = summon(case_id=case.pk, plan=MeetingPlan(**body), channel=channel, by=self.user, now=self.now)
        return self.answer(row, 201)

    @extend_schema(
        summary="File the signed receipt of a summons handed over",
        request=SummonsReceiptTaken,
        responses=SummonsShape,
        examples=[
            OpenApiExample("An upload", {"upload": "0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11"}, request_only=True)
        ],
        description="It counts from now.",
    )
    @action(detail=True, methods=["post"])
    @writes
    def receipt(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        body = self.taken(SummonsReceiptTaken)
        upload = arrived(self.user, RECEIPT, [body["upload"]], "upload")[0]
        return self.answer(file_receipt(summons_id=row.pk, upload=upload, by=self.user, now=self.now))

    @extend_schema(summary="Say that one has the summons", request=Nothing, responses=SummonsShape)
    @action(detail=True, methods=["post"])
    @writes
    def acknowledge(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        self.taken(Nothing)
        return self.answer(acknowledge_summons(summons_id=row.pk, by=self.user, now=self.now))
