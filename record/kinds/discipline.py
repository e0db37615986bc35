"""Cases before the Disciplinary Board (4)."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "case_opened": Words(
        gettext_noop("A case before the Disciplinary Board was opened"),
        gettext_noop("Three unauthorised absences in a row opened a case before the Disciplinary Board."),
        icon="gavel",
        grave=True,
    ),
    "case_withdrawn": Words(
        gettext_noop("The case was withdrawn"),
        gettext_noop("The case was withdrawn because the three absences in a row no longer stand."),
        icon="undo-2",
    ),
}
