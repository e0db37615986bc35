"""The form of a postal address."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    """Where registered letters go. Consent to electronic ones is the person's own word only."""

    line_1 = forms.CharField(label=_("Street and number"), max_length=38)
    line_2 = forms.CharField(label=_("Building, flat"), max_length=38, required=False)
    line_3 = forms.CharField(label=_("Locality, box"), max_length=38, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=12)
    city = forms.CharField(label=_("City"), max_length=32)
    country = forms.CharField(
        label=_("Country"), max_length=2, initial="FR", help_text=_("Two letters, FR for France.")
    )
    consents = forms.BooleanField(
        label=_("I agree to receive registered letters electronically, by e-mail."),
        required=False,
        help_text=_("You can take this back. Without it, letters come on paper."),
    )

    def __init__(self, *args: object, own: bool = True, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # handed on as they came
        if not own:
            del self.fields["consents"]
