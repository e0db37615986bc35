"""The API's description (OpenAPI 3.1), and the page that shows it without asking any other host."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.generic import View
from drf_spectacular.generators import SchemaGenerator

OPENAPI = "application/vnd.oai.openapi+json"


@lru_cache(maxsize=8)
def description(language: str) -> dict[str, Any]:
    """The description in a language; it is the same for everybody, and made once a process."""
    with translation.override(language):
        found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
        return found


class Schema(View):
    """The description as a file: it tells what there is, and nothing about anybody."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(
            description(translation.get_language() or "en"),
            content_type=OPENAPI,
            headers={"Cache-Control": "public, max-age=300", "Vary": "Accept-Language, Cookie"},
        )


class Docs(View):
    """The description to browse and to try; scripts and styles are our own host's."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "api/docs.html")
