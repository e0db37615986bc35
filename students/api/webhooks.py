"""Funders' webhook addresses over the API: administrators name and close them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.resources import Resource, writes
from accounts.api.shapes import Nothing, Shape, Taken
from accounts.permissions import is_administrator
from record.models import WebhookEndpoint
from students.models import Funder
from students.services.webhooks import PREFIX, close_funder_webhook, open_funder_webhook


class EndpointShape(Shape):
    """An address that events for a funder go to."""

    id = serializers.IntegerField()
    owner = serializers.CharField(help_text="students.funder:<id>")
    url = serializers.URLField()
    created_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "WebhookEndpoint"


class EndpointMade(EndpointShape):
    """An address that was just named, with the secret that its events are signed with; shown once."""

    secret = serializers.CharField()

    class Meta:
        ref_name = "WebhookEndpointMade"


class EndpointTaken(Taken):
    funder = serializers.IntegerField()
    url = serializers.CharField(max_length=500, help_text="https, on the public internet")


EXAMPLE = {"funder": 3, "url": "https://hooks.example.org/decisions"}


class FunderWebhooks(Resource):
    """Where funders want their copies of decisions (docs/webhooks.md); for administrators."""

    tag = "webhooks"
    queryset = WebhookEndpoint.objects.none()
    shape = EndpointShape

    def rows(self) -> QuerySet[WebhookEndpoint]:
        if not is_administrator(self.user):
            return WebhookEndpoint.objects.none()
        return WebhookEndpoint.objects.filter(owner__startswith=PREFIX)

    @extend_schema(
        summary="Name a funder's address",
        description="In place of the one before. The answer holds the secret, this once.",
        request=EndpointTaken,
        responses={201: EndpointMade},
        examples=[OpenApiExample("Name it", EXAMPLE, request_only=True)],
    )
    @writes
    def create(self, request: Request) -> Response:
        self.ensure(is_administrator(self.user))
        body = self.taken(EndpointTaken)
        funder = self.named("funder", Funder.objects.all(), body["funder"])
        row, secret = open_funder_webhook(funder=funder, url=body["url"], by=self.user, now=self.now)
        return self.answer(row, 201, secret=secret)

    @extend_schema(summary="Close an address", request=Nothing, responses=EndpointShape)
    @action(detail=True, methods=["post"])
    @writes
    def close(self, request: Request, pk: str) -> Response:
        row: Any = self.fetch()
        self.taken(Nothing)
        return self.answer(close_funder_webhook(endpoint_id=row.pk, by=self.user, now=self.now))
