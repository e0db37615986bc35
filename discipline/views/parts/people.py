"""Who has to do with a case, and as what (B2, B3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from discipline.models import BoardMember, Case, Companion
from discipline.permissions.reading import OF_THE_SCHOOL, ReadsAs, reads_as
from discipline.selectors.whole import Whole


def part(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    whole = Whole(case)
    seat = reads_as(user, whole)
    school = seat in OF_THE_SCHOOL
    rows = [
        {
            "who": case.student.user.full_name,
            "url": reverse("staff-person", args=[case.student_id]) if school and user.is_school_staff else "",
            "role": _("the student whom it is about"),
            "note": "",
        }
    ]
    for companion in whole.companions:
        if seat in (ReadsAs.STUDENT, *OF_THE_SCHOOL) or companion.accepted_at:
            rows.append(_companion(companion))
    # Who stepped back is told to those who run the case; their reasons are told on the Board's own part.
    members = whole.all_members if school else whole.members
    rows += [_member(row, school) for row in members]
    return {"people": rows}


def _member(row: BoardMember, school: bool) -> dict[str, Any]:
    note = ""
    if row.recused_at is not None:
        note = _("stepped back")
    elif row.left_at is not None:
        note = _("left the Board")
    elif school and row.available is False:
        note = _("cannot come")
    gone = row.recused_at or row.left_at
    return {
        "who": row.user.full_name,
        "url": "",
        "role": row.get_role_display(),
        "note": note,
        "from": row.named_at,
        "until": gone,
    }


def _companion(row: Companion) -> dict[str, Any]:
    if row.declined_at:
        note = _("declined")
    elif row.accepted_at is None:
        note = _("asked, has not answered")
    else:
        note = ""
    return {
        "who": row.user.full_name,
        "url": "",
        "role": _("accompanies the student"),
        "note": note,
        "from": row.asked_at,
        "until": row.ended_at or row.declined_at,
    }
