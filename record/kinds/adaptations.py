"""Adaptations for a disability: asked for, accepted, refused, withdrawn (2.4)."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "adaptation_requested": Words(
        gettext_noop("An adaptation was asked for"),
        gettext_noop("You asked that your programme be adapted. Student Success alone reads your proof."),
        gettext_noop("The student asked that the programme be adapted."),
        icon="accessibility",
    ),
    "adaptation_refused": Words(
        gettext_noop("An adaptation was not accepted"),
        gettext_noop(
            "Student Success did not accept your request for an adaptation; its reasons are in its message."
        ),
        gettext_noop("A request for an adaptation was not accepted."),
        icon="accessibility",
    ),
    "adaptation_withdrawn": Words(
        gettext_noop("A request for an adaptation was taken back"),
        gettext_noop("You took back your request for an adaptation."),
        gettext_noop("The student took back a request for an adaptation."),
        icon="accessibility",
    ),
    "accommodation_accepted": Words(
        gettext_noop("The programme was adapted"),
        gettext_noop("An adaptation of your programme holds from %(valid_from)s."),
        gettext_noop("An adaptation of the programme holds from %(valid_from)s."),
        icon="accessibility",
    ),
    "accommodation_withdrawn": Words(
        gettext_noop("An adaptation ended"),
        gettext_noop("The adaptation of your programme that held from %(valid_from)s has ended."),
        gettext_noop("The adaptation of the programme that held from %(valid_from)s has ended."),
        icon="accessibility",
    ),
}
