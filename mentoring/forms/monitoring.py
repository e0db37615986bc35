"""What mentors write about a session or a month."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from mentoring.models import Conduct, MonitoringReport, Progress, ReportKind

LONGEST = 4000  # characters


class _Words(forms.CharField):
    def __init__(self, *, rows: int = 4, **kwargs: object) -> None:
        kwargs.setdefault("max_length", LONGEST)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)  # type: ignore[arg-type]  # handed through


class ReportForm(forms.Form):
    """One page: what was done, what is next, how the student gets on, was there, and behaved."""

    done = _Words(label=_("What was done"))
    next_steps = _Words(
        label=_("What is next"), help_text=_("What the student works on until you meet again.")
    )
    progress = forms.ChoiceField(label=_("Progress"), choices=Progress.choices, widget=forms.RadioSelect)
    attendance = _Words(label=_("Attendance"), rows=2)
    conduct = forms.ChoiceField(
        label=_("Conduct in the session"),
        choices=Conduct.choices,
        widget=forms.RadioSelect,
        help_text=_("Punctual and polite, in a quiet and suitable place, camera on (2.5)."),
    )
    conduct_note = _Words(
        label=_("About the conduct"),
        rows=2,
        required=False,
        help_text=_("Needed where something is to improve."),
    )

    def __init__(self, *args: object, report: MonitoringReport, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through as they came
        if report.kind == ReportKind.MONTHLY:
            del self.fields["conduct"], self.fields["conduct_note"]


class AdditionForm(forms.Form):
    """What is added to a report."""

    text = _Words(label=_("Add to this report"), help_text=_("The student is told. What stands above stays."))


class MarkForm(forms.Form):
    """Why the Board should look."""

    reasons = _Words(label=_("Why should the Board look at it?"))
