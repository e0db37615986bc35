"""The account pages: what a person may change of themselves, and what lets them in.

Signing in, passwords and second factors are allauth's views, in our templates (urls.py).
"""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import mail, services
from accounts.clients import keep_theme
from accounts.doors import PersonRequest, signed_in
from accounts.factors import factors_of, needs_factor, passed_factor
from accounts.forms import AddressForm, ProfileForm, TokenForm
from accounts.models import Role, User
from accounts.selectors import person_by_address, sessions_for, tokens_for
from rulebook.errors import RuleError

ADDRESS_SALT = "accounts.address"
ADDRESS_AGE = 24 * 3600  # seconds a link that confirms an address is good for


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    person = request.user
    # A copy, so that a refused form does not show its values in the shell.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=person.pk))
    if request.method == "POST" and form.is_valid():
        person = form.save()
        messages.success(request, _("Your details are saved."))
        response: HttpResponse = redirect("account_profile")
        keep_theme(response, person.theme)
        return response
    context = {
        "form": form,
        "roles": [role.label for role in Role if role in person.roles],
        "factors": factors_of(person),
        "needs_factor": needs_factor(person),
    }
    return render(request, "account/profile.html", context, status=422 if form.errors else 200)


# --- The e-mail address


@signed_in
@reauthentication_required(app="accounts", allow_get=True)
@require_http_methods(["GET", "POST"])
def address(request: PersonRequest) -> HttpResponse:
    """Ask for another address. The page says the same whether or not somebody has it (abuse 23)."""
    person = request.user
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["email"]
        if wanted != person.email:
            _ask_new_address(person, wanted)
        messages.info(
            request, _("We have written to %(address)s. Open the link in that e-mail.") % {"address": wanted}
        )
        return redirect("account_email")
    return render(request, "account/address.html", {"form": form}, status=422 if form.errors else 200)


def _ask_new_address(person: User, wanted: str) -> None:
    if person_by_address(wanted) is not None:
        mail.send_address_taken(person, wanted)
        return
    # The present address is part of the link: once it changed, older links are void.
    link = signing.dumps({"id": person.pk, "from": person.email, "to": wanted}, salt=ADDRESS_SALT)
    mail.send_address_confirmation(person, wanted, reverse("account_confirm_email", args=[link]))


@signed_in
@require_http_methods(["GET", "POST"])
def confirm_address(request: PersonRequest, link: str) -> HttpResponse:
    """The page behind the link; its button makes the change, so that a mail scanner cannot."""
    person = request.user
    try:
        claim = signing.loads(link, salt=ADDRESS_SALT, max_age=ADDRESS_AGE)
    except signing.BadSignature:
        claim = {}
    if claim.get("id") != person.pk or claim.get("from") != person.email:
        return render(request, "account/address_confirm.html", {"stale": True}, status=410)
    if request.method == "GET":
        return render(request, "account/address_confirm.html", {"wanted": claim["to"]})
    former = person.email
    try:
        services.edit_person(person=person, email=claim["to"], by=person, now=request.now)
    except RuleError:
        return render(request, "account/address_confirm.html", {"stale": True}, status=410)
    EmailAddress.objects.filter(user=person).delete()  # allauth's copy, if it ever made one
    mail.send_address_changed(person, former)
    messages.success(request, _("You now sign in with %(address)s.") % {"address": person.email})
    return redirect("account_profile")


# --- Sessions


@signed_in
@require_safe
def sessions(request: PersonRequest) -> HttpResponse:
    rows = list(sessions_for(request.user, request.now))
    return render(
        request, "account/sessions.html", {"sessions": rows, "current_key": request.session.session_key}
    )


@signed_in
@require_POST
def end_session(request: PersonRequest) -> HttpResponse:
    """Sign one other browser out. It is named by the tail of its key's digest, which is no key."""
    person = request.user
    wanted = request.POST.get("session", "")
    for row in sessions_for(person, request.now):
        if row.handle == wanted and row.session_key != request.session.session_key:
            services.end_session(person=person, session_key=row.session_key)
            messages.success(request, _("That device is signed out."))
            return redirect("account_sessions")
    raise Http404


@signed_in
@require_POST
def end_all_sessions(request: PersonRequest) -> HttpResponse:
    """Sign out everywhere: every browser, this one too, and every API token."""
    ended = services.end_access(person=request.user)
    logout(request)
    messages.success(
        request,
        _("You are signed out everywhere. API tokens revoked: %(count)s.") % {"count": ended.tokens_revoked},
    )
    return redirect(settings.LOGIN_URL)


# --- API tokens


@signed_in
@require_safe
def tokens(request: PersonRequest) -> HttpResponse:
    return _token_page(request, TokenForm())


@signed_in
@reauthentication_required(app="accounts")
@require_POST
@sensitive_variables("text")
def create_token(request: PersonRequest) -> HttpResponse:
    """Make a token and show its text, this once: it is in no redirect, session or log."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _token_page(request, form, status=422)
    try:
        token, text = services.create_token(
            person=request.user,
            name=form.cleaned_data["name"],
            passed_mfa=passed_factor(request),
            lifetime=form.lifetime,
            now=request.now,
        )
    except RuleError as error:
        form.add_error("name", _(error.message) % error.params)
        return _token_page(request, form, status=403)
    return _token_page(request, TokenForm(), made=token, text=text, status=201)


@signed_in
@require_POST
def revoke_token(request: PersonRequest) -> HttpResponse:
    if not services.revoke_token(person=request.user, token_key=request.POST.get("token", "")):
        raise Http404
    messages.success(request, _("The token is revoked. Whatever used it is refused from now on."))
    return redirect("account_tokens")


def _token_page(
    request: PersonRequest, form: TokenForm, status: int = 200, **context: object
) -> HttpResponse:
    rows = list(tokens_for(request.user))
    response = render(
        request,
        "account/tokens.html",
        {"form": form, "tokens": rows, "now": request.now, **context},
        status=status,
    )
    response["Cache-Control"] = "no-store, private"
    return response
