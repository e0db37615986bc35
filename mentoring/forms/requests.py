"""What is sent about leaves, changes of Path, the end of a training and adaptations. No form takes an instant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from record.documents.forms import DocumentField
from students.models import Consultation, Funder, Path
from students.purposes import APPROVAL, PROOF

from .staff import AccommodationForm, _day, _words


class LeaveForm(forms.Form):
    """The days of a leave, both inclusive."""

    starts_on = _day(label=_("First day of the leave"))
    ends_on = _day(
        label=_("Last day of the leave"),
        help_text=_("It belongs to the leave: you are back on the day after."),
    )
    reason = _words(
        _("Why?"), _("Whoever decides reads this. You need not say anything private."), required=False
    )


class BackForm(forms.Form):
    """The first day back in training."""

    back_on = _day(label=_("First day back in training"))


class DecisionForm(forms.Form):
    """A word with a decision."""

    decision = _words(
        _("A word to the student"), _("It stands in the e-mail and in the record."), required=False
    )


class RefusalForm(forms.Form):
    """Why not."""

    decision = _words(_("Your reasons"), _("The student reads them, word for word. They stay in the record."))


class EndOwnForm(forms.Form):
    """The last day in training, and why."""

    ends_on = _day(label=_("Your last day in training"))
    reason = _words(
        _("Why?"), _("Your mentor and Student Success read this. You need not say why."), required=False
    )


class ConsultationForm(forms.Form):
    """The mentor's word on another Path."""

    to_path = forms.ModelChoiceField(
        label=_("Path that the student wishes for"), queryset=Path.objects.none()
    )
    advice = _words(_("What you advised"), _("The student and the school read it."))

    def __init__(self, *args: Any, paths: QuerySet[Path], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to_path"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = paths


class ChangeForm(forms.Form):
    """Which Path, by the mentor's advice on it, and why."""

    consultation = forms.ModelChoiceField(
        label=_("Path that you discussed with your mentor"),
        queryset=Consultation.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    reason = _words(
        _("Why do you wish to change?"), _("The school reads this, and so do your funders if they ask.")
    )

    def __init__(self, *args: Any, consultations: QuerySet[Consultation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["consultation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = consultations
        field.label_from_instance = lambda row: row.to_path.title  # type: ignore[method-assign,assignment]  # how Django has it


class ScheduleForm(forms.Form):
    """On which day a change takes effect, and when the training ends then."""

    takes_effect_on = _day(label=_("Takes effect on"))
    ends_on = _day(label=_("The training's last day then"))
    decision = _words(_("A word to the student"), required=False)


class ApprovalForm(forms.Form):
    """A funder's official written approval."""

    document = DocumentField(
        purpose=APPROVAL,
        label=_("The funder's written approval"),
        help_text=_("PDF, or a photograph (JPEG, PNG) that can be read. Seen by you and the school's staff."),
    )


class SendBackForm(forms.Form):
    """Why a document is not the funder's approval."""

    reasons = _words(_("What is wrong with it?"), _("The student reads it."))


class FundingForm(forms.Form):
    """Who pays for a training, and from when to when."""

    funder = forms.ModelChoiceField(label=_("Funder or employer"), queryset=Funder.objects.none())
    reference = forms.CharField(label=_("Their reference"), max_length=100, required=False)
    starts_on = _day(label=_("First day"))
    ends_on = _day(label=_("Last day"), required=False, help_text=_("Empty: until the training's end."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["funder"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Funder.objects.filter(active=True).order_by("name")


class LastDayForm(forms.Form):
    """The last day of something."""

    ends_on = _day(label=_("Last day"))


class AdaptationForm(forms.Form):
    """What would help, and the proof."""

    audio = forms.BooleanField(label=_("I ask for audio conferences instead of video"), required=False)
    wishes = _words(
        _("What else would help you?"),
        _("For instance more time to give notice or to book another session. You need not name a diagnosis."),
        required=False,
    )
    proof = DocumentField(
        purpose=PROOF,
        label=_("Proof"),
        help_text=_(
            "PDF, or a photograph (JPEG, PNG). Student Success alone reads it: not your mentor, no jury."
        ),
    )


class AcceptAdaptationForm(AccommodationForm):
    """The measure that comes of a request."""
