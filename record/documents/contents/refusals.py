"""How the checks of a content say no."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from rulebook.errors import RuleError

CLAUSE = "2.1"


class Refused(RuleError):
    """A file that is not taken, with the reason for whoever sent it."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__("file", CLAUSE, message, params)


EMPTY = gettext_noop("This file is empty.")
TOO_LARGE = gettext_noop("This file has %(size)s; at most %(limit)s are taken here.")
OTHER_TYPE = gettext_noop("This is %(found)s. Here are taken: %(allowed)s.")
UNKNOWN_TYPE = gettext_noop("What kind of file this is cannot be told. Here are taken: %(allowed)s.")
DAMAGED = gettext_noop("This %(kind)s file is damaged: open it, save it again and send that.")
TWO_FILES = gettext_noop(
    "This %(kind)s file has something else inside or behind it: save it again and send that."
)
MARKUP = gettext_noop("This %(kind)s file has parts of a web page or a script in it.")
ACTIVE = gettext_noop(
    "This %(kind)s file has scripts, macros or actions in it. Print it to a PDF and send that."
)
ATTACHED = gettext_noop("This PDF file has other files inside. Send them one by one.")
LOCKED = gettext_noop("This %(kind)s file is protected by a password, so that it cannot be looked at.")
UNUSUAL = gettext_noop(
    "This %(kind)s file is packed in a way that cannot be looked into: print it to a new PDF and send that."
)
TOO_MUCH = gettext_noop("This %(kind)s file unpacks to far more than its size: it is not taken.")
TOO_MANY_PIXELS = gettext_noop("This picture has more than %(limit)s million pixels.")
NAMES = gettext_noop("A name inside this archive leads out of it or cannot be written everywhere: %(name)s")
LINK = gettext_noop("This archive has a link or a device in it: %(name)s")
NESTED = gettext_noop("This archive has another archive in it: %(name)s. Unpack it first.")
PACKING = gettext_noop("This archive is packed in an unusual way: pack it again as an ordinary ZIP file.")
TOO_MANY_FILES = gettext_noop("This archive has more than %(limit)s files in it.")
OLD_ENCODING = gettext_noop("This text is not written in UTF-8, or has control characters in it.")
LOOKS_LIKE_MARKUP = gettext_noop(
    "This is a web page or XML and not plain text. Send it as PDF, or in an archive."
)
INFECTED = gettext_noop("The virus scanner objects to this file: %(finding)s")
SCANNER_AWAY = gettext_noop(
    "Files cannot be looked at for viruses right now, so none is taken. Try again later."
)
