"""Addresses of disciplinary proceedings."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from .cases import Cases
from .complaints import Complaints
from .copies import Copies
from .reports import DisciplineReports
from .suspicions import Suspicions

router = SimpleRouter()
router.register("cases", Cases, basename="api-case")
router.register("complaints", Complaints, basename="api-complaint")
router.register("decision-copies", Copies, basename="api-decision-copy")
router.register("discipline-reports", DisciplineReports, basename="api-discipline-report")
router.register("suspicions", Suspicions, basename="api-suspicion")
