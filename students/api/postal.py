"""Postal addresses over the API."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.resources import Resource, writes
from accounts.api.shapes import Name, Shape, Taken
from accounts.models import User
from students.models import Enrolment, PostalAddress
from students.selectors import staff_scope
from students.services.postal import set_address


class AddressShape(Shape):
    """Where registered letters to a person go."""

    id = serializers.IntegerField()
    person = serializers.IntegerField(source="user_id")
    person_name = Name(source="user")
    line_1 = serializers.CharField(help_text="Street and number")
    line_2 = serializers.CharField(allow_blank=True, help_text="Building, flat")
    line_3 = serializers.CharField(allow_blank=True, help_text="Locality, box")
    postal_code = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166, two letters")
    consented_at = serializers.DateTimeField(allow_null=True, help_text="To electronic registered letters")
    changed_at = serializers.DateTimeField()

    class Meta:
        ref_name = "PostalAddress"


class AddressTaken(Taken):
    person = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="null: oneself"
    )
    line_1 = serializers.CharField(max_length=38, allow_blank=True)
    line_2 = serializers.CharField(max_length=38, required=False, default="", allow_blank=True)
    line_3 = serializers.CharField(max_length=38, required=False, default="", allow_blank=True)
    postal_code = serializers.CharField(max_length=12, allow_blank=True)
    city = serializers.CharField(max_length=32, allow_blank=True)
    country = serializers.CharField(max_length=2, required=False, default="FR")
    consents = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Taken from the person themself only"
    )


EXAMPLE = {"line_1": "1 Example Street", "postal_code": "75000", "city": "Example", "consents": False}


class Addresses(Resource):
    """One's own address; for staff those of their students."""

    tag = "addresses"
    queryset = PostalAddress.objects.none()
    shape = AddressShape

    def rows(self) -> QuerySet[PostalAddress]:
        scope = staff_scope(self.user)
        seen = Enrolment.objects.filter(scope).values("student__user") if scope else User.objects.values("pk")
        return PostalAddress.objects.filter(Q(user=self.user) | Q(user__in=seen))

    @extend_schema(
        summary="Say where registered letters go from now on",
        description="By a student for themselves, or by staff for a student; what was there before is replaced.",
        request=AddressTaken,
        responses={201: AddressShape},
        examples=[OpenApiExample("One's own", EXAMPLE, request_only=True)],
    )
    @writes
    def create(self, request: Request) -> Response:
        body = self.taken(AddressTaken)
        pk = body.pop("person")
        person = self.user
        if pk is not None and pk != self.user.pk:
            scope = staff_scope(self.user)
            seen = User.objects.filter(student__isnull=False)
            if scope:
                seen = seen.filter(student__enrolments__in=Enrolment.objects.filter(scope)).distinct()
            person = self.named("person", seen, pk)
        return self.answer(set_address(person=person, **body, by=self.user, now=self.now), 201)
