"""How the checks of a content say no."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from rulebook.errors import RuleError

CLAUSE = "2.1"


class Refused(RuleError):
    """A file that is not taken, with the reason for whoever sent it."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__("file", CLAUSE, message, params)


BROKEN = gettext_noop("This file is damaged, or is not what it says: %(what)s")
