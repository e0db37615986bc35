"""Sessions over the API: the list, a session with its verdict, and all that its people may do with it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids, Instants
from accounts.api.resources import Resource, writes
from accounts.api.shapes import Instant, Nothing, Taken, Words
from mentoring import permissions, services
from mentoring.models import Ground, Origin, Participant, Session, SessionState
from mentoring.selectors.sessions import sessions_for
from mentoring.selectors.slots import picker
from mentoring.services import desk
from mentoring.services.bookings import replaceable
from mentoring.services.changes import terms_of
from mentoring.services.corrections import RESOLUTIONS
from mentoring.services.exception_requests import ask_exception, decline_exception
from mentoring.words import facts_of, foretell, rule_of, why
from rulebook.attendance import Outcome, notice_deadline, rescheduling_deadline
from rulebook.words import Reader

from .shapes import JoinedShape, PreviewShape, SessionDetail, SessionShape, SlotsShape

RESOLUTION_CHOICES = [(str(each), str(each)) for each in RESOLUTIONS]
PEOPLE = ("student__user", "mentor__user", "enrolment__path")
ASKED = tuple(
    f"exception_request__{name}"
    for name in ("asked_by_id", "asked_at", "reason", "granted", "answer", "decided_at")
)


class SessionFilter(filters.FilterSet):
    """By person, outcome and time."""

    student = Ids("student_id")
    mentor = Ids("mentor_id")
    enrolment = Ids("enrolment_id")
    state = filters.MultipleChoiceFilter(choices=SessionState.choices)
    ground = filters.MultipleChoiceFilter(choices=Ground.choices)
    origin = filters.ChoiceFilter(choices=Origin.choices)
    starts_from = Instants("starts_at", "gte")
    starts_before = Instants("starts_at", "lt")

    class Meta:
        model = Session
        fields: tuple[str, ...] = ()


class ReasonTaken(Taken):
    reason = Words()


class RefusalTaken(Taken):
    reasons = Words()


class SlotTaken(Taken):
    starts_at = Instant(help_text="The start of one of the free slots")


class PresenceTaken(Taken):
    present = serializers.BooleanField()
    arrived_at = Instant(required=False, allow_null=True, help_text="Left out: there from the start")


class ResolutionTaken(Taken):
    outcome = serializers.ChoiceField(RESOLUTION_CHOICES)
    reasons = Words()


class Sessions(Resource):
    """Weekly sessions: a student's own, a mentor's, and those of the students whom staff look after."""

    tag = "sessions"
    queryset = Session.objects.none()
    shape, one = SessionShape, SessionDetail
    revised = True
    filterset_class = SessionFilter
    ordering, orderings = "-starts_at", ("starts_at",)
    matched = frozenset({"presence", "cancel", "exception", "decline_exception", "resolve"})

    def rows(self) -> QuerySet[Session]:
        return sessions_for(self.user, self.now)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        extra = (
            self.rows()
            .order_by()
            .filter(pk=row["pk"])
            .values("facts", "student__user_id", "notice__received_at", "notice__reason", *ASKED)
            .get()
        )
        judged = Session(state=shown["state"], ground=shown["ground"], facts=extra["facts"])
        own = extra["student__user_id"] == self.user.pk
        notice = None
        if extra["notice__received_at"]:
            notice = {"received_at": extra["notice__received_at"], "reason": extra["notice__reason"]}
        return {
            **shown,
            "verdict": {
                "sentence": why(judged, Reader.STUDENT if own else Reader.OTHER),
                "rule": rule_of(judged),
                "clause": shown["clause"],
                "policy": shown["policy"],
                "facts": facts_of(judged),
            },
            "notice": notice,
            "exception_request": self._asked(extra, own),
        }

    def _asked(self, row: dict[str, Any], own: bool) -> dict[str, Any] | None:
        """The request for an exception, for whom it is: not for a mentor who did not ask for it."""
        asked = {name.removeprefix("exception_request__"): row[name] for name in ASKED}
        by = asked.pop("asked_by_id")
        if by is None or not (own or by == self.user.pk or self.user.is_school_staff):
            return None
        return asked

    def _opened(self, allowed: Any) -> Session:
        """The session of the address, which the person may do this with."""
        session: Session = self.fetch(*PEOPLE)
        self.ensure(allowed.test(self.user, session))
        return session

    def _held(self, allowed: Any) -> Session:
        """… and locked, brought up to now, and unchanged since they read it."""
        session = self._opened(allowed)
        desk.take(session.pk, self.now)
        self.match(required=True)
        return session

    # --- Reading around a session

    @extend_schema(summary="What a notice given now would lead to", responses=PreviewShape, filters=False)
    @action(detail=True, url_path="notice-preview")
    def notice_preview(self, request: Request, pk: str) -> Response:
        session = self._opened(permissions.can_give_notice)
        verdict = services.preview_notice(session=session, now=self.now)
        terms = terms_of(session)
        return Response(
            {
                "received_at": self.now,
                "outcome": verdict.outcome,
                "ground": verdict.ground,
                "authorised": verdict.outcome == Outcome.AUTHORISED_ABSENCE,
                "sentence": foretell(verdict),
                "clause": verdict.clause,
                "policy": verdict.policy_id,
                "facts": dict(verdict.facts),
                "notice_until": notice_deadline(session.starts_at, terms),
                "rescheduling_due_at": rescheduling_deadline(session.starts_at, terms),
            }
        )

    @extend_schema(
        summary="The free slots that another session may go to", responses=SlotsShape, filters=False
    )
    @action(detail=True)
    def slots(self, request: Request, pk: str) -> Response:
        session: Session = self.fetch(*PEOPLE, "absence")
        offer = picker(session, now=self.now, by=self.user)
        days = [
            {
                "day": day.day,
                "closed": day.closed,
                "slots": [{"starts_at": starts, "ends_at": ends} for starts, ends in day.slots],
            }
            for day in offer.days
        ]
        return Response(
            {
                "bookable": replaceable(session, self.now) is None,
                "time_zone": offer.zone,
                "mentor": offer.mentorship.mentor_id if offer.mentorship else None,
                "days": days,
            }
        )

    # --- Facts: they are dated by the server, and no version is asked for

    @extend_schema(
        summary="Join: recorded by the server's clock",
        request=None,
        responses=JoinedShape,
        description="Student or mentor, once the link is open (`join_opens_before` of the policy). Joining again adds"
        " nothing.",
    )
    @action(detail=True, methods=["post"])
    @writes
    def join(self, request: Request, pk: str) -> Response:
        session = self._opened(permissions.can_join)
        self.taken(Nothing)
        self.match(required=False)
        own = permissions.is_own_session.test(self.user, session)
        joined = services.record_join(
            session_id=session.pk,
            participant=Participant.STUDENT if own else Participant.MENTOR,
            by=self.user,
            now=self.now,
        )
        return self.answer(session, video_link=joined.video_link)

    @extend_schema(
        summary="Give notice of an absence",
        request=ReasonTaken,
        responses={201: SessionDetail},
        examples=[OpenApiExample("A notice", {"reason": "An exam at the university."}, request_only=True)],
        description="Judged at once, by the instant at which it reached the server (A3, A4).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def notice(self, request: Request, pk: str) -> Response:
        session = self._opened(permissions.can_give_notice)
        body = self.taken(ReasonTaken)
        self.match(required=False)
        services.give_notice(session_id=session.pk, reason=body["reason"], by=self.user, now=self.now)
        return self.answer(session, 201)

    @extend_schema(
        summary="Ask Student Success for an exception",
        request=ReasonTaken,
        responses={201: SessionDetail},
        examples=[OpenApiExample("A circumstance", {"reason": "A summons by a court."}, request_only=True)],
        description="By the student, or the mentor for them, once and before the session (A4). It is no notice.",
    )
    @action(detail=True, methods=["post"], url_path="ask-exception")
    @writes
    def ask_exception(self, request: Request, pk: str) -> Response:
        session = self._opened(permissions.can_ask_exception)
        body = self.taken(ReasonTaken)
        self.match(required=False)
        ask_exception(session_id=session.pk, reason=body["reason"], by=self.user, now=self.now)
        return self.answer(session, 201)

    @extend_schema(
        summary="Book another session in place of this one",
        request=SlotTaken,
        responses={201: SessionDetail},
        examples=[OpenApiExample("A slot", {"starts_at": "2026-03-05T13:00:00Z"}, request_only=True)],
        description="The answer is the session that was booked.",
    )
    @action(detail=True, methods=["post"], url_path="book-replacement")
    @writes
    def book_replacement(self, request: Request, pk: str) -> Response:
        session: Session = self.fetch(*PEOPLE)
        body = self.taken(SlotTaken)
        self.match(required=False)
        booked = services.book_replacement(
            session_id=session.pk, starts_at=body["starts_at"], by=self.user, now=self.now
        )
        return self.answer(booked, 201)

    # --- Words of the mentor and of the school: they replace what was there, and are held against its version

    @extend_schema(
        summary="State whether the student was there",
        request=PresenceTaken,
        responses=SessionDetail,
        examples=[
            OpenApiExample(
                "Came late", {"present": True, "arrived_at": "2026-03-03T13:20:00Z"}, request_only=True
            )
        ],
        description="By the session's mentor, as long as statements are taken (`statement_window` of the policy, A7).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def presence(self, request: Request, pk: str) -> Response:
        session = self._held(permissions.can_state_presence)
        body = self.taken(PresenceTaken)
        services.state_presence(
            session_id=session.pk,
            present=body["present"],
            arrived_at=body.get("arrived_at"),
            by=self.user,
            now=self.now,
        )
        return self.answer(session)

    @extend_schema(
        summary="Cancel a session that has not started",
        request=ReasonTaken,
        responses=SessionDetail,
        examples=[OpenApiExample("A reason", {"reason": "I am ill today."}, request_only=True)],
        description="By its mentor, or by staff for the school. It never counts against the student.",
    )
    @action(detail=True, methods=["post"])
    @writes
    def cancel(self, request: Request, pk: str) -> Response:
        session = self._held(permissions.can_cancel_session)
        body = self.taken(ReasonTaken)
        services.cancel_session(session_id=session.pk, reason=body["reason"], by=self.user, now=self.now)
        return self.answer(session)

    @extend_schema(
        summary="Authorise an exceptional circumstance",
        request=ReasonTaken,
        responses=SessionDetail,
        examples=[OpenApiExample("A circumstance", {"reason": "A bereavement."}, request_only=True)],
        description="By Student Success, before or after the session (A4, A7).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def exception(self, request: Request, pk: str) -> Response:
        session = self._held(permissions.can_authorise_exception)
        body = self.taken(ReasonTaken)
        services.authorise_exception(session_id=session.pk, reason=body["reason"], by=self.user, now=self.now)
        return self.answer(session)

    @extend_schema(
        summary="Decline an exception that was asked for",
        request=RefusalTaken,
        responses=SessionDetail,
        examples=[OpenApiExample("Reasons", {"reasons": "A birthday is no such thing."}, request_only=True)],
        description="By Student Success (A4). Granting it is `exception`.",
    )
    @action(detail=True, methods=["post"], url_path="decline-exception")
    @writes
    def decline_exception(self, request: Request, pk: str) -> Response:
        session = self._held(permissions.can_authorise_exception)
        body = self.taken(RefusalTaken)
        decline_exception(session_id=session.pk, reasons=body["reasons"], by=self.user, now=self.now)
        return self.answer(session)

    @extend_schema(
        summary="Say what happened in a session that neither joined",
        request=ResolutionTaken,
        responses=SessionDetail,
        examples=[
            OpenApiExample(
                "It was held", {"outcome": "held", "reasons": "Both met in another room."}, request_only=True
            )
        ],
        description="By Student Success (A6).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def resolve(self, request: Request, pk: str) -> Response:
        session = self._held(permissions.can_resolve_unattended)
        body = self.taken(ResolutionTaken)
        services.resolve_unattended(session_id=session.pk, **body, by=self.user, now=self.now)
        return self.answer(session)
