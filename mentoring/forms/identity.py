"""Whether somebody is the banned person whom they look like (B9)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from students.models import FlagState

LONGEST = 4000  # characters of the reasons

ANSWERS = [
    (FlagState.OTHER, _("They are two people")),
    (FlagState.SAME, _("They are one person: the ban holds")),
]


class SettleForm(forms.Form):
    """The decision and how one knows."""

    outcome = forms.ChoiceField(label=_("What did you find out?"), choices=ANSWERS, widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=_("How do you know?"),
        help_text=_("It stays in the school's record."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
