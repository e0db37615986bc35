"""What is sent with a recording, and the student's word on being filmed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from record.documents.forms import DocumentField


class SessionRecordingForm(forms.Form):
    """The purpose is said with the file: there is only this one (2.5)."""

    file = DocumentField(
        purpose="mentoring-recording",
        label=_("Recording"),
        help_text=_("A large file travels in pieces: you can go on after a break."),
    )
    purpose = forms.BooleanField(
        label=_("This recording is for the school's internal quality only"),
        help_text=_(
            "Quality staff alone can watch it; each viewing is written down and shown to the student."
        ),
        error_messages={"required": _("Say what the recording is for.")},
    )


class FilmingForm(forms.Form):
    agreed = forms.ChoiceField(
        label=_("May your mentoring sessions be filmed?"),
        choices=[("yes", _("Yes, for internal quality only")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
