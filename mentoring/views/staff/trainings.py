"""What the school arranges for a training: who mentors it, its days out, its dates, its end (A1, A11, 2.7)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, staff_only
from mentoring.forms.staff import (
    ConfirmOnlyForm,
    DatesForm,
    EndForm,
    MentorshipForm,
    RegionForm,
    ReplaceMentorForm,
)
from mentoring.models import Mentorship
from mentoring.models.calendars import Weekday
from mentoring.permissions import can_arrange_training
from mentoring.selectors import staff as reads
from mentoring.services import (
    change_training_dates,
    end_mentorship,
    end_trainings,
    replace_mentor,
    resume_training,
    start_mentorship,
)
from mentoring.services.regions import change_region
from rulebook.dates import local_date
from students.models import Enrolment, HolidayRegion, Interruption
from students.selectors import staff_scope
from students.services import NewDates

from .acts import Act, perform

METHODS = ["GET", "HEAD", "POST"]


def take(request: PersonRequest, pk: int) -> Enrolment:
    """A training that this person sees and may arrange, or 404."""
    enrolment = get_object_or_404(reads.staff_enrolments(request.user), pk=pk)
    if not can_arrange_training(request.user, enrolment):
        raise Http404
    return enrolment


def person(enrolment: Enrolment) -> str:
    return reverse("staff-person", args=[enrolment.student_id])


def common(enrolment: Enrolment) -> dict[str, Any]:
    """What every act on a training shares."""
    return {
        "lead": f"{enrolment.student} · {enrolment.path.title}",
        "back": person(enrolment),
        "trail": [{"label": str(enrolment.student), "url": person(enrolment)}],
    }


def _mentorship(request: PersonRequest, pk: int) -> Mentorship:
    rows = Mentorship.objects.filter(staff_scope(request.user, "enrolment__")).select_related(
        "mentor__user", "enrolment__student__user", "enrolment__path"
    )
    row = get_object_or_404(rows, pk=pk)
    if not can_arrange_training(request.user, row.enrolment):
        raise Http404
    return row


def _weekly(form: Any, before: Mentorship | None = None) -> str:
    weekday = form.cleaned_data["weekday"] or (before.weekday if before else 1)
    local_time = form.cleaned_data["local_time"] or (before.local_time if before else None)
    return _("%(weekday)s at %(time)s") % {
        "weekday": Weekday(weekday).label,
        "time": f"{local_time:%H:%M}" if local_time else "–",
    }


@require_http_methods(METHODS)
@staff_only
def mentorship_start(request: PersonRequest, pk: int) -> HttpResponse:
    """A mentor for a training (A1)."""
    enrolment = take(request, pk)
    today = local_date(request.now, enrolment.time_zone)
    return perform(
        request,
        Act(
            title=_("Start a mentorship"),
            form=MentorshipForm,
            initial={"starts_on": max(today, enrolment.starts_on)},
            about=[(_("Time zone of the training"), enrolment.time_zone)],
            follows=lambda form: [
                (_("Mentor"), str(form.cleaned_data["mentor"])),
                (_("Every week"), _weekly(form)),
                (_("From"), form.cleaned_data["starts_on"]),
                (_("Sessions"), _("The next four weeks are laid out at once.")),
                (_("Told by e-mail"), f"{enrolment.student}, {form.cleaned_data['mentor']}"),
            ],
            do=lambda form: start_mentorship(
                enrolment=enrolment, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda made: _("The mentorship has begun. Student and mentor are told by e-mail."),
            submit=_("Start it"),
            **common(enrolment),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def mentorship_replace(request: PersonRequest, pk: int) -> HttpResponse:
    """Another mentor takes over (A11)."""
    row = _mentorship(request, pk)
    enrolment = row.enrolment
    return perform(
        request,
        Act(
            title=_("Replace the mentor"),
            form=ReplaceMentorForm,
            initial={"starts_on": local_date(request.now, enrolment.time_zone)},
            about=[
                (_("Mentor now"), str(row.mentor)),
                (_("Every week"), f"{row.get_weekday_display()} {row.local_time:%H:%M}"),
            ],
            follows=lambda form: [
                (_("Mentor now"), str(row.mentor)),
                (_("Mentor afterwards"), str(form.cleaned_data["mentor"])),
                (_("Every week"), _weekly(form, row)),
                (_("From"), form.cleaned_data["starts_on"]),
                (_("Sessions booked from then on"), _("They are cancelled by the school and laid out anew.")),
                (_("Told by e-mail"), f"{enrolment.student}, {row.mentor}, {form.cleaned_data['mentor']}"),
            ],
            do=lambda form: replace_mentor(
                mentorship_id=row.pk, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda made: (
                _("%(mentor)s takes over. All three are told by e-mail.") % {"mentor": made.mentor}
            ),
            submit=_("Replace the mentor"),
            **common(enrolment),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def mentorship_end(request: PersonRequest, pk: int) -> HttpResponse:
    """The last day of a mentorship; its history stays."""
    row = _mentorship(request, pk)
    return perform(
        request,
        Act(
            title=_("End the mentorship"),
            form=EndForm,
            initial={"ends_on": local_date(request.now, row.enrolment.time_zone)},
            about=[(_("Mentor"), str(row.mentor))],
            follows=lambda form: [
                (_("Last day"), form.cleaned_data["ends_on"]),
                (_("Sessions after it"), _("They are cancelled by the school and count against nobody.")),
                (_("Told by e-mail"), f"{row.enrolment.student}, {row.mentor}"),
            ],
            do=lambda form: end_mentorship(
                mentorship_id=row.pk, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda made: _("The mentorship ends. What was recorded stays."),
            submit=_("End it"),
            tone="bad",
            **common(row.enrolment),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    """The early end of an interruption."""
    rows = Interruption.objects.filter(staff_scope(request.user, "enrolment__"))
    row = get_object_or_404(rows.select_related("enrolment", "leave"), pk=pk, lifted_at__isnull=True)
    enrolment = take(request, row.enrolment_id)
    if row.kind == "suspension":
        raise Http404  # the Board's: it lifts by itself (4.2)
    if hasattr(row, "leave"):  # it moved the training's end, and so does coming back (L4)
        return redirect("staff-leave-back", pk=row.leave.pk)
    return perform(
        request,
        Act(
            title=_("End this interruption"),
            form=ConfirmOnlyForm,
            follows=lambda form: [
                (_("Interrupted from"), row.starts_on),
                (_("Interrupted until"), row.ends_on),
                (
                    _("Sessions"),
                    _("Weeks that were left out get their session; cancelled ones stay cancelled."),
                ),
            ],
            do=lambda form: resume_training(interruption_id=row.pk, by=request.user, now=request.now),
            done=lambda made: _("The interruption has ended."),
            submit=_("End it"),
            **common(enrolment),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def dates(request: PersonRequest, pk: int) -> HttpResponse:
    """Other first and last days."""
    enrolment = take(request, pk)

    def do(form: Any) -> None:
        given = form.cleaned_data
        change = NewDates(enrolment, given["starts_on"], given["ends_on"])
        change_training_dates(changes=[change], by=request.user, now=request.now)

    return perform(
        request,
        Act(
            title=_("Change the dates"),
            form=DatesForm,
            initial={"starts_on": enrolment.starts_on, "ends_on": enrolment.ends_on},
            follows=lambda form: [
                (_("First day now"), enrolment.starts_on),
                (_("Last day now"), enrolment.ends_on),
                (_("First day afterwards"), form.cleaned_data["starts_on"]),
                (_("Last day afterwards"), form.cleaned_data["ends_on"]),
                (
                    _("Sessions"),
                    _("Those that fall outside are cancelled; weeks that fall inside get theirs."),
                ),
            ],
            do=do,
            done=lambda made: _("The dates have changed."),
            submit=_("Change the dates"),
            **common(enrolment),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def region(request: PersonRequest, pk: int) -> HttpResponse:
    """Whose public holidays count where business days are counted (2.8)."""
    enrolment = take(request, pk)
    return perform(
        request,
        Act(
            title=_("Public holidays of the training"),
            form=RegionForm,
            initial={"region": enrolment.region},
            follows=lambda form: [
                (_("Public holidays now"), enrolment.get_region_display()),
                (_("Public holidays afterwards"), HolidayRegion(form.cleaned_data["region"]).label),
                (
                    _("A change of Path that waits for its day"),
                    _("Its business days are counted anew, and its people are told."),
                ),
                (_("A change of Path whose day is set"), _("It keeps its day.")),
            ],
            do=lambda form: change_region(
                enrolment_id=enrolment.pk,
                region=form.cleaned_data["region"],
                by=request.user,
                now=request.now,
            ),
            done=lambda made: _("These public holidays count from now on."),
            submit=_("Change them"),
            **common(enrolment),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def end(request: PersonRequest, pk: int) -> HttpResponse:
    """The early end of a training (L5); nothing is deleted."""
    enrolment = take(request, pk)
    return perform(
        request,
        Act(
            title=_("End the training"),
            form=EndForm,
            initial={"ends_on": local_date(request.now, enrolment.time_zone)},
            follows=lambda form: [
                (_("Last day"), form.cleaned_data["ends_on"]),
                (_("Mentorship"), _("It ends on that day too; later sessions are cancelled.")),
                (_("The record"), _("Everything stays for the student and the school to read.")),
                (_("Why"), form.cleaned_data["reason"]),
            ],
            do=lambda form: end_trainings(
                enrolments=[enrolment],
                ended_on=form.cleaned_data["ends_on"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=request.now,
            ),
            done=lambda made: _("The training ends."),
            submit=_("End the training"),
            undo=_("This cannot be taken back: the student would be enrolled again."),
            tone="bad",
            **common(enrolment),
        ),
    )
