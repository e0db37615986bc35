"""What is kept of the student: files and recordings, who watched them, when they go; and the word on being filmed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, students_only
from mentoring.forms.recordings import FilmingForm
from mentoring.selectors.recordings import (
    ASSESSMENT,
    INTERNAL_QUALITY,
    kept_of,
    latest_word_on_filming,
    standing_holds,
)
from mentoring.services.recordings import say_filming
from record.documents.purposes import all_purposes
from record.documents.selectors import may_read
from record.models import Document
from rulebook.policy import policy_at
from students.models import Student

PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def kept(request: PersonRequest) -> HttpResponse:
    student = Student.objects.filter(user=request.user).first()
    if student is None:
        raise Http404
    word = latest_word_on_filming(student)
    initial = {"agreed": ("yes" if word.agreed else "no") if word else None}
    form = FilmingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        agreed = form.cleaned_data["agreed"] == "yes"
        if word is None or word.agreed != agreed:
            say_filming(student=student, agreed=agreed, by=request.user, now=request.now)
        messages.success(
            request,
            _("Your mentoring sessions may be filmed.")
            if agreed
            else _("Your mentoring sessions may not be filmed."),
        )
        return redirect("student-kept")
    page = Paginator(kept_of(student), PAGE).get_page(request.GET.get("page"))
    context = {
        "now": request.now,
        "form": form,
        "word": word,
        "page": page,
        "rows": [_row(request, document) for document in page],
        "holds": standing_holds(student, request.now),
        "policy": policy_at(request.now),
    }
    return render(request, "mentoring/student/kept.html", context, status=422 if form.errors else 200)


def _row(request: PersonRequest, document: Document) -> dict[str, Any]:
    """One file in the student's words: what it is for, who may see it, and until when."""
    purpose = all_purposes().get(document.purpose)
    recording = getattr(document, "recording", None)
    defence = getattr(document, "defence", None)
    return {
        "document": document,
        "label": purpose.label if purpose else document.purpose,
        "logged": purpose is not None and purpose.log_viewing,
        "closed": not may_read(request.user, document),
        "who": {
            INTERNAL_QUALITY: _("Quality staff alone"),
            ASSESSMENT: _("You, your mentor, the assessor and the jury"),
        }.get(document.purpose, ""),
        "session": recording.session if recording else None,
        "until": recording.kept_until if recording else None,
        "last_day": defence.work.enrolment.last_day if defence else None,
        "viewings": document.viewings.all(),
    }
