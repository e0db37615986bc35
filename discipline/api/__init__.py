"""Addresses of disciplinary proceedings."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from .cases import Cases

router = SimpleRouter()
router.register("cases", Cases, basename="api-case")
