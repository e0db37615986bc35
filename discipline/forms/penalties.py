"""The day on which a penalty takes effect whose letter nobody received (B7)."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

LONGEST = 4000  # characters of the reasons


class DayForm(forms.Form):
    """A day, today or later, and why."""

    day = forms.DateField(
        label=_("On which day does it take effect?"),
        help_text=_("Today at the earliest. A receipt that comes in before that day counts instead."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        # Far enough from the ends of the calendar to be reckoned with.
        validators=[MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )
    reasons = forms.CharField(
        label=_("Your reasons"),
        help_text=_("The student reads them, word for word. They stay in the record."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
