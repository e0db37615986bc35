"""Meetings of the Board with their votes and advice, and decisions, over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids
from accounts.api.resources import Resource, writes
from accounts.api.shapes import Later, Shape, Taken, Words
from discipline.models import (
    Decision,
    Excuse,
    ExcuseGround,
    ExcuseState,
    Meeting,
    MeetingState,
    PenaltyKind,
    VoteChoice,
)
from discipline.permissions.board import in_board_room
from discipline.purposes import EXCUSE
from discipline.selectors import cases_for
from discipline.selectors.board import decisions_for, meetings_for
from discipline.services.decisions import confirm_decision, draft_decision, return_draft
from discipline.services.meetings import call_off_meeting, decide_excuse, hold_meeting, send_excuse
from discipline.services.votes import cast_vote, give_advice
from mentoring.api.projects.uploads import arrived

from .boards import CASE, OfCase


class MeetingShape(Shape):
    """A meeting of a Board. The decision's letter arrives on days counted from ``held_at``."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="case_id")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    place = serializers.CharField()
    video_link = serializers.URLField()
    state = serializers.ChoiceField(MeetingState.choices)
    held_at = serializers.DateTimeField(allow_null=True)
    adjourned_at = serializers.DateTimeField(allow_null=True, help_text="Or called off")

    class Meta:
        ref_name = "BoardMeeting"


class MeetingDetail(MeetingShape):
    """… with its minutes; votes and advice to the members of that Board alone."""

    grounds_stated = serializers.CharField(allow_blank=True)
    explanations = serializers.CharField(allow_blank=True)
    student_present = serializers.BooleanField(allow_null=True)
    companion_present = serializers.BooleanField(allow_null=True)
    votes = Later(child=serializers.DictField(), help_text="Seat, choice and reasons; empty for others")
    advice = Later(child=serializers.CharField(), help_text="Of the representative; empty for others")

    class Meta:
        ref_name = "BoardMeetingDetail"


class MinutesTaken(Taken):
    grounds_stated = Words()
    explanations = Words(help_text="The student's; if they did not come, that")
    present = serializers.ListField(
        child=serializers.IntegerField(), help_text="Members who were there, by the id of their seat"
    )
    student_present = serializers.BooleanField()
    companion_present = serializers.BooleanField(default=False)


class MeetingReasonTaken(Taken):
    reason = Words()


class ExcuseTaken(Taken):
    ground = serializers.ChoiceField(ExcuseGround.choices)
    text = Words(required=False, default="")
    of_companion = serializers.BooleanField(default=False)
    upload = serializers.UUIDField(help_text="A resumable upload that has arrived, for adjournment-proof")


class ExcuseDecisionTaken(Taken):
    accept = serializers.BooleanField(help_text="Adjourns the meeting")
    reasons = Words(required=False, default="")


class VoteTaken(Taken):
    choice = serializers.ChoiceField(VoteChoice.choices)
    reasons = Words()


class AdviceTaken(Taken):
    text = Words()


