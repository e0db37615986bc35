"""What a resource of the API is: rows from one selector, read as dicts; writes that call one service.

Every detail has an ETag: its revision, or a digest of what it shows. A write that replaces something asks
for it in If-Match and compares under the lock of the row (abuse 53); one that adds a fact (joining, a notice,
reasons, a contest) honours it and does not ask for it, for a deadline must not hang on what others wrote.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ClassVar, Concatenate, ParamSpec

from django.db import OperationalError
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework import status, viewsets
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.contention import was_victim
from accounts.doors import came_at
from accounts.models import User

from .idempotency import once
from .paging import Pages
from .problems import match_missing, stale
from .shapes import Shape, Taken

P = ParamSpec("P")
Dicts = list[dict[str, Any]]
ONE = frozenset({"fields"})
PAGED = ONE | {"cursor", "limit", "ordering"}


def digest_of(shown: dict[str, Any]) -> str:
    """The ETag of what counts no changes: a digest of what it shows."""
    return f'"{hashlib.sha256(JSONRenderer().render(shown)).hexdigest()[:32]}"'


class Ground(viewsets.GenericViewSet[Any]):
    """What all of the API's views share: one instant a request, the reader's language, no unknown parameter."""

    now: datetime
    tag: ClassVar[str] = ""
    lookup_value_regex = "[0-9]{1,18}"

    @property
    def user(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.now = came_at(request._request)
        super().initial(request, *args, **kwargs)
        language = getattr(request.user, "language", "")
        if language and "Accept-Language" not in request.headers and translation.check_for_language(language):
            translation.activate(language)
        if unknown := sorted(set(request.query_params) - self.parameters()):
            raise ValidationError({name: [_("There is no such parameter here.")] for name in unknown})

    def parameters(self) -> frozenset[str]:
        """The query parameters that this request may have."""
        return frozenset()

    def taken(self, shape: type[Taken], **context: Any) -> dict[str, Any]:
        """What was sent, checked; raises on anything that is not asked for."""
        body = shape(data=self.request.data, context={**self.get_serializer_context(), **context})
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def ensure(self, allowed: bool) -> None:
        """A permission predicate's word (403)."""
        if not allowed:
            raise PermissionDenied


class Resource(Ground):
    """A list and its details. ``rows`` asks a selector, which knows what the reader may see; the rest is 404."""

    pagination_class = Pages
    shape: ClassVar[type[Shape]]
    one: ClassVar[type[Shape] | None] = None  # what a detail shows, where it is more
    revised: ClassVar[bool] = False  # whether rows count their changes
    ordering: ClassVar[str] = "-pk"  # of a column that is never empty
    orderings: ClassVar[tuple[str, ...]] = ("pk",)

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError  # by each resource: the selector that it reads

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        """What a detail shows beyond its columns."""
        return shown

    @property
    def detail_shape(self) -> type[Shape]:
        return self.one or self.shape

    def get_serializer_class(self) -> Any:
        """For the schema: what is shown."""
        return self.shape if self.action == "list" else self.detail_shape

    def parameters(self) -> frozenset[str]:
        if self.action == "list":
            return PAGED | self._filters()
        return ONE if self.action == "retrieve" else frozenset()

    def _filters(self) -> frozenset[str]:
        filters = getattr(self, "filterset_class", None)
        return frozenset(filters.base_filters) if filters else frozenset()

    def wanted(self, shape: type[Shape]) -> frozenset[str] | None:
        """The fields that ``?fields=`` names."""
        if not (asked := self.request.query_params.get("fields")):
            return None
        names = frozenset(asked.split(","))
        if unknown := sorted(names.difference(shape.names())):
            raise ValidationError({"fields": [_("Unknown: %(names)s") % {"names": ", ".join(unknown)}]})
        return names

    # --- Reading

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.rows()
        if not self._filters().isdisjoint(request.query_params):
            rows = self.filter_queryset(rows)
        return self.page(rows)

    def page(self, rows: QuerySet[Any]) -> Response:
        read = self.shape.reader(self.wanted(self.shape))
        pages: Any = self.paginator
        first = pages.get_ordering(self.request, rows, self)[0].removeprefix("-")
        found = pages.paginate_queryset(
            rows.order_by().values(*dict.fromkeys((*read.columns, first, "pk"))), self.request, view=self
        )
        return pages.get_paginated_response(self.told([read(row) for row in found], found))

    def told(self, shown: Dicts, rows: Dicts) -> Dicts:
        """What the rows of a page show beyond their columns; ``rows`` have their ``pk``."""
        return shown

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        shown, tag = self.shown(int(self.kwargs["pk"]))
        if request.headers.get("If-None-Match") == tag:
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        wanted = self.wanted(self.detail_shape)
        if wanted is not None:
            shown = {name: value for name, value in shown.items() if name in wanted}
        return Response(shown, headers={"ETag": tag})

    def shown(self, pk: int) -> tuple[dict[str, Any], str]:
        """A row's detail and its ETag."""
        read = self.detail_shape.reader()
        columns = (*read.columns, "pk", *(("revision",) if self.revised else ()))
        row = self.rows().order_by().filter(pk=pk).values(*dict.fromkeys(columns)).first()
        if row is None:
            raise Http404
        shown = self.finish(read(row), row)
        return shown, self.tag_of(row, shown)

    def tag_of(self, row: dict[str, Any], shown: dict[str, Any]) -> str:
        if self.revised:
            return f'"{row["pk"]}-{row["revision"]}"'
        return digest_of(shown)

    # --- Writing

    def fetch(self, *related: str) -> Any:
        """The row of the address as a model instance; 404 for what the reader may not see."""
        rows = self.rows().order_by()
        found = (rows.select_related(*related) if related else rows).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def named(self, field: str, rows: QuerySet[Any], pk: int | None) -> Any:
        """A row that was named in the body, of those that the reader may see; refused by its field."""
        found = None if pk is None else rows.filter(pk=pk).first()
        if found is None:
            raise ValidationError({field: [_("There is no such thing, or it is none of yours.")]})
        return found

    def match(self, *, required: bool) -> None:
        """Compare If-Match with the row as it is now; call it with the row locked."""
        sent = self.request.headers.get("If-Match")
        if sent is None:
            if required:
                raise match_missing()
            return
        if sent.strip() == "*":
            return
        if self.shown(int(self.kwargs["pk"]))[1] not in {each.strip() for each in sent.split(",")}:
            raise stale()

    def answer(self, row: Model | int, code: int = status.HTTP_200_OK, **more: Any) -> Response:
        """The detail of a row that was written, as its reader sees it now."""
        pk = row if isinstance(row, int) else row.pk
        shown, tag = self.shown(pk)
        return Response({**shown, **more}, status=code, headers={"ETag": tag})


def writes(
    method: Callable[Concatenate[Any, Request, P], Response],
) -> Callable[Concatenate[Any, Request, P], Any]:
    """A write: one transaction around the check of If-Match, the service and the kept answer."""

    @wraps(method)
    def written(self: Any, request: Request, *args: P.args, **kwargs: P.kwargs) -> Any:
        def work() -> Response:
            return method(self, request, *args, **kwargs)

        try:
            return once(request, self.user, self.now, work)
        except OperationalError as error:
            if not was_victim(error):
                raise
            # Of two that waited for each other this one was ended: again, as of the instant at which it came.
            return once(request, self.user, self.now, work)

    return written
