"""Webhook addresses of funders and what was sent to them, for administrators."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import PersonRequest, opened_to
from accounts.permissions import is_administrator
from record.models import WebhookDelivery, WebhookEndpoint
from record.webhooks.services import retry_delivery
from rulebook.errors import RuleError
from students.forms import add_refusal
from students.models import Funder
from students.services.webhooks import PREFIX, close_funder_webhook, funder_of, open_funder_webhook
from students.words import refusal

administrators_only = opened_to(is_administrator)
SHOWN = 50


class EndpointForm(forms.Form):
    funder = forms.ModelChoiceField(
        label=gettext_lazy("Funder or employer"), queryset=Funder.objects.filter(active=True)
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("https, on the public internet. It takes the place of the one before."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def webhooks(request: PersonRequest) -> HttpResponse:
    """The addresses, the deliveries that did not arrive, and a form for another address; its secret is shown once."""
    form = EndpointForm(request.POST if request.method == "POST" else None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _row, secret = open_funder_webhook(**form.cleaned_data, by=request.user, now=request.now)
        except RuleError as error:
            add_refusal(form, error)
        else:
            form = EndpointForm()
    names = {row.pk: row.name for row in Funder.objects.all()}
    endpoints = list(WebhookEndpoint.objects.filter(owner__startswith=PREFIX, revoked_at__isnull=True))
    failed = WebhookDelivery.objects.filter(state=WebhookDelivery.State.FAILED).select_related("endpoint")
    context = {
        "now": request.now,
        "form": form,
        "secret": secret,
        "endpoints": [(row, names.get(funder_of(row) or 0, row.owner)) for row in endpoints],
        "failed": failed[:SHOWN],
        "waiting": WebhookDelivery.objects.filter(state=WebhookDelivery.State.PENDING).count(),
    }
    return render(request, "students/webhooks.html", context, status=422 if form.errors else 200)


@require_POST
@administrators_only
def webhook_close(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(WebhookEndpoint, pk=pk, owner__startswith=PREFIX, revoked_at__isnull=True)
    close_funder_webhook(endpoint_id=row.pk, by=request.user, now=request.now)
    messages.success(request, _("The address is closed. What waited for it is listed as not sent."))
    return redirect("staff-webhooks")


@require_POST
@administrators_only
def delivery_retry(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(WebhookDelivery, pk=pk, state=WebhookDelivery.State.FAILED)
    try:
        retry_delivery(delivery_id=row.pk, by=request.user, now=request.now)
    except RuleError as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("It is sent again at the next tick."))
    return redirect("staff-webhooks")
