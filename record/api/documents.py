"""Private files over the API: one's own, their download, and uploads in pieces (tus 1.0)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.urls import path
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter

from accounts.api.resources import Ground, Resource
from accounts.api.shapes import Name, Shape
from record.documents.selectors import documents_over_api, own_documents
from record.documents.serving import serve
from record.documents.views import uploads as tus
from record.models import Document


class DocumentShape(Shape):
    """A private file, or the stub that is left of one."""

    id = serializers.IntegerField()
    key = serializers.UUIDField(help_text="Its address in the portal: /documents/<key>/")
    purpose = serializers.CharField()
    file_name = serializers.CharField()
    content_type = serializers.CharField(help_text="Found from the content")
    size = serializers.IntegerField(help_text="Bytes")
    sha256 = serializers.CharField()
    about = serializers.CharField(allow_blank=True, help_text="What it belongs to")
    subject = serializers.IntegerField(source="subject_id", allow_null=True, help_text="Whose data it is")
    subject_name = Name(source="subject", allow_null=True)
    stored_at = serializers.DateTimeField()
    delete_after = serializers.DateTimeField(allow_null=True)
    deleted_at = serializers.DateTimeField(allow_null=True)
    deleted_why = serializers.CharField(allow_blank=True)
    deleted_clause = serializers.CharField(allow_blank=True)

    class Meta:
        ref_name = "Document"


class DocumentFilter(filters.FilterSet):
    """By purpose, by what it belongs to, and by what is deleted."""

    purpose = filters.CharFilter()
    about = filters.CharFilter()
    deleted = filters.BooleanFilter("deleted_at", "isnull", exclude=True)

    class Meta:
        model = Document
        fields: tuple[str, ...] = ()


class Documents(Resource):
    """One's own files: about oneself, or sent by oneself. Others that one may read are found by their id."""

    tag = "documents"
    queryset = Document.objects.none()
    shape = DocumentShape
    filterset_class = DocumentFilter
    ordering, orderings = "-pk", ("pk",)

    def rows(self) -> QuerySet[Document]:
        if self.action == "list":
            return own_documents(self.user)
        return documents_over_api(self.user, Document.objects.filter(pk=self.kwargs["pk"]))

    @extend_schema(
        summary="The file itself, in ranges where asked for",
        request=None,
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: str) -> HttpResponseBase:
        document: Document = self.fetch("subject")
        if not document.is_kept:
            raise Http404
        return serve(document, request._request, by=self.user, now=self.now)


class Uploads(Ground):
    """Uploads in pieces, as docs/documents.md describes them: the protocol is tus 1.0 and its headers."""

    tag = "documents"
    # The pieces are read as they come, by no parser.
    parser_classes = ()
    serializer_class = None

    @extend_schema(exclude=True)
    def begin(self, request: Request) -> HttpResponseBase:
        return tus.tus(tus.create, request._request, self.user, self.now, "api-upload")

    @extend_schema(exclude=True)
    def standing(self, request: Request, key: uuid.UUID) -> HttpResponseBase:
        return self._one(tus.tell, request, key)

    @extend_schema(exclude=True)
    def append(self, request: Request, key: uuid.UUID) -> HttpResponseBase:
        return self._one(tus.append, request, key)

    @extend_schema(exclude=True)
    def drop(self, request: Request, key: uuid.UUID) -> HttpResponseBase:
        return self._one(tus.terminate, request, key)

    def _one(self, act: Any, request: Request, key: uuid.UUID) -> HttpResponseBase:
        return tus.tus(act, request._request, tus.find(self.user, key, self.now), self.now)


router = SimpleRouter()
router.register("documents", Documents, basename="api-document")
urls = [
    *router.urls,
    path("uploads/", Uploads.as_view({"post": "begin"}), name="api-uploads"),
    path(
        "uploads/<uuid:key>/",
        Uploads.as_view({"head": "standing", "patch": "append", "delete": "drop"}),
        name="api-upload",
    ),
]
