"""Paths over the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.resources import Resource
from accounts.api.shapes import Name, Shape
from students.models import Path
from students.selectors import paths_for


class PathShape(Shape):
    """A training programme."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    active = serializers.BooleanField(help_text="Open to new enrolments")
    learning_manager = serializers.IntegerField(source="learning_manager_id", allow_null=True)
    learning_manager_name = Name(source="learning_manager", allow_null=True)

    class Meta:
        ref_name = "Path"


class PathFilter(filters.FilterSet):
    class Meta:
        model = Path
        fields = ("code", "active")


class Paths(Resource):
    """The school's Paths: for everybody who learns, mentors or works here."""

    tag = "paths"
    queryset = Path.objects.none()
    shape = PathShape
    filterset_class = PathFilter
    ordering, orderings = "code", ("code", "title", "pk")

    def rows(self) -> QuerySet[Path]:
        return paths_for(self.user)
