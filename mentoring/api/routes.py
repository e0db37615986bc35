"""Addresses of mentoring's resources."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from .absences import Absences, Contests, Notices
from .sessions import Sessions

router = SimpleRouter()
router.register("sessions", Sessions, basename="api-session")
router.register("absences", Absences, basename="api-absence")
router.register("contests", Contests, basename="api-contest")
router.register("notices", Notices, basename="api-notice")
