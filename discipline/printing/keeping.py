"""Files that were asked for: small ones made at once, large ones in the background, each for its asker alone."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation

from accounts.models import User
from discipline.models import Case, CasePrint, PrintState
from discipline.permissions.reading import MAY_PRINT, reads_as
from discipline.selectors import cases_for, with_people
from discipline.selectors.whole import Whole
from record.documents.services import keep_made

from .gathering import case_file
from .pieces import CaseFile
from .rendering import MB, render

log = logging.getLogger(__name__)

CASE_FILE = "case-file"
SMALL = 2 * MB
"""Bytes of documents up to which a file is made while its asker waits."""
KEPT = timedelta(days=1)
"""A file tells how a case stood when it was made; another one is soon made."""
CLAIM = timedelta(minutes=5)
MOST_ATTEMPTS = 3


def file_name(case: Case, now: datetime) -> str:
    return f"case-{case.pk}-{now:%Y-%m-%d}.pdf"


def may_print(user: User, case: Case) -> bool:
    return reads_as(user, Whole(case)) in MAY_PRINT


def gather(case: Case, user: User, now: datetime) -> CaseFile:
    """What the file would hold. Raises ``PermissionDenied``."""
    if not may_print(user, case):
        raise PermissionDenied
    return case_file(case, user, now)


@transaction.atomic
def ask_for_file(*, case: Case, total: int, by: User, now: datetime) -> CasePrint:
    """Have a file made in the background; asked for again while it is, it is the same one."""
    if not may_print(by, case):
        raise PermissionDenied
    row, _made = CasePrint.objects.get_or_create(
        case=case,
        asked_by=by,
        state=PrintState.WAITING,
        defaults={
            "language": translation.get_language() or "en",
            "asked_at": now,
            "next_attempt_at": now,
            "total": total,
        },
    )
    return row


def due(now: datetime) -> QuerySet[CasePrint]:
    waiting = CasePrint.objects.filter(state=PrintState.WAITING, next_attempt_at__lte=now)
    return waiting.order_by("next_attempt_at", "pk")


def make_files(pks: Sequence[int], now: datetime) -> int:
    """Make these files, those of them that nobody else has claimed; in no transaction, for it takes its time."""
    done = 0
    for pk in pks:
        row = _claim(pk, now)
        if row is None:
            continue
        done += 1
        try:
            _make(row, now)
        except Exception:
            log.exception("the file of case %s cannot be made", row.case_id)
            if row.attempts >= MOST_ATTEMPTS:
                _mine(row).update(state=PrintState.FAILED, finished_at=now)
    return done


def _claim(pk: int, now: datetime) -> CasePrint | None:
    with transaction.atomic():
        rows = due(now).filter(pk=pk).select_related("asked_by")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        row = rows.first()
        if row is None:
            return None
        row.attempts += 1
        row.next_attempt_at = now + CLAIM
        row.done = 0
        row.save(update_fields=["attempts", "next_attempt_at", "done"])
    return row


def _mine(row: CasePrint) -> QuerySet[CasePrint]:
    """The file, if the claim on it is still the one that this attempt made."""
    return CasePrint.objects.filter(pk=row.pk, state=PrintState.WAITING, attempts=row.attempts)


def _tell(row: CasePrint, done: int) -> None:
    _mine(row).update(done=done)


def _make(row: CasePrint, now: datetime) -> None:
    user = User.objects.prefetch_related("role_grants").get(pk=row.asked_by_id)
    # Whoever lost sight of the case since they asked gets no file of it.
    case = with_people(cases_for(user)).filter(pk=row.case_id).first()
    if case is None or not may_print(user, case):
        _mine(row).update(state=PrintState.FAILED, finished_at=now)
        return
    with translation.override(row.language):
        gathered = case_file(case, user, now)
        total = len(gathered.annexes)
        _mine(row).update(total=total, done=0)
        pdf = render(gathered, lambda done: _tell(row, min(done, total)))
    with transaction.atomic():
        if not _mine(row).select_for_update().exists():
            return
        document = keep_made(
            purpose=CASE_FILE,
            content=pdf,
            content_type="application/pdf",
            file_name=file_name(case, now),
            subject=case.student.user,
            about=f"discipline.case:{case.pk}",
            by=user,
            now=now,
            delete_after=now + KEPT,
        )
        _mine(row).update(state=PrintState.MADE, document=document, finished_at=now, done=total)
