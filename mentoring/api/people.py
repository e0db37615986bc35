"""Mentors, mentorships, enrolments, and where each enrolment stands with its absences in a row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids
from accounts.api.resources import Dicts, Resource, writes
from accounts.api.shapes import Day, Name, Shape, Taken, Words
from accounts.permissions import is_school_staff
from mentoring import services
from mentoring.models import Mentor, Mentorship
from mentoring.selectors.calendars import mentors_for, mentorships_for
from mentoring.selectors.lasting import lasting
from mentoring.selectors.sessions import enrolments_seen_by, streaks_of
from mentoring.services.mentorships import lock_enrolments
from rulebook.policy import policy_at
from students.models import Enrolment, EnrolmentState


class MentorShape(Shape):
    """A person who holds weekly sessions."""

    id = serializers.IntegerField()
    name = Name(source="user")
    time_zone = serializers.CharField(source="user.time_zone")
    left_on = serializers.DateField(allow_null=True)

    class Meta:
        ref_name = "Mentor"


class MentorFilter(filters.FilterSet):
    """By whether they are still here."""

    here = filters.BooleanFilter("left_on", "isnull")

    class Meta:
        model = Mentor
        fields: tuple[str, ...] = ()


class Mentors(Resource):
    """Mentors: a student's own, oneself, or all for staff."""

    tag = "mentors"
    queryset = Mentor.objects.none()
    shape = MentorShape
    filterset_class = MentorFilter
    ordering, orderings = "pk", ("pk",)

    def rows(self) -> QuerySet[Mentor]:
        return mentors_for(self.user)


class StreakShape(serializers.Serializer[Any]):
    """Unauthorised absences in a row that count now, and how many remain before a case (A9)."""

    count = serializers.IntegerField()
    remaining = serializers.IntegerField()
    size = serializers.IntegerField()
    sessions = serializers.ListField(child=serializers.IntegerField())

    class Meta:
        ref_name = "Streak"


def streaks(pks: list[int], now: datetime) -> dict[int, dict[str, Any]]:
    """Where these enrolments stand, in one statement."""
    return {
        pk: {
            "count": each.count,
            "remaining": each.remaining,
            "size": each.size,
            "sessions": list(each.session_ids),
        }
        for pk, each in streaks_of(pks, policy_at(now)).items()
    }


class EnrolmentShape(Shape):
    """One student on one Path; days are inclusive, in its own time zone."""

    id = serializers.IntegerField()
    student = serializers.IntegerField(source="student_id")
    student_name = Name(source="student.user")
    path = serializers.IntegerField(source="path_id")
    path_code = serializers.CharField(source="path.code")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True, help_text="Ended early")
    time_zone = serializers.CharField()
    state = serializers.ChoiceField(EnrolmentState.choices)

    class Meta:
        ref_name = "Enrolment"


class EnrolmentDetail(EnrolmentShape):
    """An enrolment and where it stands with its absences in a row."""

    streak = StreakShape()

    class Meta:
        ref_name = "EnrolmentDetail"


class EnrolmentFilter(filters.FilterSet):
    """By person, Path and state."""

    student = Ids("student_id")
    path = Ids("path_id")
    state = filters.ChoiceFilter(choices=EnrolmentState.choices)

    class Meta:
        model = Enrolment
        fields: tuple[str, ...] = ()


class Enrolments(Resource):
    """Enrolments: one's own, those one mentors now, or those that staff look after."""

    tag = "enrolments"
    queryset = Enrolment.objects.none()
    shape, one = EnrolmentShape, EnrolmentDetail
    filterset_class = EnrolmentFilter
    ordering, orderings = "-starts_on", ("starts_on", "ends_on")

    def rows(self) -> QuerySet[Enrolment]:
        return enrolments_seen_by(self.user, self.now)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        return {**shown, "streak": streaks([row["pk"]], self.now)[row["pk"]]}


class EnrolmentStreak(Shape):
    """An enrolment's absences in a row."""

    enrolment = serializers.IntegerField(source="id")
    student = serializers.IntegerField(source="student_id")
    student_name = Name(source="student.user")
    streak = StreakShape()

    class Meta:
        ref_name = "EnrolmentStreak"


class Streaks(Resource):
    """The absences in a row of each enrolment that one may see."""

    tag = "streaks"
    queryset = Enrolment.objects.none()
    shape = EnrolmentStreak
    filterset_class = EnrolmentFilter
    ordering, orderings = "pk", ("pk",)

    def rows(self) -> QuerySet[Enrolment]:
        return enrolments_seen_by(self.user, self.now)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        return self.told([shown], [row])[0]

    def told(self, shown: Dicts, rows: Dicts) -> Dicts:
        found = streaks([row["pk"] for row in rows], self.now)
        return [{**each, "streak": found[row["pk"]]} for each, row in zip(shown, rows, strict=True)]


