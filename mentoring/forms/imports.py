"""What is uploaded: rosters and video-conference reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.models import DateOrder

MOST_REPORTS = 100  # files of one upload


def _check_size(file: UploadedFile, limit: int) -> None:
    if (file.size or 0) > limit:
        raise ValidationError(
            _("%(file)s is larger than %(limit)s.") % {"file": file.name, "limit": filesizeformat(limit)}
        )


class RosterForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("OneRoster archive (ZIP)"),
        help_text=gettext_lazy(
            "OneRoster 1.2 or 1.1, bulk or delta. You see what it would change before it does."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )

    many = forms.BooleanField(
        label=gettext_lazy("Many are meant to end or be closed"),
        help_text=gettext_lazy(
            "A bulk file that was cut short looks as if most people had left. It is refused, unless you say so."
        ),
        required=False,
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        _check_size(file, settings.ROSTER_MAX_FILE)
        return file


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """One file or several."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        if len(files) > MOST_REPORTS:
            raise ValidationError(_("Send %(limit)s files at most at once.") % {"limit": MOST_REPORTS})
        cleaned = [super(FilesField, self).clean(each, initial) for each in files] or [super().clean(None)]
        for file in cleaned:
            _check_size(file, settings.REPORT_MAX_FILE)
        return cleaned


def _zones() -> list[tuple[str, str]]:
    return [
        (name, name.replace("_", " "))
        for name in sorted(available_timezones())
        if "/" in name or name == "UTC"
    ]


class ReadingForm(forms.Form):
    """How the times of a report are meant: the file does not say."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone of the report"),
        help_text=gettext_lazy(
            "A report does not name its zone: it is the one set in the Zoom or Teams account that made it."
        ),
        choices=_zones,
    )
    date_order = forms.ChoiceField(
        label=gettext_lazy("How its dates are written"),
        choices=DateOrder.choices,
        initial=DateOrder.AUTO,
        widget=forms.RadioSelect,
    )


class ReportsForm(ReadingForm):
    reports = FilesField(
        label=gettext_lazy("Participant reports (CSV)"),
        help_text=gettext_lazy("As downloaded from Zoom or Microsoft Teams; several at once if you like."),
        widget=_Files(attrs={"accept": ".csv,text/csv,text/plain", "multiple": True}),
    )
    field_order = ("reports", "time_zone", "date_order")
