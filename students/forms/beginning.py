"""What a student sends before they begin, and what staff writes about places."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from students.models import Finding, Place

LONGEST = 4000  # characters


class TermsForm(forms.Form):
    """The versions that the page showed, and the student's word."""

    policy = forms.CharField(max_length=32, widget=forms.HiddenInput)
    conduct = forms.CharField(max_length=32, widget=forms.HiddenInput)
    accept_policy = forms.BooleanField(
        label=_("I have read the student policy and accept it."),
        error_messages={"required": _("Read the student policy, then tick this box.")},
    )
    accept_conduct = forms.BooleanField(
        label=_("I have read the code of conduct and accept it."),
        error_messages={"required": _("Read the code of conduct, then tick this box.")},
    )
    accept_licence = forms.BooleanField(
        label=_("I use the school's content only as its licence allows."),
        error_messages={"required": _("Read what the licence allows, then tick this box.")},
    )


class EquipmentForm(forms.Form):
    """What the browser measured (the script fills it in), or what the student says where it could not."""

    measured = forms.BooleanField(required=False, widget=forms.HiddenInput)
    kilobits = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    connection = forms.ChoiceField(
        label=_("Connection"),
        choices=Finding.choices,
        initial=Finding.UNCHECKED,
        help_text=_("It works if a video call runs without breaks."),
    )
    camera = forms.ChoiceField(label=_("Webcam"), choices=Finding.choices, initial=Finding.UNCHECKED)
    microphone = forms.ChoiceField(label=_("Microphone"), choices=Finding.choices, initial=Finding.UNCHECKED)


class PlaceForm(forms.Form):
    """A place and its rules."""

    name = forms.CharField(label=_("Name"), max_length=200)
    address = forms.CharField(
        label=_("Address"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    rules = forms.CharField(
        label=_("Health and safety rules"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "Students acknowledge them before their first day. Change them, and they are asked again."
        ),
    )
    active = forms.BooleanField(label=_("Takes students"), required=False, initial=True)


class StayForm(forms.Form):
    """Days at a place."""

    place = forms.ModelChoiceField(label=_("Place"), queryset=Place.objects.none())
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Last day, included"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through as they came
        field = self.fields["place"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Place.objects.filter(active=True, rules__isnull=False).distinct()


class ReportForm(forms.Form):
    """What happened, in a person's own words."""

    text = forms.CharField(
        label=_("What happened?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Student Success and the Head of Learning read this. Whoever it names is not told who reported it."
        ),
        error_messages={"required": _("Say what happened.")},
    )


class TakeUpForm(forms.Form):
    """What was done about a report."""

    outcome = forms.CharField(
        label=_("What was done?"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )
