"""The record and the messages over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.api.resources import Resource, writes
from accounts.api.shapes import Facts, Name, Nothing, Shape
from accounts.models import User
from accounts.numbers import number_in
from record import services
from record.models import Entry, Message
from record.permissions import SCHOOL_RECORD_READERS, may_read_record
from record.selectors import inbox_of, readable_entries
from record.words import tell


class MessageShape(Shape):
    """A message that was sent to the reader."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    channel = serializers.CharField()
    subject = serializers.CharField()
    sent_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True, help_text="First opened in the portal")

    class Meta:
        ref_name = "Message"


class MessageDetail(MessageShape):
    """A message as it was sent."""

    to_address = serializers.CharField()
    body_text = serializers.CharField()

    class Meta:
        ref_name = "MessageDetail"


class MessageFilter(filters.FilterSet):
    """By kind, and by what is unread."""

    kind = filters.CharFilter()
    unread = filters.BooleanFilter("read_at", "isnull")

    class Meta:
        model = Message
        fields: tuple[str, ...] = ()


class Messages(Resource):
    """What was sent to oneself."""

    tag = "messages"
    queryset = Message.objects.none()
    shape, one = MessageShape, MessageDetail
    filterset_class = MessageFilter
    ordering, orderings = "-pk", ("pk",)

    def rows(self) -> QuerySet[Message]:
        return inbox_of(self.user)

    @extend_schema(
        summary="Note that a message was read; the first time stands", request=None, responses=MessageDetail
    )
    @action(detail=True, methods=["post"])
    @writes
    def read(self, request: Request, pk: str) -> Response:
        message: Message = self.fetch()
        self.taken(Nothing)
        self.match(required=False)
        services.note_read(message_id=message.pk, by=self.user, now=self.now)
        return self.answer(message)


class EntryShape(Shape):
    """One decision on record: who, when, on which facts, by which clause (R1)."""

    id = serializers.IntegerField()
    subject = serializers.IntegerField(
        source="chain.subject_id", allow_null=True, help_text="null: the school"
    )
    seq = serializers.IntegerField(help_text="Its place in the subject's chain")
    kind = serializers.CharField()
    clause = serializers.CharField()
    policy = serializers.CharField(source="policy_id")
    happened_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    actor = serializers.IntegerField(source="actor_id", allow_null=True, help_text="null: the platform")
    actor_name = Name(source="actor", allow_null=True)
    about = serializers.CharField(allow_blank=True)
    facts = Facts(source="payload")
    prev_hash = serializers.CharField()
    hash = serializers.CharField()

    class Meta:
        ref_name = "Entry"


class ToldShape(serializers.Serializer[Any]):
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)


class EntryDetail(EntryShape):
    """An entry with its words."""

    told = ToldShape()

    class Meta:
        ref_name = "EntryDetail"


class EntryFilter(filters.FilterSet):
    """By kind and by what it is about."""

    kind = filters.CharFilter()
    about = filters.CharFilter()

    class Meta:
        model = Entry
        fields: tuple[str, ...] = ()


SUBJECT = OpenApiParameter(
    "subject", str, description="A person's id, or `school`; left out: oneself. The newest entry comes first."
)


class Entries(Resource):
    """The record of one subject: one's own, or by staff anybody's."""

    tag = "record"
    queryset = Entry.objects.none()
    shape, one = EntryShape, EntryDetail
    filterset_class = EntryFilter
    ordering, orderings = "-seq", ("seq",)

    def parameters(self) -> frozenset[str]:
        return super().parameters() | ({"subject"} if self.action == "list" else frozenset())

    def rows(self) -> QuerySet[Entry]:
        found = readable_entries(self.user)
        if self.action != "list":
            return found
        subject = self.request.query_params.get("subject", str(self.user.pk))
        if subject == "school":
            if not self.user.has_role(*SCHOOL_RECORD_READERS):
                raise Http404
            return found.filter(chain__subject=None)
        others = subject != str(self.user.pk)
        # Nobody's record and a record that is none of yours are the same to you.
        person = number_in(subject)
        if person is None or (others and not may_read_record(self.user, User(pk=person))):
            raise Http404
        return found.filter(chain__subject=person)

    @extend_schema(parameters=[SUBJECT])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        entry = self.rows().select_related("actor").get(pk=row["pk"])
        told = tell(entry, reader=self.user, own=shown["subject"] == self.user.pk)
        return {**shown, "told": {"title": told.title, "text": told.plain()}}


router = SimpleRouter()
router.register("messages", Messages, basename="api-message")
router.register("record", Entries, basename="api-entry")
