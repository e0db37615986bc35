"""Addresses of the students' resources."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from .beginning import Acceptances, ConductReports, EquipmentChecks, Stays
from .groups import Groups, StudySessions
from .paths import Paths
from .places import Places
from .postal import Addresses
from .projects import Projects, Skills
from .webhooks import FunderWebhooks

router = SimpleRouter()
router.register("paths", Paths, basename="api-path")
router.register("acceptances", Acceptances, basename="api-acceptance")
router.register("equipment-checks", EquipmentChecks, basename="api-equipment-check")
router.register("stays", Stays, basename="api-stay")
router.register("places", Places, basename="api-place")
router.register("conduct-reports", ConductReports, basename="api-conduct-report")
router.register("postal-addresses", Addresses, basename="api-postal-address")
router.register("funder-webhooks", FunderWebhooks, basename="api-funder-webhook")
router.register("projects", Projects, basename="api-project")
router.register("skills", Skills, basename="api-skill")
router.register("groups", Groups, basename="api-group")
router.register("study-sessions", StudySessions, basename="api-study-session")
