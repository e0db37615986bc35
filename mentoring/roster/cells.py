"""How one cell of a roster is read. What comes out is plain JSON; a formula is a text like any other (abuse 64)."""

from __future__ import annotations

import csv
import datetime
import re
import unicodedata
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from .tables import Column

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")


class BadCell(ValueError):
    """A cell that cannot be read, with the reason."""


def read_cell(column: Column, text: str) -> Any:
    """The value of a cell that is not empty."""
    if len(text) > column.longest and column.form != "ids":
        raise BadCell(_("This is longer than %(limit)s characters.") % {"limit": column.longest})
    match column.form:
        case "date":
            return _date(text)
        case "flag":
            if text.lower() not in ("true", "false"):
                raise BadCell(_("This has to be true or false."))
            return text.lower() == "true"
        case "word":
            if text in column.words or (column.open_words and text.startswith("ext:") and len(text) > 4):
                return text
            raise BadCell(
                _("%(word)s is none of %(words)s.")
                % {"word": text[:50], "words": ", ".join(sorted(column.words))}
            )
        case "ids":
            return _ids(text)
        case "email":
            return _email(text)
        case "link":
            return _link(text)
        case "zone":
            if text not in _zones():
                raise BadCell(_("There is no time zone of this name."))
            return text
        case "weekday":
            return _weekday(text)
        case "time":
            if not TIME.fullmatch(text):
                raise BadCell(_("This is not a time like 17:30."))
            return text[:5]
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise BadCell(_("This holds characters that do not print."))
    return unicodedata.normalize("NFC", text)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _date(text: str) -> str:
    try:
        if not DAY.fullmatch(text):
            raise ValueError
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise BadCell(_("This is not a date like 2026-09-01.")) from None
    if not 1990 <= day.year <= 2200:
        raise BadCell(_("This year cannot be right."))
    return text


def _ids(text: str) -> list[str]:
    """Ids set apart by commas; one that holds a comma is quoted once more."""
    try:
        [row] = csv.reader([text], strict=True, skipinitialspace=True)
    except (csv.Error, ValueError):
        raise BadCell(_("The quotation marks of this list do not match.")) from None
    ids = sorted({part.strip() for part in row if part.strip()})
    if not ids or any(len(part) > 255 for part in ids):
        raise BadCell(_("This is not a list of ids set apart by commas."))
    return ids


def _email(text: str) -> str:
    address = text.lower()
    try:
        validate_email(address)
    except ValidationError:
        raise BadCell(_("This is not an e-mail address.")) from None
    return address


def _link(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = (
            parts.scheme == "https" and bool(parts.hostname) and not parts.username and parts.password is None
        )
    except ValueError:
        good = False
    if not good or any(sign.isspace() for sign in text):
        raise BadCell(_("This is not a link that begins with https://."))
    return text


def _weekday(text: str) -> int:
    """ISO weekday, 1 for Monday; its number, its English name or the first three letters of that."""
    word = text.lower()
    if word in "1234567" and len(word) == 1:
        return int(word)
    for number, name in enumerate(WEEKDAYS, start=1):
        if word in (name, name[:3]):
            return number
    raise BadCell(_("This is not a weekday: 1 for Monday to 7, or its English name."))