class Meetings(Resource):
    """Meetings of the Boards of the cases that one sees."""

    tag = "boards"
    queryset = Meeting.objects.none()
    shape, one = MeetingShape, MeetingDetail
    revised = True
    filterset_class = OfCase
    ordering, orderings = "-starts_at", ("starts_at",)

    def rows(self) -> QuerySet[Meeting]:
        return meetings_for(self.user)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        meeting = Meeting.objects.select_related("case").get(pk=row["pk"])
        votes: list[dict[str, str]] = []
        advice: list[str] = []
        if in_board_room(self.user, meeting.case):
            votes = [
                {"seat": vote.member.role, "choice": vote.choice, "reasons": vote.reasons}
                for vote in meeting.votes.select_related("member")
            ]
            advice = list(meeting.advices.values_list("text", flat=True))
        return {**shown, "votes": votes, "advice": advice}

    @extend_schema(
        summary="Record the minutes of a meeting that took place",
        request=MinutesTaken,
        responses=MeetingDetail,
        examples=[
            OpenApiExample(
                "Held",
                {
                    "grounds_stated": "Three absences in a row",
                    "explanations": "I was moving house.",
                    "present": [11, 12],
                    "student_present": True,
                },
                request_only=True,
            )
        ],
        description="By chair or Learning Manager; both have to have been there (B2).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def minutes(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        self.match(required=False)
        return self.answer(
            hold_meeting(meeting_id=row.pk, **self.taken(MinutesTaken), by=self.user, now=self.now)
        )

    @extend_schema(
        summary="Call a meeting off",
        request=MeetingReasonTaken,
        responses=MeetingDetail,
        examples=[OpenApiExample("Off", {"reason": "The chair is ill."}, request_only=True)],
    )
    @action(detail=True, methods=["post"], url_path="call-off")
    @writes
    def call_off(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        self.match(required=False)
        return self.answer(
            call_off_meeting(meeting_id=row.pk, **self.taken(MeetingReasonTaken), by=self.user, now=self.now)
        )

    @extend_schema(
        summary="Send the proof of why somebody cannot come",
        request=ExcuseTaken,
        responses={204: None},
        examples=[
            OpenApiExample(
                "In hospital",
                {"ground": "illness", "upload": "0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11"},
                request_only=True,
            )
        ],
    )
    @action(detail=True, methods=["post"])
    @writes
    def excuses(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        body = self.taken(ExcuseTaken)
        upload = arrived(self.user, EXCUSE, [body.pop("upload")], "upload")[0]
        send_excuse(meeting_id=row.pk, **body, upload=upload, by=self.user, now=self.now)
        return Response(status=204)

    @extend_schema(
        summary="Decide on the proof that was sent",
        request=ExcuseDecisionTaken,
        responses=MeetingDetail,
        examples=[OpenApiExample("Accept", {"accept": True}, request_only=True)],
    )
    @action(detail=True, methods=["post"], url_path="decide-excuse")
    @writes
    def decide_excuse(self, request: Request, pk: str) -> Response:
        row = self.fetch("case")
        self.ensure(in_board_room(self.user, row.case))
        body = self.taken(ExcuseDecisionTaken)
        sent = Excuse.objects.filter(meeting=row, state=ExcuseState.SENT).values_list("pk", flat=True).first()
        self.named("excuse", Excuse.objects.all(), sent)
        decide_excuse(excuse_id=int(sent or 0), **body, by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(
        summary="Vote",
        request=VoteTaken,
        responses=MeetingDetail,
        examples=[
            OpenApiExample("A warning", {"choice": "warning", "reasons": "A first time"}, request_only=True)
        ],
        description="Chair and Learning Manager, once each (B2).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def votes(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        cast_vote(meeting_id=row.pk, **self.taken(VoteTaken), by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(
        summary="Advise",
        request=AdviceTaken,
        responses=MeetingDetail,
        examples=[OpenApiExample("Advice", {"text": "A warning will do."}, request_only=True)],
        description="The student representative: recorded apart, never counted (B2).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def advice(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        give_advice(meeting_id=row.pk, **self.taken(AdviceTaken), by=self.user, now=self.now)
        return self.answer(row)


class DecisionShape(Shape):
    """A decision: to who signs it from the draft on, to the student once it was notified (B6)."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="case_id")
    meeting = serializers.IntegerField(source="meeting_id", allow_null=True)
    penalty = serializers.ChoiceField(PenaltyKind.choices, source="penalty_kind")
    reasons = serializers.CharField()
    clause = serializers.CharField()
    policy = serializers.CharField(source="policy_id")
    needs_letter = serializers.BooleanField()
    drafted_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "BoardDecision"


class DraftTaken(Taken):
    case = serializers.IntegerField(help_text=CASE)
    penalty = serializers.ChoiceField(PenaltyKind.choices)
    reasons = Words()


class RemarksTaken(Taken):
    remarks = Words()


class SignTaken(Taken):
    """What is signed is what If-Match names."""


class DecisionFilter(filters.FilterSet):
    """By case."""

    case = Ids("case_id")


class Decisions(Resource):
    """Decisions that one may read."""

    tag = "boards"
    queryset = Decision.objects.none()
    shape = DecisionShape
    revised = True
    filterset_class = DecisionFilter
    ordering, orderings = "-drafted_at", ("drafted_at",)

    def rows(self) -> QuerySet[Decision]:
        return decisions_for(self.user)

    @extend_schema(
        summary="Draft the decision of a case, or write it again",
        request=DraftTaken,
        responses={201: DecisionShape},
        examples=[
            OpenApiExample(
                "A warning", {"case": 7, "penalty": "warning", "reasons": "A first time"}, request_only=True
            )
        ],
        description="By the chair: what the votes came to, or a warning that needs no meeting (B5).",
    )
    @writes
    def create(self, request: Request) -> Response:
        body = self.taken(DraftTaken)
        case = self.named("case", cases_for(self.user), body["case"])
        row = draft_decision(
            case_id=case.pk, kind=body["penalty"], reasons=body["reasons"], by=self.user, now=self.now
        )
        return self.answer(row, 201)

    @extend_schema(
        summary="Confirm a decision: the second signature",
        request=SignTaken,
        responses=DecisionShape,
        examples=[OpenApiExample("Sign", {}, request_only=True)],
        description="By the Learning Manager of the Board; If-Match names the draft that was read.",
    )
    @action(detail=True, methods=["post"])
    @writes
    def confirm(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        self.taken(SignTaken)
        self.match(required=True)
        return self.answer(
            confirm_decision(decision_id=row.pk, expected=row.revision, by=self.user, now=self.now)
        )

    @extend_schema(
        summary="Give a draft back to the chair",
        request=RemarksTaken,
        responses=DecisionShape,
        examples=[OpenApiExample("Back", {"remarks": "Name the day."}, request_only=True)],
    )
    @action(detail=True, methods=["post"], url_path="return", url_name="give-back")
    @writes
    def give_back(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        return self.answer(
            return_draft(decision_id=row.pk, **self.taken(RemarksTaken), by=self.user, now=self.now)
        )
