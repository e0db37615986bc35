"""The mentor's sessions, and one of them with all that was recorded of it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, mentors_only
from mentoring.forms.mentor import NoteForm, SessionFilter
from mentoring.models import Session, SessionState
from mentoring.selectors import mentor as reads
from mentoring.selectors.slots import REPLACEABLE
from mentoring.selectors.student import bookable, with_story
from mentoring.services.exception_requests import why_not
from mentoring.words import fact_rows, why
from record.words import tell
from rulebook.policy import policy_at
from rulebook.words import Reader

from .standing import standings

PAGE = 20


@require_safe
@mentors_only
def sessions(request: PersonRequest) -> HttpResponse:
    """Every session that this mentor holds or held."""
    form = SessionFilter(request.GET)
    form.is_valid()
    wanted, when = form.cleaned_data, request.GET.get("when", "")
    rows = with_story(reads.held_sessions(request.user)).select_related(
        "student__user", "enrolment__path", "absence__contest", "notice"
    )
    for word in wanted.get("student", "").split():
        rows = rows.filter(
            Q(student__user__given_name__icontains=word) | Q(student__user__family_name__icontains=word)
        )
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if when == "coming":
        rows = rows.filter(ends_at__gt=request.now).order_by("starts_at", "pk")
    elif when != "all":
        rows = rows.filter(starts_at__lte=request.now)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.why = why(row, Reader.OTHER)  # type: ignore[attr-defined]  # one sentence for the row
    tabs = [
        {"url": _with(request, value), "label": label, "current": value == when}
        for value, label in (("", _("So far")), ("coming", _("To come")), ("all", _("All")))
    ]
    context = {"now": request.now, "form": form, "page": page, "tabs": tabs}
    return render(request, "mentoring/mentor/sessions.html", context)


def _with(request: PersonRequest, when: str) -> str:
    params = request.GET.copy()
    for name in ("page", "when"):
        params.pop(name, None)
    if when:
        params["when"] = when
    return f"?{params.urlencode()}"


@require_safe
@mentors_only
def session(request: PersonRequest, pk: int) -> HttpResponse:
    """What became of a session and why, what the student said, and what the mentor can do."""
    now = request.now
    row = get_object_or_404(
        with_story(reads.seen_sessions(request.user, request.now)).select_related(
            "student__user",
            "mentor__user",
            "enrolment__path",
            "absence__contest",
            "notice",
            "replaces",
            "exception",
            "exception_request__asked_by",
        ),
        pk=pk,
    )
    until = reads.mentored_until(request.user, row)
    former = until is not None and until <= now
    until = until if former else None
    absence = getattr(row, "absence", None)
    own = row.mentor.user_id == request.user.pk
    standing = standings([row], now)[0]
    replacement = (
        reads.seen_sessions(request.user, request.now).filter(replaces=row, released_at__isnull=True).first()
    )
    context = {
        "now": now,
        "session": row,
        "student": row.student.user,
        "own": own,
        "former": former,
        "current": reads.mentees(request.user, request.now).filter(enrolment_id=row.enrolment_id).exists(),
        "standing": standing,
        "decided": row.state != SessionState.SCHEDULED,
        "why": why(row, Reader.OTHER),
        "facts": fact_rows(row, Reader.OTHER),
        "absence": absence,
        "contest": getattr(absence, "contest", None) if absence else None,
        "reasons_seen": absence is not None
        and absence.reasons_at is not None
        and (until is None or absence.reasons_at < until),
        "can_book": not former and not row.replaced and can_book(row, request),  # type: ignore[attr-defined]  # annotated
        "can_ask": own and not former and why_not(row, now) is None,
        "replacement": replacement,
        "notes": reads.notes_about(request.user, row.enrolment_id, request.now).filter(session=row),
        "note_form": NoteForm(),
        "history": [tell(entry, reader=request.user, own=False) for entry in reads.history(row, until)],
        "trail": [{"label": _("Sessions"), "url": reverse("mentor-sessions")}],
    }
    return render(request, "mentoring/mentor/session.html", context)


def can_book(row: Session, request: PersonRequest) -> bool:
    """Whether another session may still be put in the place of this one."""
    return row.state in REPLACEABLE and bookable(row, policy_at(request.now).attendance, request.now)