class MentorshipShape(Shape):
    """A mentor and an enrolment that meet every week, at a local time of the enrolment's zone (A1)."""

    id = serializers.IntegerField()
    mentor = serializers.IntegerField(source="mentor_id")
    mentor_name = Name(source="mentor.user")
    enrolment = serializers.IntegerField(source="enrolment_id")
    student = serializers.IntegerField(source="enrolment.student_id")
    student_name = Name(source="enrolment.student.user")
    weekday = serializers.IntegerField(help_text="1 is Monday")
    local_time = serializers.TimeField()
    length_minutes = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True, help_text="Inclusive")

    class Meta:
        ref_name = "Mentorship"


class MentorshipTaken(Taken):
    enrolment = serializers.IntegerField()
    mentor = serializers.IntegerField()
    weekday = serializers.IntegerField(min_value=1, max_value=7)
    local_time = serializers.TimeField()
    starts_on = Day()
    length_minutes = serializers.IntegerField(min_value=15, max_value=240, required=False)


class EndTaken(Taken):
    ends_on = Day(help_text="The last day, inclusive")
    reason = Words(required=False, default="")


class ReplacementTaken(Taken):
    mentor = serializers.IntegerField()
    starts_on = Day()
    weekday = serializers.IntegerField(min_value=1, max_value=7, required=False)
    local_time = serializers.TimeField(required=False)


class MentorshipFilter(filters.FilterSet):
    """By person, and by whether they still meet."""

    mentor = Ids("mentor_id")
    enrolment = Ids("enrolment_id")
    open = filters.BooleanFilter(method="by_open", label=_("Whether their last day is still to pass"))

    class Meta:
        model = Mentorship
        fields: tuple[str, ...] = ()

    def by_open(self, rows: QuerySet[Mentorship], name: str, value: bool) -> QuerySet[Mentorship]:
        last = lasting(self.request.parser_context["view"].now)
        return rows.filter(last if value else ~last)


class Mentorships(Resource):
    """Who meets whom each week; staff arrange it (A1, A11)."""

    tag = "mentorships"
    queryset = Mentorship.objects.none()
    shape = MentorshipShape
    filterset_class = MentorshipFilter
    ordering, orderings = "-starts_on", ("starts_on",)
    matched = frozenset({"end", "replace"})

    def rows(self) -> QuerySet[Mentorship]:
        return mentorships_for(self.user)

    @extend_schema(
        summary="Begin a mentorship; its sessions up to the horizon are laid out at once",
        request=MentorshipTaken,
        responses={201: MentorshipShape},
        examples=[
            OpenApiExample(
                "Tuesdays",
                {
                    "enrolment": 12,
                    "mentor": 3,
                    "weekday": 2,
                    "local_time": "14:00",
                    "starts_on": "2026-03-02",
                },
                request_only=True,
            )
        ],
    )
    @writes
    def create(self, request: Request) -> Response:
        self.ensure(is_school_staff(self.user))
        body = self.taken(MentorshipTaken)
        body["enrolment"] = self.named(
            "enrolment", enrolments_seen_by(self.user, self.now), body["enrolment"]
        )
        body["mentor"] = self.named("mentor", mentors_for(self.user), body["mentor"])
        return self.answer(services.start_mentorship(**body, by=self.user, now=self.now), 201)

    @extend_schema(
        summary="End a mentorship; sessions after its last day are cancelled by the school",
        request=EndTaken,
        responses=MentorshipShape,
        examples=[OpenApiExample("In June", {"ends_on": "2026-06-30"}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def end(self, request: Request, pk: str) -> Response:
        mentorship = self._held()
        body = self.taken(EndTaken)
        services.end_mentorship(mentorship_id=mentorship.pk, **body, by=self.user, now=self.now)
        return self.answer(mentorship)

    @extend_schema(
        summary="Let another mentor take over; the answer is the new mentorship",
        request=ReplacementTaken,
        responses={201: MentorshipShape},
        examples=[OpenApiExample("From April", {"mentor": 4, "starts_on": "2026-04-01"}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def replace(self, request: Request, pk: str) -> Response:
        mentorship = self._held()
        body = self.taken(ReplacementTaken)
        body["mentor"] = self.named("mentor", mentors_for(self.user), body["mentor"])
        new = services.replace_mentor(mentorship_id=mentorship.pk, **body, by=self.user, now=self.now)
        return self.answer(new, 201)

    def _held(self) -> Mentorship:
        """The mentorship of the address, its enrolment locked, and unchanged since it was read."""
        mentorship: Mentorship = self.fetch("enrolment")
        self.ensure(is_school_staff(self.user))
        lock_enrolments([mentorship.enrolment])
        self.match(required=True)
        return mentorship
