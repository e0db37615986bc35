"""What a student sends. No form here takes an instant at which something happened: the server's clock
says when it was received."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mentoring.models import SessionState

LONGEST = 4000  # characters of a reason or statement


class _Words(forms.CharField):
    """A few sentences; the rule book, and not this field, says that they may not be empty."""

    def __init__(self, *, rows: int = 5, **kwargs: object) -> None:
        kwargs.setdefault("max_length", LONGEST)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)  # type: ignore[arg-type]  # handed through as they came


class NoticeForm(forms.Form):
    """The reason of an absence to come."""

    reason = _Words(
        label=_("Why will you miss it?"),
        help_text=_("Your mentor and Student Success read this. A sentence or two is enough."),
        error_messages={"required": _("Say why: 3.2 asks for the reasons of an absence.")},
    )


class ReasonsForm(forms.Form):
    """The reasons of an absence that has happened."""

    reasons = _Words(
        label=_("Why did you miss it?"),
        help_text=_("Your mentor is told at once, and Student Success can read it."),
        error_messages={"required": _("Say why: 3.2 asks for the reasons of an absence.")},
    )


class ContestForm(forms.Form):
    """An objection to an absence."""

    statement = _Words(
        rows=8,
        label=_("What is wrong about it?"),
        help_text=_("Say what happened and what shows it: Student Success decides on your words."),
        error_messages={"required": _("Say what is wrong about it, so that Student Success can decide.")},
    )


class AskExceptionForm(forms.Form):
    """A circumstance that Student Success may authorise (A4)."""

    reason = _Words(
        rows=6,
        label=_("What keeps you away?"),
        help_text=_("Student Success reads this, and nobody else. Say what shows it, if there is something."),
        error_messages={"required": _("Say what keeps you away, so that Student Success can decide.")},
    )


class SlotForm(forms.Form):
    """The start of a free slot, as the slot picker posts it; whether it is free the service says."""

    starts_at = forms.CharField(
        max_length=40, error_messages={"required": _("Choose one of the free times.")}
    )

    def clean_starts_at(self) -> datetime:
        try:
            instant = datetime.fromisoformat(self.cleaned_data["starts_at"])
        except ValueError:
            instant = None
        if instant is None or instant.utcoffset() is None:
            raise ValidationError(_("Choose one of the free times."))
        return instant


class SessionFilter(forms.Form):
    """Filters of the list of sessions; what cannot be read is passed over."""

    state = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("All"))],
    )
    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through as they came
        state = self.fields["state"]
        assert isinstance(state, forms.ChoiceField)
        state.choices = [("", _("All")), *SessionState.choices]
