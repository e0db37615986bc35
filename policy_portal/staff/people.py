"""The students that a member of staff sees: search, filters, and the same list as CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, staff_only
from accounts.models import User
from mentoring.models import Mentorship, Session, SessionState, StreakAbsence
from mentoring.roster.exporting import neutral
from mentoring.selectors.calendars import mentors_for
from mentoring.selectors.lasting import lasting
from mentoring.selectors.staff import staff_enrolments
from students.models import Enrolment, EnrolmentState

from .paths import path_choices

PAGE = 25
MOST_EXPORTED = 20_000


class PeopleFilter(forms.Form):
    """Search and filters; they stand in the address."""

    q = forms.CharField(
        label=gettext_lazy("Name, e-mail or reference"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    path = forms.ChoiceField(label=gettext_lazy("Path"), required=False)
    mentor = forms.ChoiceField(label=gettext_lazy("Mentor"), required=False)
    streak = forms.TypedChoiceField(
        label=gettext_lazy("Absences in a row"),
        required=False,
        coerce=int,
        empty_value=0,  # type: ignore[arg-type]  # whatever `coerce` gives; the stub knows text only
        choices=[("", gettext_lazy("Any")), (1, gettext_lazy("1 or more")), (2, gettext_lazy("2 or more"))],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Training"),
        required=False,
        choices=[("", gettext_lazy("All")), *EnrolmentState.choices],
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        for name, choices in (("path", path_choices(user)), ("mentor", _mentors(user))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


def _mentors(user: User) -> list[tuple[str, str]]:
    rows = mentors_for(user).order_by("user__family_name", "user__given_name", "pk")
    return [("", _("All mentors")), *((str(row.pk), str(row)) for row in rows)]


def _streak() -> Subquery:
    """Unauthorised absences since the last session held that no standing case holds (A9), as one number."""
    later_held = Session.objects.filter(
        enrolment_id=OuterRef("enrolment_id"),
        state=SessionState.HELD,
        starts_at__gt=OuterRef("starts_at"),
    )
    in_a_case = StreakAbsence.objects.filter(absence__session_id=OuterRef("pk"), released_at__isnull=True)
    rows = (
        Session.objects.filter(enrolment_id=OuterRef("pk"), state=SessionState.UNAUTHORISED_ABSENCE)
        .filter(~Exists(later_held), ~Exists(in_a_case))
        .order_by()
        .values("enrolment_id")
        .annotate(n=Count("pk"))
    )
    return Subquery(rows.values("n")[:1])


def trainings(user: User, wanted: dict[str, Any], now: datetime) -> QuerySet[Enrolment]:
    """Trainings that this person sees and that fit, by the student's name; one statement and the mentors'."""
    current = (
        Mentorship.objects.filter(lasting(now)).select_related("mentor__user").order_by("starts_on", "pk")
    )
    rows = (
        staff_enrolments(user)
        .annotate(streak=Coalesce(_streak(), 0))
        .prefetch_related(Prefetch("mentorships", current, to_attr="current_mentorships"))
        .order_by("student__user__family_name", "student__user__given_name", "pk")
    )
    for word in str(wanted.get("q") or "").split():
        rows = rows.filter(
            Q(student__user__given_name__icontains=word)
            | Q(student__user__family_name__icontains=word)
            | Q(student__user__email__icontains=word)
            | Q(student__reference__icontains=word)
        )
    if wanted.get("path"):
        rows = rows.filter(path_id=wanted["path"])
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if wanted.get("mentor"):
        mine = Mentorship.objects.filter(lasting(now), mentor_id=wanted["mentor"])
        rows = rows.filter(pk__in=mine.values("enrolment_id"))
    if wanted.get("streak"):
        rows = rows.filter(streak__gte=wanted["streak"])
    return rows


@require_safe
@staff_only
def people(request: PersonRequest) -> HttpResponse:
    """The list, a page at a time."""
    form = PeopleFilter(request.GET, user=request.user)
    form.is_valid()
    page = Paginator(trainings(request.user, form.cleaned_data, request.now), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "now": request.now,
        "form": form,
        "page": page,
        "filtered": any(form.cleaned_data.values()),
        "query_string": request.GET.urlencode(),
    }
    return render(request, "staff/people.html", context)


COLUMNS = (
    "reference",
    "family_name",
    "given_name",
    "email",
    "path",
    "state",
    "from",
    "until",
    "mentor",
    "streak",
)


@require_safe
@staff_only
def export(request: PersonRequest) -> HttpResponse:
    """The list with the same filters as CSV, with cells that a spreadsheet takes as text (abuse 64)."""
    form = PeopleFilter(request.GET, user=request.user)
    form.is_valid()
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="people.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for row in trainings(request.user, form.cleaned_data, request.now)[:MOST_EXPORTED]:
        writer.writerow(neutral(_cells(row)))
    return response


def _cells(row: Enrolment) -> Sequence[object]:
    user = row.student.user
    mentors = getattr(row, "current_mentorships", [])
    return (
        row.student.reference or "",
        user.family_name,
        user.given_name,
        user.email,
        row.path.title,
        row.state,
        row.starts_on,
        row.last_day,
        mentors[0].mentor if mentors else "",
        getattr(row, "streak", 0),
    )
