"""How the API describes itself: headers and problems that all operations share are said once, here."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from .problems import CONTENT_TYPE, ProblemShape

READ_PROBLEMS = {
    "400": "A parameter or field cannot be taken; each is named",
    "401": "No token, or one that is not valid (any more)",
    "403": "Seen, but not yours to do",
    "429": "Too many requests in this minute; see Retry-After",
}
ONE_PROBLEMS = {"404": "There is no such thing, or it is none of yours"}
WRITE_PROBLEMS = {
    "409": "What the thing is by now does not allow it, by a rule; or the same key is under way",
    "412": "If-Match names a version that is no longer the newest",
    "422": "A rule refuses what was sent (`field`, `clause`, `rule`); or the key belongs to another request",
}
MATCH_PROBLEMS = {"428": "This write replaces something: send If-Match"}


Direction = Literal["request", "response"]


class Described(AutoSchema):
    """The schema of one operation."""

    def get_tags(self) -> list[str]:
        return [getattr(self.view, "tag", "") or super().get_tags()[0]]

    def get_override_parameters(self) -> list[Any]:
        found: list[Any] = list(super().get_override_parameters())
        if self.method == "POST":
            found.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    str,
                    OpenApiParameter.HEADER,
                    description="Sent again with the same body, it gives the same answer and writes nothing.",
                )
            )
        if self.method != "GET" and self._is_one():
            required = self._match_required()
            found.append(
                OpenApiParameter(
                    "If-Match",
                    str,
                    OpenApiParameter.HEADER,
                    required=required,
                    description="The ETag of what you read." + ("" if required else " Optional here."),
                )
            )
        if getattr(self.view, "action", "") in ("list", "retrieve") and hasattr(self.view, "shape"):
            found.append(
                OpenApiParameter("fields", str, description="Only these fields, separated by commas.")
            )
        if self.method == "GET" and self._is_list_view() and hasattr(self.view, "orderings"):
            orders = [sign + name for name in self.view.orderings for sign in ("", "-")]
            found.append(OpenApiParameter("ordering", str, enum=orders, description="`-`: the last first."))
        return found

    def _get_response_bodies(self, direction: Direction = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        reference = self.resolve_serializer(ProblemShape, direction).ref
        problems = dict(READ_PROBLEMS)
        if self._is_one():
            problems |= ONE_PROBLEMS
        if self.method != "GET":
            problems |= WRITE_PROBLEMS
            if self._match_required():
                problems |= MATCH_PROBLEMS
        for code, words in problems.items():
            bodies.setdefault(code, {"description": words, "content": {CONTENT_TYPE: {"schema": reference}}})
        return dict(sorted(bodies.items()))

    def _is_one(self) -> bool:
        return "{" in self.path

    def _match_required(self) -> bool:
        return getattr(self.view, "action", "") in getattr(self.view, "matched", ())
