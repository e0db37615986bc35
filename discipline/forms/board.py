"""What is typed about a Board: seats, companion, summons, minutes, votes, the decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _now_
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from discipline.models import BoardMember, ExcuseGround, SummonsChannel, VoteChoice
from record.documents.forms import DocumentField

LONGEST = 4000


def _words(label: Any, help_text: Any = "", rows: int = 4, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        **kwargs,
    )


def _moment(label: Any, **kwargs: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        **kwargs,
    )


class SeatForm(forms.Form):
    """Who takes a seat, of those who may."""

    user = forms.ChoiceField(label=_("Who"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(person.pk), person.full_name) for person in people]


class StepBackForm(forms.Form):
    recused = forms.TypedChoiceField(
        label=_("Why is the seat given up?"),
        choices=[
            ("yes", _("Biased: they reported it, or it touches them. They read nothing of it any more.")),
            ("no", _("They cannot be there. Somebody else takes the seat.")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = _words(_("Reason"), _("Kept with the seat, and told to nobody."), rows=3)


class CompanionForm(forms.Form):
    # Under the name by which the rule refuses.
    user = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("Somebody who follows the same training. They are asked, and may say no."),
    )


class ReasonForm(forms.Form):
    reason = _words(_("Reason"), _("Everybody who was invited reads it."), rows=3)


class SummonsForm(forms.Form):
    """A meeting and its summons; times in the reader's own zone. The rest of the summons follows from the case."""

    purpose = _words(_("Purpose of the meeting"), rows=3, required=False)
    grounds = _words(_("Grounds of the planned penalty"), rows=6, required=False)
    starts_at = _moment(_("From"))
    ends_at = _moment(_("Until"))
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    video_link = forms.URLField(label=_("Video link"), max_length=500, required=False, assume_scheme="https")
    channel = forms.ChoiceField(
        label=_("How the student gets it"), choices=SummonsChannel.choices, widget=forms.RadioSelect
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("starts_at", "ends_at"):
            at = given.get(name)
            if isinstance(at, datetime) and not 2000 <= at.year <= 2199:
                self.add_error(name, _now_("This year is out of reach."))
        return given


class ReceiptForm(forms.Form):
    file = DocumentField(purpose="summons-receipt", label=_("The signed receipt"))


class ExcuseForm(forms.Form):
    """Why somebody cannot come, with the official document (4.2)."""

    ground = forms.ChoiceField(
        label=_("What happened?"), choices=ExcuseGround.choices, widget=forms.RadioSelect
    )
    text = _words(_("Anything to add"), rows=3, required=False)
    document = DocumentField(
        purpose="adjournment-proof",
        label=_("The official document"),
        help_text=_(
            "Proof of hospitalisation, sick leave, obituary notice. Chair and Learning Manager read it."
        ),
    )


class OwnExcuseForm(ExcuseForm):
    """The same, entered by who may speak for either."""

    of_companion = forms.TypedChoiceField(
        label=_("Who cannot come?"),
        choices=[("student", _("The student")), ("companion", _("The companion"))],
        coerce=lambda value: value == "companion",
        widget=forms.RadioSelect,
    )


class ExcuseDecisionForm(forms.Form):
    accept = forms.TypedChoiceField(
        label=_("What do you decide?"),
        choices=[
            ("yes", _("Accepted: the meeting is adjourned, and another has its own summons")),
            ("no", _("Refused: the meeting takes place")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reasons = _words(
        _("Your reasons"), _("Needed where you refuse; the student reads them."), rows=3, required=False
    )


class MinutesForm(forms.Form):
    """What happened at a meeting."""

    present = forms.MultipleChoiceField(
        label=_("Members who were there"), required=False, widget=forms.CheckboxSelectMultiple
    )
    student_present = forms.BooleanField(label=_("The student was there"), required=False)
    companion_present = forms.BooleanField(label=_("The companion was there"), required=False)
    grounds_stated = _words(_("Grounds of the planned penalty, as stated"), rows=5, required=False)
    explanations = _words(
        _("The student's explanations"),
        _("In their words as far as you can. If they did not come: that, and what they had written."),
        rows=8,
        required=False,
    )

    def __init__(self, *args: Any, members: Sequence[BoardMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["present"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (str(each.pk), f"{each.user.full_name}, {each.get_role_display()}") for each in members
        ]


class VoteForm(forms.Form):
    choice = forms.ChoiceField(label=_("Your vote"), widget=forms.RadioSelect)
    reasons = _words(_("Your reasons"), _("The members of this Board read them."))

    def __init__(self, *args: Any, scale: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each, VoteChoice(each).label) for each in scale]


class AdviceForm(forms.Form):
    text = _words(_("What you advise"), _("It is recorded apart, and not counted."))


class DraftForm(forms.Form):
    """The decision in the words that the student receives."""

    kind = forms.ChoiceField(label=_("Penalty"), widget=forms.RadioSelect)
    reasons = _words(
        _("Reasons"), _("The student receives them word for word, and so do those who pay."), rows=10
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, scale: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each, VoteChoice(each).label) for each in scale]


class SignForm(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput)


class RemarksForm(forms.Form):
    remarks = _words(_("What should be different"), _("The chair reads it."))


class RepresentativeForm(forms.Form):
    email = forms.EmailField(
        label=_("Their e-mail address"), help_text=_("A student of this training who has accepted the role.")
    )
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until further notice."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ConfirmForm(forms.Form):
    """Nothing but the button."""
