"""Pages of a list by cursor: each costs the same however long the list is, and nothing is counted."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from .problems import Problem


class Pages(CursorPagination):
    """``?cursor=`` of the answer before, ``?limit=`` rows, ``?ordering=`` by what the resource allows."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    cursor_query_param = "cursor"

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """By one column that is never empty, and by id where it says the same."""
        first = request.query_params.get("ordering") or view.ordering
        if first.removeprefix("-") not in view.orderings:
            raise Problem("invalid", 400, f"ordering: {', '.join(view.orderings)}")
        sign = "-" if first.startswith("-") else ""
        return (first,) if first.removeprefix("-") == "pk" else (first, f"{sign}pk")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, OverflowError, DataError):
            raise _none() from None

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except NotFound:
            raise _none() from None


def _none() -> Problem:
    return Problem("invalid", 400, _("A parameter is out of reach, or the cursor is none of ours."))
