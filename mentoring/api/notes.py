"""Notes about a training: private to their author, or shared."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids
from accounts.api.resources import Resource, writes
from accounts.api.shapes import LONGEST, Name, Shape, Taken, Words
from accounts.permissions import is_mentor, is_school_staff
from mentoring import permissions, services
from mentoring.models import Note
from mentoring.selectors.sessions import enrolments_looked_after_by, notes_for, sessions_for


class NoteShape(Shape):
    """A note about a student, by a mentor or the school."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    session = serializers.IntegerField(source="session_id", allow_null=True)
    author = serializers.IntegerField(source="author_id")
    author_name = Name(source="author")
    shared = serializers.BooleanField(help_text="With the student and the school; once shared, it stays so")
    text = serializers.CharField()
    written_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "Note"


class NoteTaken(Taken):
    enrolment = serializers.IntegerField()
    session = serializers.IntegerField(required=False, allow_null=True)
    text = Words(max_length=5 * LONGEST)
    shared = serializers.BooleanField(required=False, default=False)


class NoteEdit(Taken):
    text = Words(max_length=5 * LONGEST, required=False)
    shared = serializers.BooleanField(required=False)


class NoteFilter(filters.FilterSet):
    """By training, session and author."""

    enrolment = Ids("enrolment_id")
    session = Ids("session_id")
    author = Ids("author_id")
    shared = filters.BooleanFilter()

    class Meta:
        model = Note
        fields: tuple[str, ...] = ()


class Notes(Resource):
    """One's own notes, and those that were shared."""

    tag = "notes"
    queryset = Note.objects.none()
    shape = NoteShape
    filterset_class = NoteFilter
    ordering, orderings = "-written_at", ("written_at",)
    matched = frozenset({"partial_update"})

    def rows(self) -> QuerySet[Note]:
        return notes_for(self.user, self.now)

    @extend_schema(
        summary="Write a note",
        request=NoteTaken,
        responses={201: NoteShape},
        examples=[
            OpenApiExample(
                "Shared",
                {"enrolment": 12, "text": "Next time: the data model.", "shared": True},
                request_only=True,
            )
        ],
    )
    @writes
    def create(self, request: Request) -> Response:
        self.ensure(is_mentor(self.user) or is_school_staff(self.user))
        body: dict[str, Any] = self.taken(NoteTaken)
        enrolment = self.named(
            "enrolment", enrolments_looked_after_by(self.user, self.now), body["enrolment"]
        )
        session_id = body.get("session")
        if session_id is not None:
            # A session of another training is none here (abuse 57).
            self.named("session", sessions_for(self.user, self.now).filter(enrolment=enrolment), session_id)
        note = services.write_note(
            enrolment_id=enrolment.pk,
            session_id=session_id,
            text=body["text"],
            shared=body["shared"],
            by=self.user,
            now=self.now,
        )
        return self.answer(note, 201)

    @extend_schema(
        summary="Change a note of one's own",
        request=NoteEdit,
        responses=NoteShape,
        examples=[OpenApiExample("Share it", {"shared": True}, request_only=True)],
    )
    @writes
    def partial_update(self, request: Request, pk: str) -> Response:
        note: Note = self.fetch()
        self.ensure(permissions.can_edit_note(self.user, note))
        note = self.rows().select_for_update(of=("self",)).get(pk=note.pk)
        self.match(required=True)
        body = {"text": note.text, "shared": note.shared, **self.taken(NoteEdit)}
        services.edit_note(note_id=note.pk, **body, by=self.user, now=self.now)
        return self.answer(note)
