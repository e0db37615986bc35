"""A mentor's weekly hours and time off."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids, Instants
from accounts.api.problems import match_missing, stale
from accounts.api.resources import Ground, Resource, writes
from accounts.api.shapes import Instant, Name, Shape, Taken
from mentoring import services
from mentoring.models import Mentor, TimeOff
from mentoring.selectors.calendars import hours_of, mentors_for, time_off_for
from mentoring.selectors.sessions import mentor_of
from mentoring.services.calendars import MOST_HOURS, lock_mentors, may_manage


class SlotTaken(Taken):
    """Hours of the week, in the local time of a zone."""

    weekday = serializers.IntegerField(min_value=1, max_value=7, help_text="1 is Monday")
    starts = serializers.TimeField()
    ends = serializers.TimeField()
    time_zone = serializers.CharField(max_length=64)

    class Meta:
        ref_name = "WeeklyHours"


class AvailabilityTaken(Taken):
    """All weekly hours of a mentor."""

    slots = SlotTaken(many=True, allow_empty=True, max_length=MOST_HOURS)  # type: ignore[call-arg]  # with many, which the stubs do not know

    class Meta:
        ref_name = "Availability"


HOURS = OpenApiExample(
    "Two afternoons",
    {
        "slots": [
            {"weekday": day, "starts": "13:00", "ends": "18:00", "time_zone": "Europe/Paris"}
            for day in (2, 4)
        ]
    },
    request_only=True,
)


class Availability(Ground):
    """The weekly hours of one mentor: read and replaced as a whole."""

    tag = "mentors"
    queryset = Mentor.objects.none()
    serializer_class = AvailabilityTaken
    pagination_class = None
    matched = frozenset({"update"})

    def _mentor(self) -> Mentor:
        mentor: Mentor = mentors_for(self.user).get(pk=self.kwargs["pk"])
        may_manage(mentor, self.user)
        return mentor

    def _shown(self, mentor: Mentor) -> Response:
        rows = hours_of(mentor).values("weekday", "starts", "ends", "time_zone")
        shown = {"slots": list(rows)}
        tag = hashlib.sha256(JSONRenderer().render(shown)).hexdigest()[:32]
        return Response(shown, headers={"ETag": f'"{tag}"'})

    @extend_schema(summary="A mentor's weekly hours", responses=AvailabilityTaken, filters=False)
    def retrieve(self, request: Request, pk: str) -> Response:
        return self._shown(self._mentor())

    @extend_schema(
        summary="Replace a mentor's weekly hours; booked sessions stay",
        request=AvailabilityTaken,
        responses=AvailabilityTaken,
        examples=[HOURS],
    )
    @writes
    def update(self, request: Request, pk: str) -> Response:
        mentor = self._mentor()
        lock_mentors({mentor.pk})
        sent = request.headers.get("If-Match")
        if sent is None:
            raise match_missing()
        if sent != "*" and sent != self._shown(mentor)["ETag"]:
            raise stale()
        body = self.taken(AvailabilityTaken)
        slots = [services.Slot(**slot) for slot in body["slots"]]
        services.set_availability(mentor=mentor, slots=slots, by=self.user, now=self.now)
        return self._shown(mentor)


class TimeOffShape(Shape):
    """A span, half-open, in which a mentor takes no session."""

    id = serializers.IntegerField()
    mentor = serializers.IntegerField(source="mentor_id")
    mentor_name = Name(source="mentor.user")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)
    recorded_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "TimeOff"


class TimeOffTaken(Taken):
    mentor = serializers.IntegerField(required=False, help_text="Left out: oneself")
    starts_at = Instant()
    ends_at = Instant()
    reason = serializers.CharField(max_length=200, allow_blank=True, required=False)


class TimeOffFilter(filters.FilterSet):
    """By mentor and time."""

    mentor = Ids("mentor_id")
    withdrawn = filters.BooleanFilter("withdrawn_at", "isnull", exclude=True)
    ends_from = Instants("ends_at", "gte")

    class Meta:
        model = TimeOff
        fields: tuple[str, ...] = ()


class TimesOff(Resource):
    """Time off: a mentor's own, or everybody's for staff; students see none."""

    tag = "time-off"
    queryset = TimeOff.objects.none()
    shape = TimeOffShape
    filterset_class = TimeOffFilter
    ordering, orderings = "-starts_at", ("starts_at",)

    def rows(self) -> QuerySet[TimeOff]:
        return time_off_for(self.user)

    @extend_schema(
        summary="Take time off; scheduled sessions inside are cancelled by the mentor",
        request=TimeOffTaken,
        responses={201: TimeOffShape},
        examples=[
            OpenApiExample(
                "A week",
                {"starts_at": "2026-04-06T00:00:00+02:00", "ends_at": "2026-04-13T00:00:00+02:00"},
                request_only=True,
            )
        ],
    )
    @writes
    def create(self, request: Request) -> Response:
        own = mentor_of(self.user)
        self.ensure(own is not None or self.user.is_school_staff)
        body: dict[str, Any] = self.taken(TimeOffTaken)
        pk = body.pop("mentor", None)
        mentor = own
        if own is None or (pk is not None and pk != own.pk):
            mentor = self.named("mentor", mentors_for(self.user), pk)
        assert mentor is not None
        return self.answer(services.add_time_off(mentor=mentor, **body, by=self.user, now=self.now), 201)

    @extend_schema(
        summary="Withdraw time off; sessions that it cancelled stay cancelled",
        responses=TimeOffShape,
    )
    @writes
    def destroy(self, request: Request, pk: str) -> Response:
        row: TimeOff = self.fetch()
        self.match(required=False)
        services.withdraw_time_off(time_off_id=row.pk, by=self.user, now=self.now)
        return self.answer(row)
