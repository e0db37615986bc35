"""A mentor's notes: private to their author, or shared with the student and staff."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, mentors_only
from mentoring.forms import add_refusal
from mentoring.forms.mentor import NoteForm
from mentoring.models import Note, Session
from mentoring.selectors import mentor as reads
from mentoring.selectors.sessions import notes_for
from mentoring.services import edit_note, write_note
from rulebook.errors import RuleError
from students.models import Enrolment


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def student_note(request: PersonRequest, pk: int) -> HttpResponse:
    """A new note about a student whom this person mentors now."""
    enrolment = get_object_or_404(reads.mentees(request.user, request.now), enrolment_id=pk).enrolment
    return _write(request, enrolment, None, reverse("mentor-student", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def session_note(request: PersonRequest, pk: int) -> HttpResponse:
    """A new note on a session of a student whom this person mentors now."""
    session = get_object_or_404(reads.seen_sessions(request.user, request.now), pk=pk)
    enrolment = get_object_or_404(
        reads.mentees(request.user, request.now), enrolment_id=session.enrolment_id
    ).enrolment
    return _write(request, enrolment, session, reverse("mentor-session", args=[pk]))


def _write(request: PersonRequest, enrolment: Enrolment, session: Session | None, back: str) -> HttpResponse:
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            write_note(
                enrolment_id=enrolment.pk,
                session_id=session.pk if session else None,
                **form.cleaned_data,
                by=request.user,
                now=request.now,
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            shared = form.cleaned_data["shared"]
            messages.success(
                request,
                _("The note is saved and shared with the student.")
                if shared
                else _("The note is saved. You alone read it."),
            )
            return redirect(back)
    return _show(request, form, enrolment, session, None, back)


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def note(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a note of one's own; what was shared stays shared."""
    row = get_object_or_404(
        notes_for(request.user, request.now).select_related("enrolment__student__user", "session"),
        pk=pk,
        author=request.user,
    )
    back = reverse("mentor-session", args=[row.session_id]) if row.session_id else reverse("mentor-home")
    if (
        not row.session_id
        and reads.mentees(request.user, request.now).filter(enrolment_id=row.enrolment_id).exists()
    ):
        back = reverse("mentor-student", args=[row.enrolment_id])
    initial = {"text": row.text, "shared": row.shared}
    form = NoteForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            edit_note(note_id=row.pk, **form.cleaned_data, by=request.user, now=request.now)
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The note is changed."))
            return redirect(back)
    return _show(request, form, row.enrolment, row.session, row, back)


def _show(
    request: PersonRequest,
    form: NoteForm,
    enrolment: Enrolment,
    session: Session | None,
    row: Note | None,
    back: str,
) -> HttpResponse:
    context = {
        "now": request.now,
        "form": form,
        "student": enrolment.student.user,
        "session": session,
        "note": row,
        "back": back,
        "trail": [{"label": _("Students"), "url": reverse("mentor-students")}],
    }
    return render(request, "mentoring/mentor/note_form.html", context, status=422 if form.errors else 200)
