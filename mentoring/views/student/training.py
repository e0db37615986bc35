"""The student's training: Path, dates, mentors; and what mentors shared."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, students_only
from mentoring.certificates.answering import recent_months
from mentoring.selectors import student as reads
from mentoring.selectors.requests import fundings_of, shifts_of
from mentoring.selectors.works import readiness_of, works_of
from rulebook.dates import local_date
from rulebook.policy import policy_at

PAGE = 20


@require_safe
@students_only
def training(request: PersonRequest) -> HttpResponse:
    mentorships: dict[int, list[object]] = {}
    for each in reads.own_mentorships(request.user):
        today = local_date(request.now, each.enrolment.time_zone)
        former = each.ends_on is not None and each.ends_on < today
        mentorships.setdefault(each.enrolment_id, []).append({"mentorship": each, "former": former})
    enrolments = reads.own_enrolments(request.user)
    ids = [row.pk for row in enrolments]
    shifts, fundings = shifts_of(ids), fundings_of(ids)
    for row in enrolments:
        row.shifts, row.fundings_shown = shifts[row.pk], fundings[row.pk]  # type: ignore[attr-defined]  # shown
        row.months = recent_months(row, request.now)  # type: ignore[attr-defined]  # shown
    works = works_of(ids)
    readiness = readiness_of(ids, works)
    return render(
        request,
        "mentoring/student/training.html",
        {
            "now": request.now,
            "trainings": [
                (row, mentorships.get(row.pk, []), works[row.pk], readiness[row.pk]) for row in enrolments
            ],
            "policy": policy_at(request.now),
        },
    )


@require_safe
@students_only
def notes(request: PersonRequest) -> HttpResponse:
    """Notes that mentors shared with the student."""
    page = Paginator(reads.own_notes(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "mentoring/student/notes.html", {"now": request.now, "page": page})
