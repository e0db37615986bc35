"""One session as staff see it, and what they may do with it: resolve, authorise, cancel, book another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, staff_only
from mentoring import permissions
from mentoring.forms import add_refusal
from mentoring.forms.staff import RESOLUTIONS, DeclineExceptionForm, ExceptionForm, ReasonForm, ResolveForm
from mentoring.forms.student import SlotForm
from mentoring.models import Session, SessionState
from mentoring.selectors import staff as reads
from mentoring.selectors.slots import REPLACEABLE, Closed, picker
from mentoring.services import authorise_exception, book_replacement, cancel_session, resolve_unattended
from mentoring.services.bookings import replaceable
from mentoring.services.exception_requests import decline_exception
from mentoring.words import fact_rows, refusal, rule_of, why
from record.selectors import entries_for
from record.words import Sentence, tell
from rulebook.errors import RuleError
from rulebook.words import Reader

from .acts import Act, perform
from .words import what_follows

NO_EXCEPTION = (
    SessionState.CANCELLED_BY_MENTOR,
    SessionState.CANCELLED_BY_SCHOOL,
    SessionState.HELD,
    SessionState.MENTOR_ABSENT,
    SessionState.AUTHORISED_ABSENCE,
)


def _session(request: PersonRequest, pk: int) -> Session:
    return get_object_or_404(reads.staff_sessions(request.user), pk=pk)


def _trail(row: Session, *, here: bool = False) -> list[dict[str, str]]:
    trail = [{"label": str(row.student), "url": reverse("staff-person", args=[row.student_id])}]
    if not here:
        trail.append({"label": _("Session"), "url": reverse("staff-session", args=[row.pk])})
    return trail


def _lead(row: Session) -> Sentence:
    return Sentence(
        _("%(student)s with %(mentor)s, %(at)s"),
        {"student": str(row.student), "mentor": str(row.mentor), "at": row.starts_at},
    )


def _may(request: PersonRequest, row: Session) -> dict[str, bool]:
    """Which acts this person has on this session, as it stands."""
    user, now = request.user, request.now
    return {
        "resolve": row.state == SessionState.UNATTENDED and permissions.can_resolve_unattended(user, row),
        "authorise": row.state not in NO_EXCEPTION
        and not hasattr(row, "exception")
        and permissions.can_authorise_exception(user, row),
        "decline": _waits(row) and permissions.can_authorise_exception(user, row),
        "cancel": row.state == SessionState.SCHEDULED
        and now < row.starts_at
        and permissions.can_cancel_session(user, row),
        "book": row.state in REPLACEABLE and permissions.can_book_replacement(user, row),
    }


def _waits(row: Session) -> bool:
    asked = getattr(row, "exception_request", None)
    return asked is not None and asked.decided_at is None


@require_safe
@staff_only
def session(request: PersonRequest, pk: int) -> HttpResponse:
    row = _session(request, pk)
    entries = entries_for(request.user, row.student.user, about=f"mentoring.session:{row.pk}").order_by("seq")
    context = {
        "now": request.now,
        "session": row,
        "absence": getattr(row, "absence", None),
        "evidence": reads.evidence_of(request.user, row),
        "why": why(row, Reader.OTHER),
        "facts": fact_rows(row, Reader.OTHER),
        "rule": rule_of(row),
        "may": _may(request, row),
        "replacement": reads.staff_sessions(request.user)
        .filter(replaces=row, released_at__isnull=True)
        .first(),
        "history": [tell(entry, reader=request.user, own=False) for entry in entries],
        "trail": _trail(row, here=True),
    }
    return render(request, "mentoring/staff/session.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def resolve(request: PersonRequest, pk: int) -> HttpResponse:
    """Student Success says what happened in a session that nobody joined (A6)."""
    row = _session(request, pk)
    if not permissions.can_resolve_unattended(request.user, row):
        raise Http404
    labels = {str(value): label for value, label in RESOLUTIONS}

    def outcome(form: Any) -> str:
        said = str(form.cleaned_data["outcome"])
        excused = said == SessionState.UNAUTHORISED_ABSENCE and hasattr(row, "exception")
        return str(SessionState.AUTHORISED_ABSENCE) if excused else said

    return perform(
        request,
        Act(
            title=_("Say what happened"),
            lead=_lead(row),
            form=ResolveForm,
            about=[(_("What is known"), why(row, Reader.OTHER))],
            follows=lambda form: [
                (_("What happened"), labels[form.cleaned_data["outcome"]]),
                *what_follows(row, outcome(form), request.now),
            ],
            do=lambda form: resolve_unattended(
                session_id=row.pk, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda made: _("Recorded. The student is told by e-mail."),
            back=reverse("staff-session", args=[row.pk]),
            submit=_("Record it"),
            undo=_("The student can contest an absence; your decision stays in the record."),
            trail=_trail(row),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def exception(request: PersonRequest, pk: int) -> HttpResponse:
    """Student Success authorises an exceptional circumstance, before or after the session (A4, A7)."""
    row = _session(request, pk)
    if not permissions.can_authorise_exception(request.user, row):
        raise Http404
    notice, absence = getattr(row, "notice", None), getattr(row, "absence", None)
    asked = getattr(row, "exception_request", None)
    about = [(_("What was asked for"), asked.reason)] if asked is not None else []
    if notice is not None:
        about += [(_("The notice"), notice.reason), (_("Received"), notice.received_at)]
    if absence is not None and absence.reasons:
        about.append((_("The reasons given"), absence.reasons))

    def follows(form: Any) -> list[tuple[str, Any]]:
        if row.state == SessionState.UNAUTHORISED_ABSENCE:
            after = what_follows(row, SessionState.AUTHORISED_ABSENCE, request.now)
        else:
            after = [(_("The absence"), _("If the student misses this session, the absence is authorised."))]
        late = request.now >= row.starts_at
        return [
            (_("The circumstance"), form.cleaned_data["reason"]),
            *after,
            (_("When"), _("After the start: it is marked retroactive.") if late else _("Before the start.")),
        ]

    return perform(
        request,
        Act(
            title=_("Authorise an exceptional circumstance"),
            lead=_lead(row),
            form=ExceptionForm,
            about=about,
            follows=follows,
            do=lambda form: authorise_exception(
                session_id=row.pk, reason=form.cleaned_data["reason"], by=request.user, now=request.now
            ),
            done=lambda made: _("Authorised. %(student)s is told by e-mail.") % {"student": row.student},
            back=reverse("staff-session", args=[row.pk]),
            submit=_("Authorise"),
            undo=_("This cannot be taken back."),
            trail=_trail(row),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def decline(request: PersonRequest, pk: int) -> HttpResponse:
    """Student Success declines an exception that was asked for, with reasons (A4)."""
    row = _session(request, pk)
    if not _waits(row) or not permissions.can_authorise_exception(request.user, row):
        raise Http404
    asked = row.exception_request
    return perform(
        request,
        Act(
            title=_("Decline the exception"),
            lead=_lead(row),
            form=DeclineExceptionForm,
            about=[(_("What was asked for"), asked.reason), (_("Asked by"), str(asked.asked_by))],
            follows=lambda form: [
                (_("The session"), _("It takes place, and counts as the policy says.")),
                (_("Told by e-mail"), ", ".join(dict.fromkeys([str(row.student), str(asked.asked_by)]))),
                (_("Your reasons"), form.cleaned_data["reasons"]),
            ],
            do=lambda form: decline_exception(
                session_id=row.pk, reasons=form.cleaned_data["reasons"], by=request.user, now=request.now
            ),
            done=lambda made: _("Declined. %(student)s is told by e-mail.") % {"student": row.student},
            back=reverse("staff-session", args=[row.pk]),
            submit=_("Decline"),
            undo=_("A circumstance can still be authorised later."),
            trail=_trail(row),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """The school cancels one session to come: neutral for the student (A6)."""
    row = _session(request, pk)
    if not permissions.can_cancel_session(request.user, row):
        raise Http404
    return perform(
        request,
        Act(
            title=_("Cancel this session"),
            lead=_lead(row),
            form=ReasonForm,
            follows=lambda form: [
                (_("The session"), _("It is cancelled by the school and never counts against the student.")),
                (_("Another session"), _("The student may book one in its place.")),
                (_("Told by e-mail"), f"{row.student}, {row.mentor}"),
                (_("Your reason"), form.cleaned_data["reason"]),
            ],
            do=lambda form: cancel_session(
                session_id=row.pk, reason=form.cleaned_data["reason"], by=request.user, now=request.now
            ),
            done=lambda made: _("The session is cancelled. Student and mentor are told by e-mail."),
            back=reverse("staff-session", args=[row.pk]),
            submit=_("Cancel the session"),
            undo=_("This cannot be taken back."),
            tone="bad",
            trail=_trail(row),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def book(request: PersonRequest, pk: int) -> HttpResponse:
    """Staff book another session in place of a missed or cancelled one (A3)."""
    row = _session(request, pk)
    if not permissions.can_book_replacement(request.user, row):
        raise Http404
    form = SlotForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            booked = book_replacement(
                session_id=row.pk, starts_at=form.cleaned_data["starts_at"], by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Another session is booked. Student and mentor are told by e-mail."))
            return redirect("staff-session", pk=booked.pk)
    refused = replaceable(row, request.now)
    offer = picker(row, now=request.now, by=request.user)
    today = request.now.astimezone(timezone.get_current_timezone()).date()
    days = [
        {
            "date": day.day,
            "slots": [slot[0] for slot in day.slots],
            "closed": capfirst((day.closed or Closed.TAKEN).label),
        }
        for day in offer.days
        if day.day >= today
    ]
    context = {
        "now": request.now,
        "session": row,
        "form": form,
        "refused": refusal(refused) if refused else "",
        "offer": offer,
        "days": days,
        "trail": _trail(row),
    }
    status = (409 if refused else 422) if form.errors else 200
    return render(request, "mentoring/staff/book.html", context, status=status)
