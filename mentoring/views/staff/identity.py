"""Is somebody who began a training a person who may begin none (B9)? Both side by side, and the decision."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, opened_to
from mentoring.forms.identity import ANSWERS, SettleForm
from mentoring.services.standing import settle_identity
from record.words import Sentence
from students.models import FlagState, IdentityFlag
from students.permissions import may_settle_identity
from students.selectors.standing import flags_for

from .acts import Act, Rows, perform


@require_http_methods(["GET", "HEAD", "POST"])
@opened_to(may_settle_identity)
def identity(request: PersonRequest, pk: int) -> HttpResponse:
    """Whoever sees the whole school decides, of anybody but themselves."""
    row = get_object_or_404(flags_for(request.user), pk=pk)
    if row.student.user_id == request.user.pk:
        raise Http404
    trail = [{"label": _("To decide"), "url": reverse("staff-home")}]
    context = {"flag": row, "matched": row.matched.split(), "form": None}
    if row.state != FlagState.OPEN:
        gone = request.method == "POST"
        return render(
            request,
            "mentoring/staff/identity.html",
            {**context, "now": request.now, "trail": trail, "gone": gone},
            status=409 if gone else 200,
        )

    def settle(form: SettleForm) -> IdentityFlag:
        return settle_identity(
            flag_id=row.pk,
            same=form.cleaned_data["outcome"] == FlagState.SAME,
            reasons=form.cleaned_data["reasons"],
            by=request.user,
            now=request.now,
        )

    def follows(form: SettleForm) -> Rows:
        same = form.cleaned_data["outcome"] == FlagState.SAME
        until = date_format(row.ban.until, "DATE_FORMAT")
        ends = _("It ends at once. No other begins until %(until)s, that day included.") % {"until": until}
        return [
            (_("Your decision"), dict(ANSWERS)[form.cleaned_data["outcome"]]),
            (_("Their training"), ends if same else _("It goes on. Nobody is asked again about these two.")),
            (_("Your reasons"), form.cleaned_data["reasons"]),
        ]

    return perform(
        request,
        Act(
            title=_("One person, or two?"),
            lead=Sentence(
                _("%(student)s has begun a training and looks like somebody who may begin none."),
                {"student": str(row.student)},
            ),
            form=SettleForm,
            follows=follows,
            do=settle,
            done=lambda made: _("Decided: %(outcome)s.") % {"outcome": made.get_state_display()},
            back=reverse("staff-identity", args=[row.pk]),
            submit=_("Decide"),
            undo=_("This is decided once."),
            tone="bad",
            trail=trail,
            template="mentoring/staff/identity.html",
            extra=context,
        ),
    )
