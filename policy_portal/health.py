"""Is the process alive, and is the platform doing its work?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse


def livez(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers. Nothing else is asked."""
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"ready": True})
