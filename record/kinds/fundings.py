"""Funders: what they pay for, their approvals, and the programs that answer for them."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "funding_recorded": Words(
        gettext_noop("A funder was entered"),
        gettext_noop("%(funder)s pays for your training from %(starts_on)s."),
        gettext_noop("%(funder)s pays for the training from %(starts_on)s."),
        icon="landmark",
    ),
    "funding_ended": Words(
        gettext_noop("A funder's part ends"),
        gettext_noop("%(funder)s pays for your training until %(ends_on)s."),
        gettext_noop("%(funder)s pays for the training until %(ends_on)s."),
        icon="landmark",
    ),
    "funder_kept": Words(
        gettext_noop("What is kept of a funder was changed"),
        gettext_noop("What the school keeps of %(funder)s was entered or changed."),
        icon="landmark",
    ),
    "funder_client_made": Words(
        gettext_noop("An API client of a funder was made"),
        gettext_noop("An API client of %(funder)s was made: %(label)s."),
        icon="key-round",
    ),
    "funder_client_revoked": Words(
        gettext_noop("An API client of a funder was revoked"),
        gettext_noop("An API client of %(funder)s was revoked: %(label)s."),
        icon="key-round",
    ),
    "funder_approval_received": Words(
        gettext_noop("A funder's approval was sent"),
        gettext_noop("You sent the written approval of %(funder)s; Student Success looks at it."),
        gettext_noop("The student sent the written approval of %(funder)s; Student Success looks at it."),
        icon="file-input",
    ),
    "funder_approved": Words(
        gettext_noop("A funder's approval is on file"),
        gettext_noop("The written approval of %(funder)s is on file."),
        icon="file-check",
    ),
    "funder_approval_sent_back": Words(
        gettext_noop("A funder's approval was sent back"),
        gettext_noop("What you sent is not the written approval of %(funder)s: %(reasons)s"),
        gettext_noop("What the student sent is not the written approval of %(funder)s: %(reasons)s"),
        icon="undo-2",
    ),
    "funder_refused": Words(
        gettext_noop("A funder refused"),
        gettext_noop("%(funder)s does not approve: %(reasons)s"),
        icon="circle-x",
    ),
}
