"""Errors as problem details (RFC 9457): one shape for every refusal, a rule's with its field and clause."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import HttpRequest, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.contention import RETRY_AFTER, was_busy
from rulebook.errors import RuleError
from rulebook.policy import policy_at

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
TYPE = "urn:policy-portal:problem:"

# A rule that refuses for what the thing is by now, and not for what was sent.
STATE_FIELDS = frozenset(
    {
        "session",
        "absence",
        "contest",
        "mentorship",
        "time_off",
        "report",
        "person",
        "leave",
        "change",
        "approval",
    }
)


class Problem(exceptions.APIException):
    """A refusal by the API itself: its kind, its status and a sentence."""

    def __init__(self, kind: str, code: int, detail: str) -> None:
        super().__init__(detail, kind)
        self.kind = kind
        self.status_code = code


def stale() -> Problem:
    """412: what the caller had read has changed since (abuse 53)."""
    return Problem("stale", status.HTTP_412_PRECONDITION_FAILED, _("This has changed since you read it."))


def match_missing() -> Problem:
    return Problem(
        "match-required",
        status.HTTP_428_PRECONDITION_REQUIRED,
        _("Send If-Match with the ETag of what you read: this write replaces something."),
    )


class FieldProblem(serializers.Serializer[Any]):
    """One field that was refused."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemShape(serializers.Serializer[Any]):
    """Problem details (RFC 9457). A refusal by a rule names the field, the clause and what the clause says."""

    type = serializers.CharField(help_text=f"about:blank, or {TYPE}KIND")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    field = serializers.CharField(required=False, help_text="The field that the refusal stands beside")
    clause = serializers.CharField(required=False, help_text="The clause of the policy that it rests on")
    rule = serializers.CharField(required=False, help_text="What the clause says")
    policy = serializers.CharField(required=False, help_text="The policy version in force")
    # Its name is a property of REST framework, which a field of the same name replaces.
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]  # said above

    class Meta:
        ref_name = "Problem"


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """REST framework's exception handler: no error leaves the API in another shape."""
    if isinstance(error, RuleError):
        return problem(**_refused(error))
    if isinstance(error, ObjectDoesNotExist):
        error = exceptions.NotFound()
    if isinstance(error, RequestDataTooBig):
        return problem(413, "", _("This body is too long."))
    if was_busy(error):
        log.warning("api_busy", exc_info=error)
        busy = {"Retry-After": str(RETRY_AFTER)}
        return problem(503, "busy", _("Too much is going on at once. Nothing was done."), headers=busy)
    answer = exception_handler(error, context)
    if answer is None:
        return _broken(error, context)
    headers = {name: answer[name] for name in ("WWW-Authenticate", "Retry-After") if name in answer}
    if isinstance(error, exceptions.ValidationError):
        found = list(_flat(error.get_full_details()))
        return problem(
            400,
            "invalid",
            _("What was sent cannot be taken as it is."),
            headers=headers,
            field=found[0]["field"] if found else "",
            errors=found,
        )
    detail = getattr(error, "detail", "") or answer.data.get("detail", "")
    kind = getattr(error, "kind", "")
    return problem(answer.status_code, kind, str(detail), headers=headers)


def problem(
    code: int, kind: str, detail: str, *, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """A problem as an answer; members without a value are left out."""
    data = {"type": f"{TYPE}{kind}" if kind else "about:blank", "title": HTTPStatus(code).phrase}
    data |= {"status": code, "detail": detail}  # type: ignore[dict-item]  # a number among the texts
    data |= {name: value for name, value in more.items() if value}
    return Response(data, status=code, headers=headers, content_type=CONTENT_TYPE)


def not_here(request: HttpRequest, *args: object, **kwargs: object) -> JsonResponse:
    """Any address below /api/ that is none."""
    data = {
        "type": "about:blank",
        "title": HTTPStatus.NOT_FOUND.phrase,
        "status": 404,
        "detail": _("There is nothing at this address. Addresses of the API end in a slash."),
    }
    return JsonResponse(data, status=404, content_type=CONTENT_TYPE)


def _refused(error: RuleError) -> dict[str, Any]:
    policy = policy_at(timezone.now())
    clause = policy.clauses.get(error.clause)
    words = clause.in_language(translation.get_language() or settings.LANGUAGE_CODE) if clause else None
    return {
        "code": 409 if error.field in STATE_FIELDS else 422,
        "kind": "rule",
        "detail": _(error.message) % error.params if error.params else _(error.message),
        "field": error.field,
        "clause": error.clause,
        "rule": f"{words.title}: {words.summary}" if words else "",
        "policy": policy.id if clause else "",
    }


def _flat(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Each refused field of nested details, by its path: ``slots.0.starts``."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {
            "field": _clean(path),
            "code": str(details["code"]),
            "detail": _clean(str(details["message"])),
        }
    elif isinstance(details, dict):
        for name, inner in details.items():
            step = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(filter(None, (path, step))))
    elif isinstance(details, list):
        for number, inner in enumerate(details):
            leaf = isinstance(inner, dict) and set(inner) == {"message", "code"}
            yield from _flat(inner, path if leaf else f"{path}.{number}".strip("."))


def _clean(text: str) -> str:
    """What a caller sent comes back in a message only as far as it can be written."""
    return text.encode("utf-8", "replace").decode()


def _broken(error: Exception, context: dict[str, Any]) -> Response:
    """An error of our own: logged, told to whoever listens, and not spelled out to the caller."""
    request = context.get("request")
    got_request_exception.send(sender=handle, request=getattr(request, "_request", None))
    log.error("api_error", exc_info=error)
    return problem(500, "", _("Something went wrong here. It has been noted."))
