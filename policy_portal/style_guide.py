"""The style guide: every piece in every state, for whoever builds or reviews a page (DEBUG only)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

NOW = datetime(2026, 11, 24, 8, 48, tzinfo=UTC)  # a Tuesday; fixed, so that pictures compare


@dataclass(frozen=True)
class ExampleSession:
    """What the strip needs of a session."""

    pk: int
    starts_at: datetime
    state: str
    ground: str = ""
    url: str = "#strip"


class NoticeForm(forms.Form):
    """A form with each kind of field."""

    reason = forms.CharField(
        label="Why will you miss the session?",
        help_text="Your mentor and Student Success read this.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    email = forms.EmailField(label="Where can we reach you?", required=False)
    arrival = forms.TimeField(
        label="When did you arrive?", widget=forms.TimeInput(attrs={"type": "time"}), required=False
    )
    path = forms.ChoiceField(label="Path", choices=[("py", "Python developer"), ("ux", "UX designer")])
    kind = forms.ChoiceField(
        label="What happened?",
        help_text="Choose the nearest.",
        choices=[("ill", "I was ill"), ("work", "I had to work"), ("other", "Something else")],
        widget=forms.RadioSelect,
    )
    proof = forms.FileField(label="A document", required=False, help_text="PDF, at most 10 MB.")
    sure = forms.BooleanField(label="I have told my mentor", help_text="By message or by phone.")


class FilterForm(forms.Form):
    """Filters of a list."""

    q = forms.CharField(label="Search", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label="State", required=False, choices=[("", "All"), ("open", "Open")])
    path = forms.ChoiceField(label="Path", required=False, choices=[("", "All"), ("py", "Python developer")])


def _sessions() -> list[ExampleSession]:
    """Sixteen weeks that show each mark, with a streak of two at the end."""
    past = [
        ("held", ""),
        ("held", ""),
        ("authorised_absence", "timely_notice"),
        ("held", ""),
        ("unauthorised_absence", "late_arrival"),
        ("held", ""),
        ("cancelled_by_mentor", ""),
        ("held", ""),
        ("mentor_absent", ""),
        ("held", ""),
        ("unattended", ""),
        ("held", ""),
        ("unauthorised_absence", "no_show"),
        ("authorised_absence", "exceptional_circumstance"),
        ("unauthorised_absence", "late_notice"),
    ]
    first = NOW - timedelta(weeks=len(past)) + timedelta(hours=5)
    rows = [
        ExampleSession(i, first + timedelta(weeks=i), state, ground) for i, (state, ground) in enumerate(past)
    ]
    ahead = [ExampleSession(90 + i, NOW + timedelta(weeks=i, hours=5), "scheduled") for i in range(4)]
    return rows + ahead


def _work() -> list[dict[str, Any]]:
    def at(**span: int) -> datetime:
        return NOW + timedelta(**span)

    return [
        {
            "who": "Ilse Montcalm",
            "url": "#worklist",
            "what": "Contests the absence of 17 November",
            "detail": "“The link in the e-mail did not open.”",
            "due": at(hours=-5),
            "due_label": "Decide by",
            "status": {"word": "Contest", "tone": "warn", "icon": "scale"},
            "action": {"label": "Decide", "url": "#worklist"},
        },
        {
            "who": "Baptiste Ferrand-Okonkwo",
            "url": "#worklist",
            "what": "Nobody joined the session of 23 November",
            "detail": "Mentor: Odile Brancourt",
            "due": at(hours=7, minutes=12),
            "due_label": "Decide by",
            "status": {"word": "Unattended", "tone": "warn", "icon": "circle-question-mark"},
            "action": {"label": "Say what happened", "url": "#worklist"},
        },
        {
            "who": "Noor Vandamme",
            "url": "#worklist",
            "what": "Third unauthorised absence in a row: a case is open",
            "due": at(days=3),
            "due_label": "Look at it by",
            "status": {"word": "Case", "tone": "bad", "icon": "gavel"},
            "action": {"label": "Open the case", "url": "#worklist"},
        },
    ]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every piece in every state."""
    failed = NoticeForm({"email": "not an address", "reason": "", "path": "py", "kind": ""})
    failed.is_valid()
    sessions = _sessions()
    monday = NOW.date() - timedelta(days=1)
    early = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    days: list[dict[str, Any]] = [
        {"date": monday, "slots": [], "closed": "In the past"},
        {"date": monday + timedelta(days=1), "slots": [early + timedelta(hours=h) for h in (3, 4, 7)]},
        {"date": monday + timedelta(days=2), "slots": [], "closed": "Odile is away until Thursday"},
        {
            "date": monday + timedelta(days=3),
            "slots": [early + timedelta(days=2, hours=h) for h in (0, 1, 2, 6, 8)],
        },
        {"date": monday + timedelta(days=4), "slots": [], "closed": "You have two sessions this week"},
    ]
    if "messages" in request.GET:
        messages.success(request, "Your notice was received. Odile Brancourt has been told.")
        messages.warning(request, "You have one unauthorised absence. Two more in a row open a case.")
        messages.error(request, "The slot was taken a moment ago. Choose another.")
        messages.info(request, "Your mentor changed the video link.")
    context = {
        "now": NOW,
        "nav": [
            {"url": "#", "label": "Home", "icon": "house", "current": True},
            {"url": "#sessions", "label": "Sessions", "icon": "calendar"},
            {"url": "#messages", "label": "Messages", "icon": "mail", "count": 2},
            {"url": "#record", "label": "My record", "icon": "scroll-text"},
            {"url": "#policy", "label": "Policy", "icon": "book-open"},
        ],
        "trail": [{"label": "Students", "url": "#"}, {"label": "Ilse Montcalm", "url": "#"}],
        "soon": NOW + timedelta(hours=5, minutes=12),
        "far": NOW + timedelta(days=3, hours=2),
        "past": NOW - timedelta(hours=2, minutes=5),
        "tones": ["ok", "warn", "bad", "accent", "muted"],
        "states": [
            "scheduled",
            "held",
            "authorised_absence",
            "unauthorised_absence",
            "unattended",
            "mentor_absent",
            "cancelled_by_mentor",
            "cancelled_by_school",
        ],
        "facts": [
            ("Your notice was received", NOW - timedelta(hours=2)),
            ("The session was to start", NOW + timedelta(hours=21, minutes=40)),
            ("Between the two", timedelta(hours=23, minutes=40)),
        ],
        "rows": [
            {"label": "Student", "value": "Ilse Montcalm", "action": {"url": "#", "label": "Change"}},
            {"label": "Path", "value": "Python developer", "action": None},
            {"label": "Next session", "value": NOW + timedelta(hours=5), "action": None},
            {"label": "Video link checked", "value": True, "action": None},
            {"label": "Employer", "value": None, "action": None},
        ],
        "sessions": sessions,
        "streak": [12, 14],
        "work": _work(),
        "bars": [
            {"label": "3.2", "value": 24, "url": "#bars"},
            {"label": "3.4", "value": 9, "mark": 15, "word": "9 days", "note": "longest: 15 days"},
            {"label": "3.5", "value": None, "word": "fewer than 5"},
        ],
        "days": days,
        "selected": (early + timedelta(days=2, hours=1)).isoformat(),
        "form": NoticeForm(),
        "failed": failed,
        "filters": FilterForm(auto_id="filter_%s"),
        "page": Paginator(range(240), 20).page(4),
        "tasks": [
            {"label": "Accept the policy", "url": "#", "state": "done"},
            {
                "label": "Give your reasons",
                "url": "#",
                "state": "todo",
                "hint": "For the session of 17 November",
                "due": NOW + timedelta(hours=20),
                "due_label": "By",
            },
            {"label": "Book another session", "state": "later", "hint": "Opens once you have given reasons"},
            {"label": "Check your webcam", "url": "#", "state": "optional"},
        ],
        "steps": [
            {
                "title": "Third unauthorised absence",
                "at": NOW - timedelta(days=2),
                "clause": "3.2",
                "policy": "2026-01",
                "who": "the platform",
            },
            {
                "title": "Case opened",
                "at": NOW - timedelta(days=2),
                "who": "the platform",
                "text": "You were told by e-mail on the same day.",
            },
            {"title": "The Board looks at it", "state": "now", "who": "Learning Manager"},
            {"title": "Summons", "state": "blocked", "text": "Waits for a date of the Board."},
            {"title": "Decision", "state": "next"},
        ],
        "consequences": [
            ("What happens", "The session is cancelled and does not count"),
            ("To whom", "Ilse Montcalm and Odile Brancourt are told by e-mail"),
            ("When", NOW + timedelta(hours=5)),
        ],
        "tabs": [
            {"url": "#", "label": "To decide", "current": True, "count": 3},
            {"url": "#", "label": "Decided"},
            {"url": "#", "label": "All"},
        ],
    }
    return render(request, "style.html", context)
