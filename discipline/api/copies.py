"""Copies of decisions over the API: what became of each, and sending one again."""

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
from accounts.api.shapes import Shape, Taken
from discipline.models import CopyChannel, CopyState, DecisionCopy
from discipline.permissions.copies import may_send_copies
from discipline.selectors.copies import copies_for
from discipline.services.copies import send_copy_again


class CopyShape(Shape):
    """The copy of one decision for one body that pays for the training."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="decision.case_id")
    funder = serializers.IntegerField(source="funder_id")
    funder_name = serializers.CharField(source="funder.name")
    channel = serializers.ChoiceField(CopyChannel.choices)
    state = serializers.ChoiceField(CopyState.choices)
    made_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True)

    class Meta:
        ref_name = "DecisionCopy"


class CopyTaken(Taken):
    channel = serializers.ChoiceField(CopyChannel.choices)


class CopyFilter(filters.FilterSet):
    case = Ids("decision__case_id")
    funder = Ids("funder_id")
    state = filters.ChoiceFilter(choices=CopyState.choices)

    class Meta:
        model = DecisionCopy
        fields: tuple[str, ...] = ()


class Copies(Resource):
    """Copies of decisions on one's students; for staff."""

    tag = "cases"
    queryset = DecisionCopy.objects.none()
    shape = CopyShape
    filterset_class = CopyFilter

    def rows(self) -> QuerySet[DecisionCopy]:
        return copies_for(self.user)

    @extend_schema(
        summary="Send a copy again that could not be sent",
        request=CopyTaken,
        responses=CopyShape,
        examples=[OpenApiExample("By e-mail", {"channel": "email"}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def again(self, request: Request, pk: str) -> Response:
        copy: DecisionCopy = self.fetch()
        self.ensure(may_send_copies(self.user))
        body = self.taken(CopyTaken)
        self.match(required=True)
        made = send_copy_again(copy_id=copy.pk, channel=body["channel"], by=self.user, now=self.now)
        return self.answer(made)
