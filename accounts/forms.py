"""What people type when they sign in, and of their own account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.mail import send_unknown_address
from accounts.models import User
from accounts.selectors import person_by_address


def _without_placeholders(form: forms.Form) -> None:
    # A label that vanishes while one types is no label.
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(AllauthLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)
        self.fields["login"].label = _("E-mail")
        self.fields["login"].widget.attrs.update(autocomplete="username webauthn", autofocus=True)
        self.fields["remember"].label = _("Keep me signed in on this device for two weeks")


class ResetPasswordForm(AllauthResetPasswordForm):
    """Asks for a link to set a new password; the answer is the same whoever asks (abuse 23).

    An e-mail goes out either way, so that neither its absence nor the time that it takes tells anything.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)
        self.fields["email"].label = _("E-mail")

    def clean_email(self) -> str:
        address = str(self.cleaned_data["email"]).lower()
        person = person_by_address(address)
        self.users = [person] if person is not None and person.is_active else []
        return address

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        address = str(self.cleaned_data["email"])
        if self.users:
            request_password_reset(request, address, self.users, default_token_generator)
        else:
            send_unknown_address(address)
        return address


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey by default: it is a whole sign-in by itself, and a second factor too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("So that you can tell your keys apart: “Phone”, “Blue key”.")
        if "passwordless" in self.fields:
            self.fields["passwordless"].initial = True
            self.fields["passwordless"].label = _("Let this key sign me in without a password")
            self.fields["passwordless"].help_text = _("It will ask for your fingerprint, face or PIN.")

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except ValueError:  # not what a browser sends: base64 that is none
            raise forms.ValidationError(_("That is no key.")) from None


def zone_choices() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone] + [
        ("UTC", "UTC")
    ]


class ProfileForm(forms.ModelForm):
    """What a person may change of themselves. Their name is the school's to change: it stands in certificates, letters
    and what funders read.
    """

    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zone_choices, help_text=_("All times are shown in it.")
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: settings.LANGUAGES, help_text=_("Of pages and of e-mails.")
    )

    class Meta:
        model = User
        fields = ("time_zone", "language", "theme")
        widgets = {"theme": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class AddressForm(forms.Form):
    """Asks for another e-mail address; it takes effect once a link sent there was opened."""

    email = forms.EmailField(
        label=_("New e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What it is for, like “Timetable import”.")
    )
    days = forms.TypedChoiceField(
        label=_("Good for"),
        coerce=int,
        initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("One year"))],
    )

    @property
    def lifetime(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])
