"""Giving notice: what it would lead to is said before it is sent, and what it led to after."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, students_only
from mentoring.forms import add_refusal
from mentoring.forms.student import NoticeForm
from mentoring.models import Ground, Session
from mentoring.selectors import student as reads
from mentoring.selectors.sessions import streaks_of
from mentoring.services import give_notice, preview_notice
from mentoring.services.changes import terms_of
from mentoring.words import fact_rows, facts_of, foretell, refusal, rule_of, why
from rulebook.attendance import Ground as RuleGround
from rulebook.attendance import Outcome, Verdict, notice_deadline, rescheduling_deadline
from rulebook.errors import RuleError
from rulebook.policy import policy_at
from rulebook.words import spell_length


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def notice(request: PersonRequest, pk: int) -> HttpResponse:
    """Before: the form, with what a notice sent now would lead to. After: what it led to.

    The verdict goes by when the notice reached the server, whatever the page had said before.
    """
    session = get_object_or_404(
        reads.own_sessions(request.user).select_related(
            "student__user", "mentor__user", "enrolment__path", "notice", "absence", "exception"
        ),
        pk=pk,
    )
    if hasattr(session, "notice"):
        if request.method == "POST":  # sent twice: the first one stands
            return redirect("student-notice", pk=pk)
        return _result(request, session)
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            give_notice(
                session_id=session.pk, reason=form.cleaned_data["reason"], by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            return redirect("student-notice", pk=pk)
    return _ask(request, session, form)


def _ask(request: PersonRequest, session: Session, form: NoticeForm) -> HttpResponse:
    now, terms = request.now, terms_of(session)
    context: dict[str, Any] = {"now": now, "session": session, "form": form, "trail": _trail(session)}
    try:
        verdict = preview_notice(session=session, now=now)
    except RuleError as error:
        context["refused"] = refusal(error)
    else:
        context |= {
            "verdict": verdict,
            "foretold": foretell(verdict),
            "authorised": verdict.outcome == Outcome.AUTHORISED_ABSENCE,
            "timely": verdict.ground == RuleGround.TIMELY_NOTICE,
            "limit": notice_deadline(session.starts_at, terms),
            "rows": _consequences(session, verdict, rescheduling_deadline(session.starts_at, terms), request),
        }
    return render(request, "mentoring/student/notice.html", context, status=422 if form.errors else 200)


def _consequences(
    session: Session, verdict: Verdict, due_at: Any, request: PersonRequest
) -> list[tuple[str, Any]]:
    """What will happen, to whom and when, if the notice is sent now."""
    mentor = session.mentor.user.full_name
    rows: list[tuple[str, Any]] = [
        (_("The session"), session.starts_at),
        (_("Who is told"), _("%(mentor)s, at once, with your reason") % {"mentor": mentor}),
    ]
    if verdict.outcome == Outcome.AUTHORISED_ABSENCE:
        rows.append((_("What it counts"), _("Nothing: an authorised absence is not counted against you")))
    else:
        rows.append((_("What it counts"), _counts(session, request)))
    rows.append((_("Book another session by"), due_at))
    if verdict.ground == RuleGround.TIMELY_NOTICE:
        rows.append((_("Where it can go"), _("A free time of your mentor in the same or the following week")))
    return rows


def _counts(session: Session, request: PersonRequest) -> str:
    status = streaks_of([session.enrolment_id], policy_at(request.now))[session.enrolment_id]
    count = status.count + 1
    if count >= status.size:
        return _("%(n)d unauthorised absences in a row: a case before the Disciplinary Board opens") % {
            "n": count
        }
    return ngettext(
        "%(n)d unauthorised absence in a row (a case opens at %(size)d)",
        "%(n)d unauthorised absences in a row (a case opens at %(size)d)",
        count,
    ) % {"n": count, "size": status.size}


def _result(request: PersonRequest, session: Session) -> HttpResponse:
    absence = getattr(session, "absence", None)
    can_book = reads.bookable(session, policy_at(request.now).attendance, request.now) and (
        absence is None or (absence.withdrawn_at is None and absence.rebooked_at is None)
    )
    return render(
        request,
        "mentoring/student/notice_given.html",
        {
            "now": request.now,
            "session": session,
            "notice": session.notice,
            "absence": absence,
            "why": why(session),
            "facts": fact_rows(session),
            "rule": rule_of(session),
            "late_by": _late_by(session),
            "can_book": can_book,
            "contest_url": reverse("student-contest", args=[absence.pk])
            if absence and session.state == Outcome.UNAUTHORISED_ABSENCE and not hasattr(absence, "contest")
            else "",
            "trail": _trail(session),
        },
    )


def _late_by(session: Session) -> str:
    """By how much a late notice missed the limit, to the second; empty for any other."""
    rule = facts_of(session).get("notice_seconds")
    if session.ground != Ground.LATE_NOTICE or not isinstance(rule, int):
        return ""
    early = session.starts_at - session.notice.received_at
    # Rounded up: what came half a second late came 1 s late.
    late = -((int(early.total_seconds() * 1_000_000) - rule * 1_000_000) // 1_000_000)
    return spell_length(max(late, 1), to_the_second=late < 3600)


def _trail(session: Session) -> list[dict[str, str]]:
    return [
        {"label": _("Sessions"), "url": reverse("student-sessions")},
        {"label": _("Session"), "url": reverse("student-session", args=[session.pk])},
    ]
