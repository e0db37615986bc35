"""The person who asks."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from .resources import Ground


class MeShape(serializers.Serializer[Any]):
    """The person whom the token stands for."""

    id = serializers.IntegerField()
    email = serializers.EmailField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    time_zone = serializers.CharField()
    language = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())

    class Meta:
        ref_name = "Me"


class Me(Ground):
    """Who the API takes the caller for."""

    tag = "me"

    @extend_schema(operation_id="me", responses=MeShape, summary="The person whom the token stands for")
    def retrieve(self, request: Request) -> Response:
        user = self.user
        return Response(
            {
                "id": user.pk,
                "email": user.email,
                "given_name": user.given_name,
                "family_name": user.family_name,
                "time_zone": user.time_zone,
                "language": user.language,
                "roles": sorted(user.roles),
            }
        )
