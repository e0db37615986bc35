"""Addresses of disciplinary proceedings."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from .boards import BoardMembers, Companions, Summonses
from .cases import Cases
from .complaints import Complaints
from .copies import Copies
from .meetings import Decisions, Meetings
from .penalties import Penalties
from .reports import DisciplineReports
from .suspicions import Suspicions

router = SimpleRouter()
router.register("cases", Cases, basename="api-case")
router.register("complaints", Complaints, basename="api-complaint")
router.register("decision-copies", Copies, basename="api-decision-copy")
router.register("discipline-reports", DisciplineReports, basename="api-discipline-report")
router.register("suspicions", Suspicions, basename="api-suspicion")
router.register("board-members", BoardMembers, basename="api-board-member")
router.register("board-companions", Companions, basename="api-board-companion")
router.register("board-summonses", Summonses, basename="api-board-summons")
router.register("board-meetings", Meetings, basename="api-board-meeting")
router.register("board-decisions", Decisions, basename="api-board-decision")
router.register("penalties", Penalties, basename="api-penalty")
