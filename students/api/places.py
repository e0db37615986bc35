"""Places of training and their rules over the API (5): kept by the school."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.resources import Resource, writes
from accounts.api.shapes import Shape, Taken, Told
from students import services
from students.models import Place
from students.permissions import may_keep_places
from students.selectors import offsite


class PlaceShape(Shape):
    """An institution or a company where a part of a training takes place."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    active = serializers.BooleanField(help_text="Open to new stays")

    class Meta:
        ref_name = "Place"


class PlaceDetail(PlaceShape):
    """… with its health and safety rules as they stand."""

    rules = Told()

    class Meta:
        ref_name = "PlaceDetail"


class PlaceWords(Taken):
    name = serializers.CharField(max_length=200, allow_blank=True)
    address = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    rules = serializers.CharField(max_length=20_000, allow_blank=True)
    active = serializers.BooleanField(default=True)


class Places(Resource):
    """Places of training: for the school's staff."""

    tag = "stays"
    queryset = Place.objects.none()
    shape, one = PlaceShape, PlaceDetail
    ordering, orderings = "name", ("name",)
    matched = frozenset({"update"})

    def rows(self) -> QuerySet[Place]:
        return offsite.places_for(self.user)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        newest = Place.objects.get(pk=row["pk"]).rules.first()
        return {**shown, "rules": newest.text if newest else ""}

    @extend_schema(
        summary="Add a place",
        request=PlaceWords,
        responses={201: PlaceDetail},
        examples=[
            OpenApiExample("A workshop", {"name": "The workshop", "rules": "Wear shoes."}, request_only=True)
        ],
    )
    @writes
    def create(self, request: Request) -> Response:
        self.ensure(may_keep_places(self.user))
        body = self.taken(PlaceWords)
        return self.answer(services.write_place(place=None, **body, by=self.user, now=self.now), 201)

    @extend_schema(
        summary="Say it all anew; changed rules are acknowledged again",
        request=PlaceWords,
        responses=PlaceDetail,
        examples=[
            OpenApiExample(
                "Other rules", {"name": "The workshop", "rules": "Wear gloves."}, request_only=True
            )
        ],
    )
    @writes
    def update(self, request: Request, pk: str) -> Response:
        place: Place = self.fetch()
        self.ensure(may_keep_places(self.user))
        Place.objects.select_for_update().get(pk=place.pk)
        self.match(required=True)
        body = self.taken(PlaceWords)
        return self.answer(services.write_place(place=place, **body, by=self.user, now=self.now))
