"""Changes of Path as the school decides on them (2.8)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, staff_only
from mentoring.forms.requests import (
    RefusalForm,
    ScheduleForm,
)
from mentoring.permissions import (
    can_arrange_training,
    can_check_approval,
    can_decide_change,
)
from mentoring.selectors import requests as reads
from mentoring.services import (
    refuse_change,
    schedule_change,
)
from mentoring.services.path_changes import effect_of
from mentoring.views.describing import (
    TONES,
    approvals_of,
    change_rows,
    effect_rows,
    still_missing,
)
from students.models import (
    ChangeOfPath,
    ChangeState,
    LeaveRequest,
)

from .acts import Act, perform
from .trainings import METHODS, person


def _change(request: PersonRequest, pk: int) -> ChangeOfPath:
    user, now = request.user, request.now
    return get_object_or_404(reads.staffs(user, reads.changes_for(user, now)), pk=pk)


def _trail(row: LeaveRequest | ChangeOfPath) -> list[dict[str, str]]:
    return [{"label": str(row.enrolment.student), "url": person(row.enrolment)}]


@require_safe
@staff_only
def change(request: PersonRequest, pk: int) -> HttpResponse:
    user = request.user
    row = _change(request, pk)
    approvals = approvals_of(user, row)
    mine = can_decide_change(user, row.enrolment)
    context = {
        "now": request.now,
        "change": row,
        "tone": TONES[row.state],
        "rows": change_rows(row),
        "effect": effect_rows(effect_of(row.enrolment, row.to_path)) if row.is_open else [],
        "approvals": approvals,
        "missing": still_missing(approvals),
        "may_schedule": mine and row.state == ChangeState.ACCEPTED,
        "may_refuse": mine and row.state in (ChangeState.WAITING, ChangeState.ACCEPTED),
        "may_check": can_check_approval(user, row.enrolment),
        "send_url": "staff-approval" if can_arrange_training(user, row.enrolment) else "",
        "audience": "staff",
        "trail": _trail(row),
    }
    return render(request, "mentoring/requests/change.html", context)


def _deciding_change(request: PersonRequest, pk: int) -> ChangeOfPath:
    row = _change(request, pk)
    if not can_decide_change(request.user, row.enrolment):
        raise Http404
    return row


@require_http_methods(METHODS)
@staff_only
def change_schedule(request: PersonRequest, pk: int) -> HttpResponse:
    """The school agrees, and says on which day; the seventh business day at the earliest (C1)."""
    row = _deciding_change(request, pk)
    return perform(
        request,
        Act(
            title=_("Set the day of this change"),
            lead=f"{row.enrolment.student} · {row}",
            form=ScheduleForm,
            initial={"takes_effect_on": row.earliest_on, "ends_on": row.enrolment.ends_on},
            about=[(_("Takes effect no earlier than"), row.earliest_on)],
            follows=lambda form: [
                (_("Takes effect on"), form.cleaned_data["takes_effect_on"]),
                (_("The training's last day then"), form.cleaned_data["ends_on"]),
                *effect_rows(effect_of(row.enrolment, row.to_path)),
                (_("Told by e-mail"), _("Student, mentor, Learning Manager and Student Success")),
            ],
            do=lambda form: schedule_change(
                change_id=row.pk, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda made: _("The change takes effect on that day by itself."),
            back=reverse("staff-change", args=[row.pk]),
            submit=_("Set this day"),
            undo=_("The student can still withdraw it until that day."),
            trail=_trail(row),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def change_refuse(request: PersonRequest, pk: int) -> HttpResponse:
    row = _deciding_change(request, pk)
    return perform(
        request,
        Act(
            title=_("Refuse this change"),
            lead=f"{row.enrolment.student} · {row}",
            form=RefusalForm,
            follows=lambda form: [
                (_("Your reasons"), form.cleaned_data["decision"]),
                (_("The training"), _("It goes on as it is.")),
                (_("Told by e-mail"), str(row.enrolment.student)),
            ],
            do=lambda form: refuse_change(
                change_id=row.pk, decision=form.cleaned_data["decision"], by=request.user, now=request.now
            ),
            done=lambda made: _("The change is refused. The student has been told."),
            back=reverse("staff-change", args=[row.pk]),
            submit=_("Refuse the change"),
            tone="bad",
            trail=_trail(row),
        ),
    )
