"""Our own bare JSON: what the student's and the mentor's home show, by the same selectors, with no page around it.

The rows are read as dicts and written as they are: no model instance, no template, no word in anybody's language.
Also the API's list for somebody who is known already, without the cost of asking who it is.
"""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication

from accounts.models import User
from accounts.selectors import person_with_roles
from mentoring.api.sessions import Sessions
from mentoring.models import ReschedulingState
from mentoring.selectors import mentor, student
from mentoring.selectors.sessions import mentees_absences, streaks_of
from mentoring.services.terms import terms_for_sessions
from mentoring.views.mentor.home import BEHIND
from record.selectors import latest_messages
from rulebook.dates import local_instant
from rulebook.policy import policy_at

STORY = ("pk", "enrolment_id", "replaced", "held_at", "case_at")
MESSAGE = ("id", "kind", "subject", "sent_at", "read_at")

people: dict[str, User] = {}
"""Who asks without signing in: student, mentor and head."""


def know(**asking: User) -> None:
    for name, user in asking.items():
        found = person_with_roles(pk=user.pk)
        assert found is not None
        people[name] = found


class Known(BaseAuthentication):
    """The head of learning, whom nobody needs to look up."""

    def authenticate(self, request: Any) -> tuple[User, None]:
        return people["head"], None


def student_home(request: HttpRequest) -> HttpResponse:
    user, now = people["student"], timezone.now()
    sessions = list(
        student.with_story(student.own_sessions(user)).values(*STORY, *student.HOME_FIELDS)[: student.RECENT]
    )
    ahead = [row for row in sessions if row["state"] == "scheduled" and row["ends_at"] > now]
    card = ahead[-1]
    asked = (card["pk"], card["enrolment_id"], card["starts_at"], card["enrolment__time_zone"])
    terms = terms_for_sessions([asked])[card["pk"]]
    enrolments = [
        {"pk": row.pk, "path": row.path.title, "starts_on": row.starts_on, "last_day": row.last_day}
        for row in student.own_enrolments(user)
    ]
    return _answer(
        {
            "enrolments": enrolments,
            "sessions": sessions,
            "notice_until": card["starts_at"] - terms.notice,
            **_inbox(user),
        }
    )


def mentor_home(request: HttpRequest) -> HttpResponse:
    user, now = people["mentor"], timezone.now()
    monday = timezone.localdate(now) - timedelta(days=timezone.localdate(now).weekday())
    last = local_instant(monday + timedelta(weeks=2), time(0), "UTC")
    rows = mentor.held_sessions(user).filter(starts_at__gte=now - BEHIND, starts_at__lt=last)
    sessions = list(rows.order_by("starts_at", "pk").values("pk", "enrolment_id", *mentor.LINE))
    terms = terms_for_sessions(
        [(row["pk"], row["enrolment_id"], row["starts_at"], row["enrolment__time_zone"]) for row in sessions]
    )
    for row in sessions:
        row["late_from"] = row["starts_at"] + terms[row["pk"]].lateness
    waiting = mentees_absences(user, now).filter(
        rescheduling_state=ReschedulingState.WAITS, withdrawn_at__isnull=True, rebooked_at__isnull=True
    )
    names = mentor.mentee_names(user, now)
    return _answer(
        {
            "sessions": sessions,
            "waiting": list(waiting.values("pk", "starts_at", *(f"session__{name}" for name in mentor.NAME))),
            "in_a_row": [
                {"enrolment": pk, "student": names[pk], "count": streak.count, "remaining": streak.remaining}
                for pk, streak in streaks_of(list(names), policy_at(now)).items()
            ],
            **_inbox(user),
        }
    )


def _inbox(user: User) -> dict[str, Any]:
    inbox = latest_messages(user, 3)
    return {
        "unread": inbox.unread,
        "messages": [{name: getattr(row, name) for name in MESSAGE} for row in inbox.messages],
    }


def _answer(data: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(data, default=_told), content_type="application/json")


def _told(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


urlpatterns = [
    path("bench/student/", student_home),
    path("bench/mentor/", mentor_home),
    path("bench/sessions/", Sessions.as_view({"get": "list"}, authentication_classes=[Known])),
    path("", include("policy_portal.urls")),
]
