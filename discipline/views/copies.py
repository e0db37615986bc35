"""A copy of a decision that could not be sent, sent again by the way that is chosen."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, staff_only
from discipline.models import CopyChannel
from discipline.permissions.copies import may_send_copies
from discipline.selectors.copies import copies_for
from discipline.services.copies import send_copy_again
from mentoring.views.staff.acts import Act, perform


class ChannelForm(forms.Form):
    channel = forms.ChoiceField(
        label=gettext_lazy("How is it sent?"), choices=CopyChannel.choices, widget=forms.RadioSelect
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def copy_again(request: PersonRequest, pk: int) -> HttpResponse:
    rows = copies_for(request.user).select_related("funder", "decision__case__student__user")
    row = get_object_or_404(rows, pk=pk)
    if not may_send_copies(request.user):
        raise Http404
    back = reverse("case", args=[row.decision.case_id])
    return perform(
        request,
        Act(
            title=_("Send the copy again"),
            lead=f"{row.decision.case.student} · {row.funder}",
            form=ChannelForm,
            initial={"channel": row.channel},
            about=[(_("State"), row.get_state_display()), (_("Last error"), _(row.last_error))]
            if row.last_error
            else [(_("State"), row.get_state_display())],
            follows=lambda form: [
                (_("To"), str(row.funder)),
                (_("What is sent"), _("The decision, and nothing more.")),
                (_("How"), str(CopyChannel(form.cleaned_data["channel"]).label)),
            ],
            do=lambda form: send_copy_again(
                copy_id=row.pk, channel=form.cleaned_data["channel"], by=request.user, now=request.now
            ),
            done=lambda made: (
                _("The copy is on its way.")
                if made.state == "pending"
                else _("It could not be sent: %(why)s") % {"why": _(made.last_error)}
            ),
            back=back,
            submit=_("Send it"),
            trail=[{"label": _("The case"), "url": back}],
        ),
    )
