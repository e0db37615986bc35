"""What a student agrees to and shows: rules accepted, filming, equipment."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "terms_accepted": Words(
        gettext_noop("The rules were accepted"),
        gettext_noop(
            "You accepted policy %(policy)s with the content licence %(licence)s, and code of conduct %(conduct)s."
        ),
        gettext_noop(
            "The student accepted policy %(policy)s with the content licence %(licence)s, and code of conduct "
            "%(conduct)s."
        ),
        icon="file-check",
    ),
    "filming_agreed": Words(
        gettext_noop("Filming of mentoring sessions was agreed to"),
        gettext_noop("You agreed that mentoring sessions may be filmed, for internal quality only."),
        gettext_noop("The student agreed that mentoring sessions may be filmed, for internal quality only."),
        icon="video",
    ),
    "filming_refused": Words(
        gettext_noop("Filming of mentoring sessions was not agreed to"),
        gettext_noop("You said that mentoring sessions may not be filmed."),
        gettext_noop("The student said that mentoring sessions may not be filmed."),
        icon="video-off",
    ),
    "equipment_checked": Words(
        gettext_noop("The equipment was checked"),
        gettext_noop(
            "You checked your equipment: connection %(connection)s, webcam %(camera)s, microphone %(microphone)s."
        ),
        gettext_noop(
            "Equipment was checked: connection %(connection)s, webcam %(camera)s, microphone %(microphone)s."
        ),
        icon="webcam",
    ),
}
