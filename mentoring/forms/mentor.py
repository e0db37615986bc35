"""What a mentor sends. The only instant that is typed here is the arrival that the mentor states (A7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mentoring.models import Session, SessionState
from rulebook.dates import local_date, local_instant

from .student import LONGEST, SlotForm

PRESENT, LATER, ABSENT = "present", "later", "absent"


class PresenceForm(forms.Form):
    """Whether the student was there and since when; the time is one of the reader's zone."""

    was = forms.ChoiceField(
        label=_("Was the student there?"),
        widget=forms.RadioSelect,
        choices=[
            (PRESENT, _("Yes, from the start")),
            (LATER, _("Yes, and arrived later")),
            (ABSENT, _("No")),
        ],
        error_messages={"required": _("Choose one of the three.")},
    )
    arrived_at = forms.TimeField(
        label=_("Arrived at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "step": 60}, format="%H:%M"),
    )

    def __init__(self, *args: object, session: Session, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through as they came
        self.session = session

    def clean(self) -> dict[str, object] | None:
        data = super().clean() or {}
        if data.get("was") == LATER and not data.get("arrived_at") and "arrived_at" not in self.errors:
            self.add_error("arrived_at", ValidationError(_("Say when the student arrived.")))
        return data

    @property
    def present(self) -> bool:
        return bool(self.cleaned_data["was"] != ABSENT)

    @property
    def instant(self) -> datetime | None:
        """The stated arrival, on the day of the session on which clocks showed that time."""
        if self.cleaned_data["was"] != LATER:
            return None
        zone, clock = timezone.get_current_timezone_name(), self.cleaned_data["arrived_at"]
        day = local_date(self.session.starts_at, zone)
        instant = local_instant(day, clock, zone)
        # A session across midnight ends on a day of its own.
        if instant < self.session.starts_at and local_date(self.session.ends_at, zone) > day:
            return local_instant(day + timedelta(days=1), clock, zone)
        return instant


class CancelForm(forms.Form):
    """Why a session is cancelled; the student reads it."""

    reason = forms.CharField(
        label=_("Why do you cancel it?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The student and Student Success read this."),
        error_messages={"required": _("Say why you cancel: the student is told.")},
    )


class NoteForm(forms.Form):
    """A note about a student."""

    text = forms.CharField(
        label=_("Note"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
    shared = forms.BooleanField(
        label=_("Share it with the student"),
        required=False,
        help_text=_("The student and the school's staff read a shared note, and it stays shared."),
    )


class SessionFilter(forms.Form):
    """Filters of the list of sessions."""

    student = forms.CharField(
        label=_("Student"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(label=_("Outcome"), required=False, choices=[("", _("All"))])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through as they came
        state = self.fields["state"]
        assert isinstance(state, forms.ChoiceField)
        state.choices = [("", _("All")), *SessionState.choices]


class StudentSearch(forms.Form):
    """Words of a student's name or address."""

    q = forms.CharField(
        label=_("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )


__all__ = ["CancelForm", "NoteForm", "PresenceForm", "SessionFilter", "SlotForm", "StudentSearch"]


class AskExceptionForm(forms.Form):
    """What a mentor asks Student Success to authorise for a student of theirs (A4)."""

    reason = forms.CharField(
        label=_("What keeps the student away?"),
        help_text=_("Student Success and the student read this."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Say what keeps the student away, so that Student Success can decide.")
        },
    )
