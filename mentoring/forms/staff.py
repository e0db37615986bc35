"""What the school's staff send. The server's clock says when; the services say whether it may be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from mentoring.models import ContestOutcome, Mentor, SessionState
from mentoring.models.calendars import Weekday
from students.models import HolidayRegion

LONGEST = 4000  # characters of a reason

SAME = _("As it is now")


def _day(**kwargs: Any) -> forms.DateField:
    # Far enough from the ends of the calendar to be reckoned with.
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
        **kwargs,
    )


def _words(label: Any, help_text: Any = "", **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        **kwargs,
    )


DECISIONS = [
    (ContestOutcome.REJECTED, _("The absence stands")),
    (ContestOutcome.AUTHORISED, _("The absence is authorised")),
    (ContestOutcome.PRESENT, _("The student was there in time")),
    (ContestOutcome.NOT_COUNTED, _("The session does not count")),
]


class DecideContestForm(forms.Form):
    """Student Success's decision on a contest (A7)."""

    outcome = forms.ChoiceField(label=_("What do you decide?"), choices=DECISIONS, widget=forms.RadioSelect)
    reasons = _words(_("Your reasons"), _("The student reads them, word for word. They stay in the record."))


RESOLUTIONS = [
    (SessionState.HELD, _("The session was held")),
    (SessionState.UNAUTHORISED_ABSENCE, _("The student was absent without being excused")),
    (SessionState.MENTOR_ABSENT, _("The mentor was absent")),
    (SessionState.CANCELLED_BY_SCHOOL, _("The session does not count")),
]


class ResolveForm(forms.Form):
    """What happened in a session that neither joined (A6)."""

    outcome = forms.ChoiceField(label=_("What happened?"), choices=RESOLUTIONS, widget=forms.RadioSelect)
    reasons = _words(_("How do you know?"), _("It stays in the record with the decision."))


class ExceptionForm(forms.Form):
    """An exceptional circumstance (A4, A7)."""

    reason = _words(_("The circumstance"), _("The student reads it. It stays in the record."))


class DeclineExceptionForm(forms.Form):
    """Why a circumstance is not authorised (A4)."""

    reasons = _words(
        _("Your reasons"), _("Whoever asked reads them, word for word. They stay in the record.")
    )


class ReasonForm(forms.Form):
    """Why something is done that others are told of."""

    reason = _words(_("Why?"), _("Student and mentor are told."))


class MentorshipForm(forms.Form):
    """Who meets whom, when in the week, from which day on (A1)."""

    mentor = forms.ModelChoiceField(label=_("Mentor"), queryset=Mentor.objects.none())
    weekday = forms.TypedChoiceField(label=_("Weekday"), coerce=int, choices=Weekday.choices)
    local_time = forms.TimeField(
        label=_("Time"),
        help_text=_("In the time zone of the training."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    starts_on = _day(label=_("From"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mentor = self.fields["mentor"]
        assert isinstance(mentor, forms.ModelChoiceField)
        mentor.queryset = (
            # An assessor has hours as well, and mentors nobody unless they hold that role, too.
            Mentor.objects.filter(
                left_on__isnull=True, user__is_active=True, user__role_grants__role=Role.MENTOR
            )
            .select_related("user")
            .order_by("user__family_name", "user__given_name", "pk")
        )


class ReplaceMentorForm(MentorshipForm):
    """Another mentor (A11); weekday and time stay unless they are given."""

    weekday = forms.TypedChoiceField(
        label=_("Weekday"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", SAME), *Weekday.choices],
    )
    local_time = forms.TimeField(
        label=_("Time"),
        required=False,
        help_text=_("In the time zone of the training. Empty: as it is now."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


class EndForm(forms.Form):
    """A last day, and why."""

    ends_on = _day(label=_("Last day"))
    reason = _words(_("Why?"))


class DatesForm(forms.Form):
    """First and last day of a training, both inclusive."""

    starts_on = _day(label=_("First day"))
    ends_on = _day(label=_("Last day"))


class RegionForm(forms.Form):
    """Whose public holidays count (2.8)."""

    region = forms.ChoiceField(
        label=_("Public holidays of"),
        choices=HolidayRegion.choices,
        help_text=_("They are left out where business days are counted."),
    )


class HoldForm(forms.Form):
    """A hold on the recordings of a student's defences (2.6)."""

    grounds = _words(_("Which proceedings need them?"), _("The student reads it. It stays in the record."))
    ends_on = _day(label=_("Until (inclusive)"))


class ConfirmOnlyForm(forms.Form):
    """Nothing to fill in: a question to answer."""


class AccommodationForm(forms.Form):
    """A measure for a student with a disability (2.4, 2.5); empty durations leave the policy's own."""

    audio = forms.BooleanField(label=_("Audio conference is allowed"), required=False)
    notice_hours = forms.IntegerField(
        label=_("Notice of absence, in hours"), required=False, min_value=0, max_value=24 * 14
    )
    lateness_minutes = forms.IntegerField(
        label=_("Lateness allowed, in minutes"), required=False, min_value=0, max_value=240
    )
    rescheduling_hours = forms.IntegerField(
        label=_("Time to reschedule, in hours"), required=False, min_value=0, max_value=24 * 60
    )
    valid_from = _day(label=_("From"))
    valid_until = _day(label=_("Until (inclusive)"), required=False)

    # A RuleError names the service's field; the page's own stands in for it.
    def durations(self) -> dict[str, timedelta | None]:
        """The measure's lengths of time as the service takes them."""
        given = self.cleaned_data
        hours, minutes = given["notice_hours"], given["lateness_minutes"]
        rescheduling = given["rescheduling_hours"]
        return {
            "notice": None if hours is None else timedelta(hours=hours),
            "lateness": None if minutes is None else timedelta(minutes=minutes),
            "rescheduling": None if rescheduling is None else timedelta(hours=rescheduling),
        }
