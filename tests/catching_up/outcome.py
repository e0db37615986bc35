"""All that a history led to, in a form in which two runs can be compared: no primary keys."""

from __future__ import annotations

import json
import re
from typing import Any

from discipline.models import Case
from mentoring.models import Absence, Contest, Session, Streak
from record.models import Entry, Message
from tests.catching_up.history import School

Outcome = dict[str, list[str]]


def outcome(school: School) -> Outcome:
    """Sessions, absences, streaks, cases, entries and messages, each as sorted lines."""
    names = _Names(school)
    return {
        "sessions": sorted(
            f"{names.session(s.pk)} {s.state} {s.ground} {s.decided_at} {s.clause} {s.policy_id} {s.facts} "
            f"{s.student_joined_at} {s.mentor_joined_at} {s.released_at} {s.falls_due_at} "
            f"{names.session(s.replaces_id)}"
            for s in Session.objects.all()
        ),
        "absences": sorted(
            f"{names.session(a.session_id)} {a.kind} {a.ground} {a.happened_at} {a.withdrawn_at} {a.reasons!r} "
            f"{a.reasons_at} {a.rebooked_at} {a.rescheduling_due_at} {a.rescheduling_state} {a.remind_at}"
            for a in Absence.objects.all()
        ),
        "streaks": sorted(
            f"{names.streak(s.pk)} {s.undone_at} "
            + " ".join(
                f"{names.session(m.absence.session_id)}:{m.released_at}"
                for m in s.members.select_related("absence")
            )
            for s in Streak.objects.all()
        ),
        "cases": sorted(
            f"{names.streak(c.streak_id)} {c.state} {c.opened_at} {c.withdrawn_at} {names.plain(c.facts)}"
            for c in Case.objects.all()
        ),
        "entries": sorted(
            f"{names.person(e.chain.subject_id)} {e.kind} {e.clause} {e.policy_id} {e.happened_at} "
            f"{names.actor(e.actor_id)} "
            f"{re.sub(r':[0-9]+', '', e.about)} {names.plain(e.payload)}"
            for e in Entry.objects.select_related("chain")
        ),
        "messages": sorted(
            f"{names.person(m.recipient_id)} {m.kind} {m.due_at} {names.plain(m.context)}"
            for m in Message.objects.all()
        ),
    }


class _Names:
    """Names that do not change from run to run, for rows that have only numbers."""

    def __init__(self, school: School) -> None:
        students = school.students()
        self.people = {user_id: f"student {who}" for user_id, who in students.items()}
        self.sessions = {
            s.pk: f"{students[s.student.user_id]}/{s.starts_at:%m-%dT%H:%M}/{s.booked_at:%m-%dT%H:%M:%S.%f}"
            for s in Session.objects.select_related("student")
        }
        self.streaks = {
            s.pk: f"{students[s.enrolment.student.user_id]}/{s.reached_at.isoformat()}"
            for s in Streak.objects.select_related("enrolment__student")
        }
        self.cases = {c.pk: self.streaks[c.streak_id] for c in Case.objects.all()}
        self.contests = {
            c.pk: self.sessions[c.absence.session_id] for c in Contest.objects.select_related("absence")
        }
        self.absences = {a.pk: self.sessions[a.session_id] for a in Absence.objects.all()}

    def person(self, user_id: int | None) -> str:
        return self.people.get(user_id or 0, "someone of the school")

    def actor(self, user_id: int | None) -> str:
        return self.person(user_id) if user_id else "the platform"

    def session(self, pk: int | None) -> str:
        return self.sessions[pk] if pk else "-"

    def streak(self, pk: int | None) -> str:
        return self.streaks[pk] if pk else "-"

    def plain(self, text: str) -> str:
        return json.dumps(self._plain(json.loads(text)), sort_keys=True)

    def _plain(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self._plain(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._plain(inner, key) for inner in value]
        known = {
            "session": self.sessions,
            "sessions": self.sessions,
            "replaces": self.sessions,
            "because_of_session": self.sessions,
            "streak": self.streaks,
            "case": self.cases,
            "contest": self.contests,
            "absence": self.absences,
        }.get(key)
        if known is not None and isinstance(value, int):
            return known[value]
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and key in ("enrolment", "mentorship", "mentor")
        ):
            return "its own"
        if isinstance(value, str):
            # Names that the factories number.
            return re.sub(r"(Given|Path )[0-9]+", r"\1", value)
        return value
