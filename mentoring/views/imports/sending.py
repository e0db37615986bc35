"""What a form is bound to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What came with a request: nothing, until it is posted."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
