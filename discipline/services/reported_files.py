"""Files that were reported in a group and taken down: held while a report or its case is open, then let go (3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from discipline.models import OPEN_STATES, DisciplineReportState
from record.documents.services import delete_documents
from rulebook.marking import gettext_noop
from students.models import GroupResource
from students.selectors.reported import held_files

UNSETTLED = (
    Q(discipline_report__isnull=True, taken_up_at__isnull=True)
    | Q(discipline_report__state=DisciplineReportState.RECEIVED)
    | Q(discipline_report__case__state__in=OPEN_STATES)
)
SETTLED = gettext_noop("It was taken down, and what was reported about it is settled.")


def no_longer_held(now: datetime) -> QuerySet[GroupResource]:
    """Resources taken down whose file was held for a report that is settled; the Board's own file keeps what it has."""
    rows = held_files(UNSETTLED).filter(removed_at__lte=now, document__case_document__isnull=True)
    return rows.order_by("removed_at", "pk")


def let_go(pks: Sequence[int], now: datetime) -> int:
    rows = no_longer_held(now).filter(pk__in=pks)
    documents = list(rows.values_list("document_id", flat=True))
    return delete_documents(pks=documents, why=SETTLED, clause="3.5", by=None, now=now)
