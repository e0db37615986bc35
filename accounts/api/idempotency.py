"""A write that is sent twice is made once (`Idempotency-Key`).

The answer is kept in the transaction of the write: either both are there or neither. A refusal writes
nothing, so it is not kept, and its key stays free.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, NotAuthenticated, NotFound, PermissionDenied
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import IdempotentRequest, User
from accounts.services import IDEMPOTENCY_KEPT
from rulebook.errors import RuleError

from .problems import Problem

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("ETag", "Location")


def once(request: Request, user: User, now: datetime, work: Callable[[], Response]) -> Any:
    """The answer of ``work``, in one transaction; of its first time where the key was used before."""
    key = request.headers.get(HEADER)
    with transaction.atomic():
        if key is None:
            return work()
        if not (1 <= len(key) <= 255 and key.isascii() and key.isprintable()):
            raise Problem("invalid", 400, _("Idempotency-Key: 1 to 255 printable ASCII characters."))
        _stand_in_line(user, key)
        rows = IdempotentRequest.objects.filter(user=user, key=key)
        kept = rows.first()
        if kept is not None and kept.created_at <= now - IDEMPOTENCY_KEPT:
            rows.delete()
            kept = None
        fingerprint = _fingerprint(request)
        if kept is not None:
            answer = _again(kept, fingerprint)
            _ask_again(request, work)
            return answer
        answer = work()
        headers = {name: answer[name] for name in KEPT_HEADERS if name in answer}
        IdempotentRequest.objects.create(
            user=user,
            key=key,
            fingerprint=fingerprint,
            status=answer.status_code,
            headers=json.dumps(headers),
            body=JSONRenderer().render(answer.data).decode(),
            created_at=now,
        )
        return answer


def _ask_again(request: Request, work: Callable[[], Response]) -> None:
    """Raise what the person would meet now if they may no longer do this, or no longer see it: an answer that was kept
    opens nothing that has been closed since.

    The work is done as if for the first time and undone; that it was done already is no obstacle.
    """
    if request.method == "DELETE":
        return  # what was deleted is not to be found again, and its answer tells nothing
    try:
        with transaction.atomic():
            work()
            transaction.set_rollback(True)
    except (NotAuthenticated, NotFound, PermissionDenied):
        raise
    except (APIException, RuleError):
        return


def _stand_in_line(user: User, key: str) -> None:
    """One request of a key at a time. SQLite has one writer anyway: there the second waits, and gets the answer."""
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(f"{user.pk}:{key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (free,) = cursor.fetchone()
    if not free:
        raise Problem("in-progress", 409, _("A request with this Idempotency-Key is under way."))


def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(request._request.body)
    return digest.hexdigest()


def _again(kept: IdempotentRequest, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        raise Problem("key-reused", 422, _("This Idempotency-Key belongs to another request."))
    answer = HttpResponse(kept.body, status=kept.status or 200, content_type="application/json")
    for name, value in json.loads(kept.headers or "{}").items():
        answer[name] = value
    answer["Idempotency-Replayed"] = "true"
    return answer
