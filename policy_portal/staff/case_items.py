"""Cases before the Board as lines of the staff's worklist: what each waits for, and whether the reader owes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import is_head_of_learning
from discipline.models import BoardMember, Case, CaseState
from discipline.selectors import open_cases_for
from discipline.words import NEXT

from .item import MOST, Item, go

DUE = {
    CaseState.INFORMED: gettext_lazy("The summons is sent by"),
    CaseState.SUMMONED: gettext_lazy("The Board meets"),
    CaseState.HEARD: gettext_lazy("The decision arrives before"),
    CaseState.DECIDED: gettext_lazy("The decision arrives before"),
}


def cases(user: User, now: datetime) -> Iterable[Item]:
    """Open cases, what is owed soonest first; two statements."""
    rows = list(open_cases_for(user)[:MOST])
    seats = BoardMember.objects.filter(
        user=user, case__in=[row.pk for row in rows], recused_at__isnull=True, left_at__isnull=True
    )
    sits = set(seats.values_list("case_id", flat=True)) if rows else set()
    for row in rows:
        state = CaseState(row.state)
        mine = row.pk in sits or (state in (CaseState.OPEN, CaseState.INFORMED) and _runs(user, row))
        yield Item(
            kind="case",
            who=str(row.student),
            url=reverse("staff-person", args=[row.student_id]),
            what=_("%(next)s: %(kind)s") % {"next": NEXT[state], "kind": row.get_kind_display()},
            detail=str(row.enrolment.path),
            since=row.opened_at,
            due=row.next_due_at,
            due_label=str(DUE.get(state, "")),
            action=go("case", row.pk, _("Open the case")),
            mine=mine,
            path_id=row.enrolment.path_id,
        )


def _runs(user: User, row: Case) -> bool:
    """Whoever takes the first steps: the Head of Learning, and the Learning Manager of the Path (B2)."""
    return bool(is_head_of_learning(user)) or row.enrolment.path.learning_manager_id == user.pk
