"""The mentor's home: who is expected now, what waits for the mentor, this week and the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, mentors_only
from accounts.models import User
from mentoring.models import Absence, Session
from mentoring.selectors import mentor as reads
from mentoring.selectors.monitoring import owed_by
from mentoring.selectors.requests import open_leaves_of_mentees
from mentoring.selectors.sessions import streaks_of
from mentoring.selectors.student import CANCELLED, bookable
from mentoring.selectors.works import waiting_for
from record.selectors import latest_messages
from rulebook.dates import local_instant
from rulebook.leave import begins_at
from rulebook.policy import policy_at
from rulebook.terms import AttendanceTerms, Policy
from rulebook.words import spell_length
from students.models import ProjectWork

from .standing import Standing, standings

BEHIND = timedelta(days=7)
"""How far back notices, reasons and sessions to clear up are shown."""

NEWS_SHOWN = 6


@require_safe
@mentors_only
def home(request: PersonRequest) -> HttpResponse:
    user, now = request.user, request.now
    today = now.astimezone(timezone.get_current_timezone()).date()
    monday = today - timedelta(days=today.weekday())
    zone = timezone.get_current_timezone_name()
    last = local_instant(monday + timedelta(weeks=2), time(0), zone)
    rows = standings(reads.sessions_between(user, now - BEHIND, last), now)
    policy, inbox = policy_at(now), latest_messages(user, 3)
    waiting = reads.waiting_for_a_slot(user, now)
    ahead = [row for row in rows if row.takes_place and not row.over and not row.session.decided_at]
    live = [row for row in rows if row.live]
    days = [(day, list(each)) for day, each in groupby(rows, key=_day) if day >= today]
    next_monday = monday + timedelta(weeks=1)
    context = {
        "now": now,
        "today": today,
        "inbox": {"url": reverse("messages"), "count": inbox.unread},
        "inbox_rows": inbox.messages,
        "cards": live or ahead[:1],
        "count_today": sum(1 for day, each in days if day == today for row in each if row.takes_place),
        "tasks": [
            *_leaves(user, now),
            *tasks(rows, waiting, policy.attendance, now),
            *reports_owed(user),
            *to_read(waiting_for(user, now)),
        ],
        "todays": [row for day, each in days if day == today for row in each],
        "weeks": [
            (_("The rest of this week"), [each for each in days if today < each[0] < next_monday]),
            (_("Next week"), [each for each in days if each[0] >= next_monday]),
        ],
        "news": news([row.session for row in rows], now),
        "in_a_row": _in_a_row(reads.mentee_names(user, now), policy),
    }
    return render(request, "mentoring/mentor/home.html", context)


def _day(row: Standing) -> date:
    return row.session.starts_at.astimezone(timezone.get_current_timezone()).date()


def _in_a_row(names: dict[int, str], policy: Policy) -> list[dict[str, Any]]:
    """Students with unauthorised absences in a row, the longest row first (A9)."""
    rows = [
        {
            "student": names[pk],
            "url": reverse("mentor-student", args=[pk]),
            "count": streak.count,
            "remaining": streak.remaining,
        }
        for pk, streak in streaks_of(list(names), policy).items()
        if streak.count
    ]
    return sorted(rows, key=lambda row: -row["count"])


def _leaves(user: User, now: datetime) -> Iterator[dict[str, Any]]:
    """Leaves of up to a week that the mentor decides (L1); one statement."""
    for row in open_leaves_of_mentees(user, now):
        words = {"first": date_format(row.starts_on), "last": date_format(row.ends_on)}
        yield {
            "url": reverse("mentor-leave", args=[row.pk]),
            "label": _("Decide on a leave of %(student)s")
            % {"student": row.enrolment.student.user.full_name},
            "hint": _("%(first)s to %(last)s. Sessions stay until it is validated.") % words,
            "state": "todo",
            "due": begins_at(row.starts_on, row.enrolment.time_zone),
            "due_label": _("It begins"),
        }


def tasks(
    rows: Iterable[Standing], waiting: Iterable[Absence], terms: AttendanceTerms, now: datetime
) -> Iterator[dict[str, Any]]:
    """What waits for the mentor, the most pressing first."""
    rows = list(rows)
    for row in rows:
        if row.needs_a_word:
            yield _task(
                row.session,
                _("Say whether %(student)s was there"),
                "mentor-presence",
                due=row.closes_at,
                hint=_("Nobody had joined the session of %(at)s in time."),
            )
    for absence in waiting:
        yield _task(
            absence.session,
            _("Offer %(student)s a time"),
            "mentor-book",
            hint=_("You had no free time to offer after the missed session of %(at)s."),
        )
    for row in rows:
        session = row.session
        if session.state in CANCELLED and not session.replaced and bookable(session, terms, now):  # type: ignore[attr-defined]  # annotated
            yield _task(
                session,
                _("Book another session with %(student)s"),
                "mentor-book",
                state="optional",
                hint=_("The session of %(at)s was cancelled; the student can pick a time as well."),
            )
    if missing := [row for row in rows if _wants_report(row)]:
        label = ngettext(
            "Upload the video report of %(n)d session",
            "Upload the video reports of %(n)d sessions",
            len(missing),
        )
        yield {
            "url": reverse("reports"),
            "label": label % {"n": len(missing)},
            "state": "optional",
            "hint": _("First joins become facts of the sessions. Taken until %(window)s after a session.")
            % {"window": spell_length(int(terms.statement_window.total_seconds()))},
            "due": min(row.closes_at for row in missing),
            "due_label": _("The first one by"),
        }


def reports_owed(user: User) -> Iterator[dict[str, Any]]:
    """The monitoring reports that this mentor owes, as one line (T4)."""
    owed = list(owed_by(user).order_by("owed_since").values_list("owed_since", flat=True))
    if owed:
        yield {
            "url": reverse("mentor-reports"),
            "label": ngettext("Write %(n)d report", "Write %(n)d reports", len(owed)) % {"n": len(owed)},
            "state": "todo",
            "hint": _("Your student reads what was done and what is next."),
        }


def to_read(works: Iterable[ProjectWork]) -> Iterator[dict[str, Any]]:
    """Versions that wait for the mentor's decision, the longest first (2.2)."""
    for work in works:
        words = {"student": work.enrolment.student.user.full_name, "project": work.project.title}
        yield {
            "url": reverse("mentor-work", args=[work.pk]),
            "label": _("Read %(project)s by %(student)s") % words,
            "hint": _("Handed in on %(at)s: approve it or give it back."),
            "at": work.state_since,
            "state": "todo",
            "due": None,
            "due_label": "",
        }


