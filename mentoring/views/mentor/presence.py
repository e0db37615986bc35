"""The mentor's word on who was there (A7): what it would lead to is said before it is sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, mentors_only
from mentoring.forms import add_refusal
from mentoring.forms.mentor import ABSENT, LATER, PRESENT, PresenceForm
from mentoring.models import JoinSource, Participant, Session, SessionState
from mentoring.selectors import mentor as reads
from mentoring.selectors.sessions import streaks_of
from mentoring.services import preview_presence, state_presence
from mentoring.words import refusal, spell, why
from rulebook.attendance import Outcome, Verdict, Waiting
from rulebook.errors import RuleError
from rulebook.policy import policy_at
from rulebook.words import TITLES, Reader, explain

from .standing import Standing, standings


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def presence(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask who was there, show what follows, and state it once it is confirmed."""
    session = get_object_or_404(
        reads.held_sessions(request.user).select_related(
            "student__user", "enrolment", "notice", "absence", "exception"
        ),
        pk=pk,
    )
    form = PresenceForm(request.POST or None, session=session, initial=_known(session, request))
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            verdict = preview_presence(
                session=session, present=form.present, arrived_at=form.instant, now=request.now
            )
            if "confirm" in request.POST:
                return _state(request, session, form)
        except RuleError as error:
            add_refusal(form, error)
        else:
            context |= _foretold(session, form, verdict, request)
    return _show(request, session, form, context)


def _known(session: Session, request: PersonRequest) -> dict[str, Any]:
    """What the form starts from: what is known so far, else this minute while the session is on."""
    joined_at = session.student_joined_at
    if joined_at is not None:
        late = joined_at > session.starts_at
        return {"was": LATER if late else PRESENT, "arrived_at": _clock(joined_at) if late else None}
    if session.starts_at <= request.now <= session.ends_at:
        return {"arrived_at": _clock(request.now)}
    return {}


def _clock(instant: Any) -> Any:
    return instant.astimezone(timezone.get_current_timezone()).time().replace(second=0, microsecond=0)


def _state(request: PersonRequest, session: Session, form: PresenceForm) -> HttpResponse:
    if not _stated_already(session, form):
        state_presence(
            session_id=session.pk,
            present=form.present,
            arrived_at=form.instant,
            by=request.user,
            now=request.now,
        )
    session.refresh_from_db()
    name = session.student.user.full_name
    if session.state == SessionState.SCHEDULED:
        said = _("It is noted that %(student)s is there.") % {"student": name}
    else:
        said = _("It is noted. %(why)s") % {"why": why(session, Reader.OTHER)}
    messages.success(request, said)
    return redirect("mentor-session", pk=session.pk)


def _stated_already(session: Session, form: PresenceForm) -> bool:
    """The same was stated last: sent twice."""
    rows = session.joins.filter(participant=Participant.STUDENT)
    last = rows.filter(source=JoinSource.STATEMENT).order_by("-recorded_at", "-pk").first()
    if last is None:
        return False
    return bool(last.joined_at == ((form.instant or session.starts_at) if form.present else None))


def _foretold(
    session: Session, form: PresenceForm, verdict: Verdict | Waiting, request: PersonRequest
) -> dict[str, Any]:
    """What will happen, to whom and when, if this is stated now."""
    name = session.student.user.full_name
    rows: list[tuple[str, Any]] = [(_("You state"), _statement(form, name))]
    if isinstance(verdict, Waiting):
        rows.append((_("What becomes of the session"), _("It counts as held once it is over")))
        rows.append((_("At"), session.ends_at))
        return {"rows": rows, "tone": ""}
    rows.append((_("What becomes of the session"), _(TITLES[verdict.ground or verdict.outcome])))
    rows.append((_("Why"), spell(explain(verdict, Reader.OTHER))))
    same = (session.state, session.ground) == (verdict.outcome, verdict.ground)
    bad = verdict.outcome is Outcome.UNAUTHORISED_ABSENCE
    if bad and session.state != Outcome.UNAUTHORISED_ABSENCE:
        rows.append((_("What it counts"), _counts(session, request)))
    elif not bad and session.state == Outcome.UNAUTHORISED_ABSENCE:
        rows.append((_("What it counts"), _("The absence is withdrawn, and what followed from it as well")))
    told = _("Nobody: nothing changes") if same else _("%(student)s, by e-mail, at once") % {"student": name}
    rows.append((_("Who is told"), told))
    return {"rows": rows, "tone": "bad" if bad and not same else "", "verdict": verdict}


def _statement(form: PresenceForm, name: str) -> str:
    words = {"student": name}
    if form.cleaned_data["was"] == ABSENT:
        return _("%(student)s was not there") % words
    if form.cleaned_data["was"] == PRESENT:
        return _("%(student)s was there from the start") % words
    clock = form.cleaned_data["arrived_at"].strftime("%H:%M")
    return _("%(student)s arrived at %(time)s") % {**words, "time": clock}


def _counts(session: Session, request: PersonRequest) -> str:
    status = streaks_of([session.enrolment_id], policy_at(request.now))[session.enrolment_id]
    count = status.count + 1
    if count >= status.size:
        text = _("%(n)d unauthorised absences in a row: a case before the Disciplinary Board opens")
        return text % {"n": count}
    return ngettext(
        "%(n)d unauthorised absence in a row (a case opens at %(size)d)",
        "%(n)d unauthorised absences in a row (a case opens at %(size)d)",
        count,
    ) % {"n": count, "size": status.size}


def _refused(session: Session, standing: Standing, request: PersonRequest) -> str:
    """Why no statement is taken at all, whatever it says."""
    try:
        preview_presence(session=session, present=True, arrived_at=None, now=request.now)
    except RuleError as error:
        return refusal(error)
    return ""


def _show(
    request: PersonRequest, session: Session, form: PresenceForm, context: dict[str, Any]
) -> HttpResponse:
    standing = standings([session], request.now)[0]
    context |= {
        "now": request.now,
        "session": session,
        "student": session.student.user,
        "standing": standing,
        "refused": _refused(session, standing, request),
        "form": form,
        "trail": [
            {"label": _("Sessions"), "url": reverse("mentor-sessions")},
            {"label": _("Session"), "url": reverse("mentor-session", args=[session.pk])},
        ],
    }
    return render(request, "mentoring/mentor/presence.html", context, status=422 if form.errors else 200)
