"""The students whom a mentor has now: a strip of sessions for each, and one student's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, mentors_only
from mentoring.forms.mentor import NoteForm, StudentSearch
from mentoring.models import Session, SessionState
from mentoring.selectors import mentor as reads
from mentoring.selectors import requests as reads_requests
from mentoring.selectors import student as of_student
from mentoring.selectors.sessions import streaks_of
from mentoring.selectors.works import works_of
from rulebook.dates import local_date
from rulebook.policy import policy_at
from rulebook.words import spell_length

PAGE = 20
STRIP = timedelta(weeks=16)
AHEAD = timedelta(weeks=2)
SHOWN = 40  # sessions on a student's page: most of a year


@require_safe
@mentors_only
def students(request: PersonRequest) -> HttpResponse:
    """Every current student with their sessions as a picture, the row of absences in brackets."""
    now = request.now
    form = StudentSearch(request.GET)
    form.is_valid()
    found = reads.named(reads.mentees(request.user, request.now), form.cleaned_data.get("q", ""))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    ids = [row.enrolment_id for row in page]
    strips = reads.strip_rows(ids, now - STRIP, now + AHEAD)
    streaks = streaks_of(ids, policy_at(now))
    rows = [
        {
            "mentorship": row,
            "student": row.enrolment.student.user,
            "sessions": [
                each | {"url": reverse("mentor-session", args=[each["pk"]])}
                for each in strips[row.enrolment_id]
            ],
            "streak": streaks[row.enrolment_id],
            "next": next(
                (
                    each["starts_at"]
                    for each in strips[row.enrolment_id]
                    if each["state"] == SessionState.SCHEDULED and each["starts_at"] > now  # type: ignore[operator]  # an instant
                ),
                None,
            ),
        }
        for row in page
    ]
    context = {"now": now, "form": form, "page": page, "rows": rows}
    return render(request, "mentoring/mentor/students.html", context)


@require_safe
@mentors_only
def student(request: PersonRequest, pk: int) -> HttpResponse:
    """One student whom this person mentors now, by their enrolment."""
    now = request.now
    mentorship = get_object_or_404(reads.mentees(request.user, request.now), enrolment_id=pk)
    enrolment = mentorship.enrolment
    sessions = reads.story_of(enrolment.pk, SHOWN)
    terms = policy_at(now).attendance
    streak = of_student.streak_in(sessions, terms.streak)
    ahead = of_student.coming(sessions, now)
    context = {
        "now": now,
        "mentorship": mentorship,
        "enrolment": enrolment,
        "student": enrolment.student.user,
        "next": ahead[0] if ahead else None,
        "streak": streak,
        "strip": [_mark(row) for row in sessions],
        "duties": of_student.duties(sessions, terms, now),
        "recent": [row for row in sessions if row.starts_at <= now][:8],
        "case_at": max((row.case_at for row in sessions if row.case_at), default=None),  # type: ignore[attr-defined]  # annotated
        "measures": _measures(enrolment, now),
        "leaves": reads_requests.standing_leaves(enrolment.pk),
        "notes": Paginator(reads.notes_about(request.user, enrolment.pk, request.now), PAGE).get_page(
            request.GET.get("page")
        ),
        "note_form": NoteForm(),
        "works": works_of([enrolment.pk])[enrolment.pk],
        "trail": [{"label": _("Students"), "url": reverse("mentor-students")}],
    }
    return render(request, "mentoring/mentor/student.html", context)


def _mark(row: Session) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "starts_at": row.starts_at,
        "state": row.state,
        "ground": row.ground,
        "url": reverse("mentor-session", args=[row.pk]),
    }


def _measures(enrolment: Any, now: Any) -> list[tuple[str, str]]:
    """What is adapted for the student today: the measures, and nothing of why (2.4)."""
    today = local_date(now, enrolment.time_zone)
    rows: list[tuple[str, str]] = []
    for each in reads.measures(enrolment.pk):
        if each.valid_from > today or (each.valid_until is not None and each.valid_until < today):
            continue
        if each.audio:
            rows.append((_("Conference"), _("Audio allowed")))
        for label, length in (
            (_("Notice of absence"), each.notice),
            (_("Lateness allowed"), each.lateness),
            (_("Time to reschedule"), each.rescheduling),
        ):
            if length is not None:
                rows.append((label, spell_length(int(length.total_seconds()))))
    return rows