def _wants_report(row: Standing) -> bool:
    """It is over, a report may still be added, and the portal did not see both of them join."""
    session = row.session
    seen = session.student_joined_at is not None and session.mentor_joined_at is not None
    reported: bool = session.reported  # type: ignore[attr-defined]  # annotated
    return row.can_state and row.over and not reported and not seen


def _task(
    session: Session, label: str, view: str, *, hint: str, state: str = "todo", due: datetime | None = None
) -> dict[str, Any]:
    return {
        "url": reverse(view, args=[session.pk]),
        "label": label % {"student": session.student.user.full_name},
        "hint": hint,
        "at": session.starts_at,
        "state": state,
        "due": due,
        "due_label": _("By"),
    }


def news(sessions: Iterable[Session], now: datetime) -> list[dict[str, Any]]:
    """Notices and reasons of the last days, the newest first."""
    found: list[dict[str, Any]] = []
    for session in sessions:
        notice, absence = getattr(session, "notice", None), getattr(session, "absence", None)
        if notice is not None:
            found.append(
                {"what": "notice", "at": notice.received_at, "text": notice.reason, "session": session}
            )
        elif absence is not None and absence.reasons_at is not None and absence.withdrawn_at is None:
            found.append(
                {"what": "reasons", "at": absence.reasons_at, "text": absence.reasons, "session": session}
            )
    recent = [each for each in found if each["at"] > now - BEHIND or each["session"].starts_at > now]
    return sorted(recent, key=lambda each: each["at"], reverse=True)[:NEWS_SHOWN]
