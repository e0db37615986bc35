"""What people enter about letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from record.documents.forms import DocumentField

from .carriers import all_carriers
from .proofs import PROOF


def _instant(label: Any, help_text: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DepositForm(forms.Form):
    """The letter was posted."""

    tracking_number = forms.CharField(
        label=_("Tracking number"), max_length=60, help_text=_("As it stands on the post's receipt.")
    )
    happened_at = _instant(_("When was it posted?"), _("In your own time zone."))


class ReceiptForm(forms.Form):
    """What came back, or what was signed."""

    kind = forms.ChoiceField(
        label=_("What happened to the letter?"),
        choices=(
            ("delivered", _("It was delivered, or given by hand, against a signature")),
            ("refused", _("The addressee refused it")),
            ("presented", _("It was presented for the first time; nobody was there")),
            ("unclaimed", _("It came back: nobody claimed it")),
        ),
        widget=forms.RadioSelect,
    )
    happened_at = _instant(_("When?"), _("As the receipt says, in your own time zone."))
    file = DocumentField(
        purpose=PROOF,
        label=_("The receipt, scanned"),
        required=False,
        help_text=_("Needed for everything but a first presentation."),
    )


def _carriers() -> list[tuple[str, Any]]:
    return [(name, carrier.label) for name, carrier in sorted(all_carriers().items())]


class SettleForm(forms.Form):
    """What a person found out about a letter that nobody was certain of."""

    was_sent = forms.TypedChoiceField(
        label=_("Does the carrier have the letter?"),
        choices=(("yes", _("Yes, it has it")), ("no", _("No: it is to be handed over again"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    provider_id = forms.CharField(
        label=_("The carrier's id of it"), max_length=100, required=False, help_text=_("Where it has it.")
    )
    carrier = forms.ChoiceField(
        label=_("Who carries it now"), choices=_carriers, required=False, help_text=_("Where it has it not.")
    )
    reasons = _words(_("How did you find out?"), _("It stays in the record."))


class ReasonsForm(forms.Form):
    """A few words, and nothing else."""

    reasons = _words(_("Your reasons"), _("They stay in the record."))
