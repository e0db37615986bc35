"""Registered letters over the API: one's own, and for staff those that they look after."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.api.filters import Instants
from accounts.api.resources import Resource, writes
from accounts.api.shapes import Instant, Later, Name, Shape, Taken, Words
from record.letters import services
from record.letters.permissions import may_handle_letters
from record.letters.proofs import PROOF
from record.letters.selectors import letters_for
from record.models import EventKind, Letter, LetterState, StagedUpload


class LetterShape(Shape):
    """A registered letter and what became of it."""

    id = serializers.IntegerField()
    key = serializers.UUIDField(help_text="What its carrier knows it by")
    title = serializers.CharField()
    about = serializers.CharField(allow_blank=True, help_text="What it belongs to")
    subject = serializers.IntegerField(source="subject_id", allow_null=True, help_text="Whose data it is")
    subject_name = Name(source="subject", allow_null=True)
    addressee = serializers.CharField()
    carrier = serializers.CharField()
    state = serializers.ChoiceField(LetterState.choices)
    prepared_at = serializers.DateTimeField()
    earliest_at = serializers.DateTimeField(help_text="It arrives no sooner")
    latest_at = serializers.DateTimeField(allow_null=True, help_text="Late without a receipt by then")
    handed_over_at = serializers.DateTimeField(allow_null=True)
    deposited_at = serializers.DateTimeField(allow_null=True)
    presented_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    refused_at = serializers.DateTimeField(allow_null=True)
    unclaimed_at = serializers.DateTimeField(allow_null=True)
    escalated_at = serializers.DateTimeField(allow_null=True)
    late_at = serializers.DateTimeField(allow_null=True)
    early = serializers.BooleanField(help_text="It arrived before its window")
    uncertain_at = serializers.DateTimeField(allow_null=True, help_text="A person has to find something out")
    tracking_number = serializers.CharField(allow_blank=True)

    class Meta:
        ref_name = "Letter"


class LetterDetail(LetterShape):
    """A letter with its file, its events in their own order, and its proofs."""

    document_key = serializers.UUIDField(source="document.key", help_text="Of the PDF: /documents/<key>/")
    uncertain_why = serializers.CharField(allow_blank=True)
    events = Later(child=serializers.DictField(), help_text="Kind, instant, who told it and when")
    proofs = Later(child=serializers.DictField(), help_text="Kind and document")

    class Meta:
        ref_name = "LetterDetail"


class LetterFilter(filters.FilterSet):
    """By state, by what it belongs to, and by what waits for people."""

    state = filters.ChoiceFilter(choices=LetterState.choices)
    carrier = filters.CharFilter()
    about = filters.CharFilter()
    uncertain = filters.BooleanFilter("uncertain_at", "isnull", exclude=True)
    late_from = Instants("latest_at", "gte")

    class Meta:
        model = Letter
        fields: tuple[str, ...] = ()


class DepositTaken(Taken):
    tracking_number = serializers.CharField(max_length=60, allow_blank=True)
    happened_at = Instant(help_text="As the post's receipt says")


class ReceiptTaken(Taken):
    kind = serializers.ChoiceField(
        [(kind, label) for kind, label in EventKind.choices if kind != EventKind.DEPOSITED]
    )
    happened_at = Instant(help_text="As the receipt says")
    upload = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="The scan: a finished upload of one's own"
    )


class SettleTaken(Taken):
    was_sent = serializers.BooleanField()
    provider_id = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    carrier = serializers.CharField(max_length=24, required=False, default="", allow_blank=True)
    reasons = Words()


class ReasonsTaken(Taken):
    reasons = Words()

    class Meta:
        ref_name = "LetterReasonsTaken"


class Letters(Resource):
    """Letters to oneself once they were received; for staff those about people whom they look after."""

    tag = "letters"
    queryset = Letter.objects.none()
    shape, one = LetterShape, LetterDetail
    revised = True
    filterset_class = LetterFilter

    def rows(self) -> QuerySet[Letter]:
        return letters_for(self.user)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        letter = Letter.objects.get(pk=row["pk"])
        events = [
            {
                "kind": each.kind,
                "happened_at": each.happened_at,
                "received_at": each.received_at,
                "source": each.source,
                "counted": each.counted,
            }
            for each in letter.events.order_by("happened_at", "pk")
        ]
        proofs = [
            {"kind": each.kind, "document": each.document_id, "sha256": each.sha256}
            for each in letter.proofs.all()
        ]
        return {**shown, "events": events, "proofs": proofs}

    def _acting(self) -> Letter:
        letter: Letter = self.fetch()
        self.ensure(may_handle_letters(self.user))
        return letter

    @extend_schema(
        summary="Enter that a printed letter was posted",
        request=DepositTaken,
        responses=LetterDetail,
        examples=[
            OpenApiExample(
                "Posted",
                {"tracking_number": "2C12345678901", "happened_at": "2026-03-05T10:00:00+01:00"},
                request_only=True,
            )
        ],
    )
    @action(detail=True, methods=["post"])
    @writes
    def deposit(self, request: Request, pk: str) -> Response:
        letter = self._acting()
        body = self.taken(DepositTaken)
        self.match(required=True)
        return self.answer(services.record_deposit(letter_id=letter.pk, **body, by=self.user, now=self.now))

    @extend_schema(
        summary="Enter what became of a letter that went by hand or post",
        description="With its scan, sent before to /api/v1/uploads/ for the purpose `letter-proof`; a first "
        "presentation alone needs none.",
        request=ReceiptTaken,
        responses=LetterDetail,
        examples=[
            OpenApiExample(
                "Delivered",
                {
                    "kind": "delivered",
                    "happened_at": "2026-03-07T11:30:00+01:00",
                    "upload": "0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11",
                },
                request_only=True,
            )
        ],
    )
    @action(detail=True, methods=["post"])
    @writes
    def receipt(self, request: Request, pk: str) -> Response:
        letter = self._acting()
        body = self.taken(ReceiptTaken)
        self.match(required=True)
        key, upload = body.pop("upload"), None
        if key is not None:
            own = StagedUpload.objects.filter(owner=self.user, purpose=PROOF, finished_at__isnull=False)
            upload = own.filter(key=key).first()
            if upload is None:
                raise ValidationError({"upload": ["There is no such thing, or it is none of yours."]})
        made = services.record_receipt(letter_id=letter.pk, **body, upload=upload, by=self.user, now=self.now)
        return self.answer(made)

    @extend_schema(
        summary="Settle a letter that nobody is certain about",
        description="Whether its carrier has it, and under which id; or that it is handed over again.",
        request=SettleTaken,
        responses=LetterDetail,
        examples=[
            OpenApiExample(
                "The carrier has it",
                {"was_sent": True, "provider_id": "4711", "reasons": "Asked on the phone."},
                request_only=True,
            )
        ],
    )
    @action(detail=True, methods=["post"])
    @writes
    def settle(self, request: Request, pk: str) -> Response:
        letter = self._acting()
        body = self.taken(SettleTaken)
        self.match(required=True)
        return self.answer(services.settle_letter(letter_id=letter.pk, **body, by=self.user, now=self.now))

    @extend_schema(
        summary="Note what was found about a contradiction",
        request=ReasonsTaken,
        responses=LetterDetail,
        examples=[
            OpenApiExample("Found", {"reasons": "The carrier mixed up two letters."}, request_only=True)
        ],
    )
    @action(detail=True, methods=["post"])
    @writes
    def look(self, request: Request, pk: str) -> Response:
        letter = self._acting()
        body = self.taken(ReasonsTaken)
        self.match(required=True)
        return self.answer(services.note_looked_at(letter_id=letter.pk, **body, by=self.user, now=self.now))

    @extend_schema(
        summary="Take back a letter that was not handed over yet",
        request=ReasonsTaken,
        responses=LetterDetail,
        examples=[OpenApiExample("Withdrawn", {"reasons": "The case was withdrawn."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def cancel(self, request: Request, pk: str) -> Response:
        letter = self._acting()
        body = self.taken(ReasonsTaken)
        self.match(required=True)
        return self.answer(services.cancel_letter(letter_id=letter.pk, **body, by=self.user, now=self.now))


router = SimpleRouter()
router.register("letters", Letters, basename="api-letter")
