"""Before a student begins: the rules accepted, the equipment checked."""

from __future__ import annotations

import os
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, staff_only, students_only
from rulebook.errors import RuleError
from rulebook.policy import policy_at
from students.forms import add_refusal
from students.forms.beginning import EquipmentForm, TermsForm
from students.models import Student
from students.selectors import acceptances
from students.services import accept_terms, record_equipment_check
from students.services.acceptances import terms_at

SAMPLE = 1_000_000
"""Bytes that the browser loads to see how fast the line is: two thirds of a second at 12 Mbit."""

PAGE = 25


def _student(request: PersonRequest) -> Student:
    found = Student.objects.filter(user=request.user).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def terms(request: PersonRequest) -> HttpResponse:
    """The policy and the code of conduct in force, with the licence of the content: read them, accept them."""
    student, shown = _student(request), terms_at(request.now)
    initial = {"policy": shown.policy.id, "conduct": shown.conduct.id}
    form = TermsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            accept_terms(
                student=student,
                policy=form.cleaned_data["policy"],
                conduct=form.cleaned_data["conduct"],
                by=request.user,
                now=request.now,
            )
        except RuleError as error:
            add_refusal(form, error)
            # The newer version is what the page shows now; the boxes are to be ticked anew.
            form = TermsForm(None, initial=initial)
            messages.error(request, _("A newer version has come into force. Read it, then accept it."))
        else:
            messages.success(request, _("Thank you. Both versions and the time stand in your record."))
            return redirect(_next(request))
    language = translation.get_language() or ""
    own = list(acceptances.acceptances_for(request.user).filter(student=student))
    held = {(row.document, row.version) for row in own}
    context = {
        "now": request.now,
        "form": form,
        "policy": shown.policy,
        "clauses": [each.in_language(language) for each in shown.policy.clauses.values()],
        "conduct": shown.conduct,
        "passages": [each.in_language(language) for each in shown.conduct.passages],
        "accepted": held >= set(shown.versions.items()),
        "asked_again": bool(own) and not held >= set(shown.versions.items()),
        "own": own,
        "next": request.POST.get("next") or request.GET.get("next") or "",
    }
    return render(request, "students/terms.html", context, status=422 if form.errors else 200)


def _next(request: PersonRequest) -> str:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return "home"


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"media-src": ["mediastream:", "blob:"]})
@students_only
def equipment(request: PersonRequest) -> HttpResponse:
    """The check: measured by the browser where it can, else stated. The one page that may ask for a camera."""
    student = _student(request)
    form = EquipmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            record_equipment_check(student=student, **form.cleaned_data, by=request.user, now=request.now)
        except RuleError as error:
            add_refusal(form, error)
        else:
            return redirect("equipment")
    context: dict[str, Any] = {
        "now": request.now,
        "form": form,
        "latest": student.equipment_checks.first(),
        "wanted": policy_at(request.now).equipment.download,
        "sample": SAMPLE,
    }
    response = render(request, "students/equipment.html", context, status=422 if form.errors else 200)
    response["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=(), payment=()"
    return response


@require_safe
@students_only
def equipment_sample(request: PersonRequest) -> HttpResponse:
    """Bytes that nothing on the way can make smaller, to measure the line with."""
    return HttpResponse(os.urandom(SAMPLE), content_type="application/octet-stream")


@require_safe
@staff_only
def not_accepted(request: PersonRequest) -> HttpResponse:
    """Who has not accepted what is in force, for staff; a Learning Manager's own Paths."""
    rows = acceptances.trainings_not_accepted(request.user, request.now)
    shown = terms_at(request.now)
    context = {
        "now": request.now,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "policy": shown.policy,
        "conduct": shown.conduct,
    }
    return render(request, "students/not_accepted.html", context)


__all__ = ["equipment", "equipment_sample", "not_accepted", "terms"]
