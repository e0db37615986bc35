"""The student's home: the next session, what to do, the absences in a row, the latest messages."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, students_only
from mentoring.models import Session, SessionState
from mentoring.selectors import student as reads
from mentoring.selectors.works import works_of
from mentoring.services.terms import terms_for_sessions
from mentoring.words import streak_words
from record.selectors import latest_messages
from rulebook.attendance import join_opens_at, lateness_limit, notice_deadline
from rulebook.policy import policy_at
from rulebook.terms import AttendanceTerms
from students.models import Enrolment, EnrolmentState, ProjectWork
from students.permissions import Access, access_of
from students.selectors.acceptances import Beginning, beginning_of

COMING_SHOWN = 4


@require_safe
@students_only
def home(request: PersonRequest) -> HttpResponse:
    user, now = request.user, request.now
    enrolments = reads.own_enrolments(user)
    sessions = reads.recent_sessions(user)
    ahead = reads.coming(sessions, now)
    shown = ahead[0] if ahead else None
    terms = policy_at(now).attendance
    inbox = latest_messages(user, 3)
    context = {
        "now": now,
        "inbox": {"url": reverse("messages"), "count": inbox.unread},
        "inbox_rows": inbox.messages,
        "enrolments": enrolments,
        "training": (training := _training(enrolments, now)),
        "closed": _closed(training["enrolment"], now),
        "next": next_card(shown, now) if shown else None,
        "ahead": ahead[1:COMING_SHOWN],
        "tasks": [*tasks(sessions, terms, now), *beginnings(beginning_of(user, now))],
        "strips": _strips(enrolments, sessions, terms.streak),
        "lines": _lines(enrolments),
        "case_at": _case_at(sessions),
    }
    return render(request, "mentoring/student/home.html", context)


def _closed(enrolment: Enrolment | None, now: datetime) -> Access | None:
    """What a penalty closes to the student now, and until when (4.2)."""
    access = access_of(enrolment, now) if enrolment else None
    return access if access and access.by_penalty else None


def _lines(enrolments: list[Enrolment]) -> list[tuple[Enrolment, list[ProjectWork]]]:
    """The projects of each training that is not over, those without any left out."""
    running = [row for row in enrolments if row.state == EnrolmentState.ACTIVE]
    works = works_of([row.pk for row in running])
    return [(row, works[row.pk]) for row in running if works[row.pk]]


def _case_at(sessions: list[Session]) -> datetime | None:
    """When the absences in a row were full that a case still holds, undecided."""
    found = [at for row in sessions if (at := getattr(row, "case_at", None))]
    return max(found, default=None)


def _training(enrolments: list[Enrolment], now: datetime) -> dict[str, Any]:
    """Where the training stands on this day: running, not begun, ended, or none."""
    day = now.date()
    running = [row for row in enrolments if row.state == "active" and row.starts_on <= day <= row.last_day]
    to_begin = [row for row in enrolments if row.state == "active" and row.starts_on > day]
    if running:
        return {"state": "running", "enrolment": running[0]}
    if to_begin:
        return {"state": "to_begin", "enrolment": to_begin[-1]}
    if enrolments:
        return {"state": "ended", "enrolment": enrolments[0]}
    return {"state": "none", "enrolment": None}


def next_card(session: Session, now: datetime) -> dict[str, Any]:
    """A session that is still to be held, with what can be done about it and until when."""
    row = (session.pk, session.enrolment_id, session.starts_at, session.enrolment.time_zone)
    own = terms_for_sessions([row])[session.pk]
    opens_at = join_opens_at(session.starts_at, own)
    return {
        "session": session,
        "opens_at": opens_at,
        "open": opens_at <= now <= session.ends_at,
        "started": session.starts_at <= now,
        "notice_until": notice_deadline(session.starts_at, own),
        "late_from": lateness_limit(session.starts_at, own),
        "notice_open": now < session.starts_at,
        "notice_in_time": now <= notice_deadline(session.starts_at, own),
    }


def tasks(sessions: list[Session], terms: AttendanceTerms, now: datetime) -> list[dict[str, Any]]:
    """The student's duties as lines of a task list."""
    return [_task(duty, now) for duty in reads.duties(sessions, terms, now)]


def _task(duty: reads.Duty, now: datetime) -> dict[str, Any]:
    session = duty.session
    line = {
        "state": "late" if duty.due_at and duty.due_at < now else duty.state,
        "due": duty.due_at,
        "due_label": _("By"),
        "session": session,
    }
    if duty.what == "reasons":
        return line | {
            "label": _("Give your reasons"),
            "url": reverse("student-reasons", args=[session.absence.pk]),
        }
    if duty.what == "book":
        url = reverse("student-book", args=[session.pk])
        if session.state == SessionState.CANCELLED_BY_MENTOR:
            return line | {"label": _("Your mentor cancelled: pick a new slot"), "url": url}
        return line | {"label": _("Book another session"), "url": url}
    return line | {
        "label": _("You contested this absence: Student Success decides"),
        "url": reverse("student-session", args=[session.pk]),
    }


def beginnings(owed: Beginning) -> list[dict[str, Any]]:
    """What the student owes beside their sessions: rules to accept, equipment to check, a place's rules to read."""
    found = []
    if owed.terms:
        found.append((_("Accept the policy and the code of conduct"), reverse("terms"), "todo"))
    if owed.stay:
        found.append((_("Read the rules of the place you go to"), reverse("stay", args=[owed.stay]), "todo"))
    if owed.equipment:
        found.append((_("Check your connection, webcam and microphone"), reverse("equipment"), "optional"))
    return [{"label": label, "url": url, "state": state} for label, url, state in found]


def _strips(enrolments: list[Enrolment], sessions: list[Session], size: int) -> list[dict[str, Any]]:
    """One strip for each training that has sessions and still runs, else for the last one."""
    of: dict[int, list[Session]] = defaultdict(list)
    for row in sessions:
        of[row.enrolment_id].append(row)
    shown = [row for row in enrolments if row.state == "active" and of[row.pk]]
    shown = shown or [row for row in enrolments if of[row.pk]][:1]
    strips = []
    for enrolment in shown:
        streak = reads.streak_in(of[enrolment.pk], size)
        strips.append(
            {
                "enrolment": enrolment,
                "streak": streak,
                "words": streak_words(streak.count, streak.remaining),
                "sessions": [
                    {
                        "pk": row.pk,
                        "starts_at": row.starts_at,
                        "state": row.state,
                        "ground": row.ground,
                        "url": reverse("student-session", args=[row.pk]),
                    }
                    for row in of[enrolment.pk]
                ],
            }
        )
    return strips
