"""The absences in a row that opened a case, each with its verdict (3.2, A9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from discipline.models import Case
from discipline.selectors import absences_of
from mentoring.words import fact_rows, rule_of, why
from rulebook.words import Reader


def part(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    if case.streak_id is None:
        return None
    own = case.student.user_id == user.pk
    reader = Reader.STUDENT if own else Reader.OTHER
    rows = [_absence(member.absence, own, reader) for member in absences_of(case)]
    return {"absences": rows} if rows else None


def _absence(absence: Any, own: bool, reader: Reader) -> dict[str, Any]:
    session = absence.session
    contest = getattr(absence, "contest", None)
    url = ""
    if own and contest is None and absence.withdrawn_at is None and session.state == "unauthorised_absence":
        url = reverse("student-contest", args=[absence.pk])
    return {
        "session": session,
        "why": why(session, reader),
        "facts": fact_rows(session, reader),
        "rule": rule_of(session),
        "url": reverse("student-session" if own else "staff-session", args=[session.pk]),
        "contest": contest,
        "contest_page": reverse("staff-contest", args=[contest.pk]) if contest and not own else "",
        "contest_url": url,
    }
