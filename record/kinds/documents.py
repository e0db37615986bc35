"""Recordings and other files: kept, released, deleted."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "session_recording_kept": Words(
        gettext_noop("The recording of a session was kept"),
        gettext_noop(
            "The recording of the session of %(starts_at)s is kept for internal quality until %(kept_until_at)s."
        ),
        icon="video",
    ),
    "recordings_released": Words(
        gettext_noop("The jury needs the recordings no more"),
        gettext_noop("The jury has decided: the recordings of the defences go when the training is over."),
        icon="video-off",
    ),
    "recordings_held": Words(
        gettext_noop("Recordings are held for legal proceedings"),
        gettext_noop("The recordings of your defences are kept until %(ends_on)s: %(grounds)s"),
        gettext_noop("The recordings of the defences are kept until %(ends_on)s: %(grounds)s"),
        icon="lock",
    ),
    "recordings_hold_released": Words(
        gettext_noop("A hold on recordings was released"),
        gettext_noop("Legal proceedings need the recordings of your defences no more."),
        gettext_noop("Legal proceedings need the recordings of the defences no more."),
        icon="lock-open",
    ),
    "document_deleted": Words(
        gettext_noop("A file was deleted"),
        gettext_noop("A file was deleted: %(why)s"),
        icon="file-x",
    ),
}
