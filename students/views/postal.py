"""Where registered letters go: the person's own page, and the staff's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, staff_only, students_only
from accounts.models import User
from rulebook.errors import RuleError
from students.forms import add_refusal
from students.forms.postal import AddressForm
from students.models import PostalAddress, Student
from students.permissions import may_set_address
from students.services.postal import LINES, set_address


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def own_address(request: PersonRequest) -> HttpResponse:
    """A student's own; open whatever became of their training, for letters go to them all the same."""
    return _address(request, request.user, reverse("student-kept"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def staff_address(request: PersonRequest, pk: int) -> HttpResponse:
    """The address of a student, entered for them."""
    student = get_object_or_404(Student.objects.select_related("user"), pk=pk)
    if not may_set_address(request.user, student.user):
        raise Http404
    return _address(request, student.user, reverse("staff-person", args=[student.pk]))


def _address(request: PersonRequest, person: User, back: str) -> HttpResponse:
    own = request.user.pk == person.pk
    row = PostalAddress.objects.filter(user=person).first()
    initial: dict[str, Any] = {"country": "FR"}
    if row is not None:
        initial = {name: getattr(row, name) for name in (*LINES, "country")}
        initial["consents"] = row.consented_at is not None
    form = AddressForm(request.POST if request.method == "POST" else None, initial=initial, own=own)
    if request.method == "POST" and form.is_valid():
        try:
            set_address(person=person, **form.cleaned_data, by=request.user, now=request.now)
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(
                request, _("The address is kept. Letters that were prepared before keep theirs.")
            )
            return redirect(back)
    lead = (
        _("Registered letters from the school go here, decisions of the Disciplinary Board among them.")
        if own
        else _("Registered letters to %(person)s go here.") % {"person": person}
    )
    context = {
        "now": request.now,
        "title": _("Postal address"),
        "lead": lead,
        "form": form,
        "submit": _("Keep the address"),
        "back": back,
        "clause": "4.1",
    }
    return render(request, "students/form.html", context, status=422 if form.errors else 200)
