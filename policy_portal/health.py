"""Is the process alive, and is the platform doing its work? Asked by load balancers and monitors; says no more."""

from __future__ import annotations

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from enforcement.selectors import late_sweeps

log = structlog.get_logger(__name__)


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers. Nothing else is asked, so that a slow database restarts no web server."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: the database answers, and every sweep has given a sign of life within three ticks."""
    try:
        late = late_sweeps(timezone.now())
    except DatabaseError as error:
        log.warning("not_ready", error=repr(error))
        return JsonResponse({"ready": False, "database": "away", "late_sweeps": []}, status=503)
    if late:
        log.warning("not_ready", late_sweeps=late)
    return JsonResponse(
        {"ready": not late, "database": "answers", "late_sweeps": late}, status=503 if late else 200
    )
