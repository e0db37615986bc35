"""What is sent about projects and defences: files, words, decisions. No instant at which something happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from mentoring.models import Mentor
from mentoring.purposes import DEFENCE_RECORDING, DELIVERABLE
from record.documents.forms import DocumentField
from rulebook.dates import local_instant
from rulebook.defences import Assessment
from students.models import ReviewDecision, Skill

from .student import LONGEST

FILES = ("file", "file_2", "file_3")


def _words(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST, widget=widget, **more)


class DeliverableForm(forms.Form):
    """A version: one file, or up to three, and a note."""

    file = DocumentField(
        purpose=DELIVERABLE,
        label=_("File"),
        error_messages={"required": _("Choose the file that you hand in.")},
    )
    file_2 = DocumentField(purpose=DELIVERABLE, label=_("Another file"), required=False)
    file_3 = DocumentField(purpose=DELIVERABLE, label=_("And another"), required=False)
    note = _words(_("Note to your mentor"), 3, required=False)

    @property
    def uploads(self) -> list[Any]:
        return [self.cleaned_data[name] for name in FILES if self.cleaned_data.get(name)]


class RemarkForm(forms.Form):
    """A comment that both sides read."""

    text = _words(_("Comment"), 3, error_messages={"required": _("Write something first.")})


class DecisionForm(forms.Form):
    """The mentor's decision on a version."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Your decision"),
        widget=forms.RadioSelect,
        choices=[
            (ReviewDecision.APPROVE, _("Approve the project")),
            (ReviewDecision.REWORK, _("Give it back to be reworked")),
        ],
        error_messages={"required": _("Choose one of the two.")},
    )
    comment = _words(
        _("Why?"),
        5,
        help_text=_("The student reads this; with an approval, the jury reads it later."),
        error_messages={"required": _("Say why: the student reads it, and the jury later.")},
    )


class DueForm(forms.Form):
    """The last day for a version; empty: none."""

    due_on = forms.DateField(
        label=_("Hand in by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Inclusive, in the time zone of the training. Empty: no last day."),
    )


class ProposeForm(forms.Form):
    """A time for a defence that the mentor or the school proposes, in the reader's zone."""

    assessor = forms.ModelChoiceField(label=_("Assessor"), queryset=Mentor.objects.none())
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(
        label=_("From"), widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, initial=60)

    def __init__(self, *args: Any, assessors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assessor"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = assessors

    @property
    def starts_at(self) -> datetime:
        zone = timezone.get_current_timezone_name()
        return local_instant(self.cleaned_data["day"], self.cleaned_data["starts"], zone)

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.cleaned_data["minutes"])


class CalledOffForm(forms.Form):
    """Why a defence is called off; the other side reads it."""

    reason = _words(
        _("Why do you cancel it?"), 3, error_messages={"required": _("Say why: the other side is told.")}
    )


class RecordingForm(forms.Form):
    """The recording of a defence."""

    recording = DocumentField(
        purpose=DEFENCE_RECORDING,
        label=_("Recording"),
        error_messages={"required": _("Choose the recording.")},
    )


class OutcomeForm(forms.Form):
    """The assessor's word on each skill that is still to be approved, and on the whole."""

    def __init__(self, *args: Any, skills: Iterable[Skill], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.skills = list(skills)
        for skill in self.skills:
            self.fields[f"skill_{skill.pk}"] = forms.ChoiceField(
                label=f"{skill.code}: {skill.title}",
                widget=forms.RadioSelect,
                choices=[("yes", _("Approved")), ("no", _("Not approved"))],
                error_messages={"required": _("Say whether this skill is approved.")},
            )
            self.fields[f"why_{skill.pk}"] = _words(
                _now("Your word on %(skill)s") % {"skill": skill.code},
                2,
                error_messages={"required": _("Say why, in a sentence.")},
            )
        self.fields["comment"] = _words(
            _("The defence as a whole"),
            4,
            error_messages={"required": _("Say in a few words how it went: the jury reads it.")},
        )

    @property
    def assessed(self) -> dict[int, Assessment]:
        return {
            skill.pk: Assessment(
                self.cleaned_data[f"skill_{skill.pk}"] == "yes", self.cleaned_data[f"why_{skill.pk}"]
            )
            for skill in self.skills
        }
