"""What pages and API say in words where a rule refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from rulebook.errors import RuleError


def _in_words(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


_later: Any = lazy(_in_words, str)


def day_in_words(day: date) -> str:
    """A day as the reader's language writes it, whenever that is asked: refusals carry it."""
    words: str = _later(day)
    return words


def refusal(error: RuleError) -> str:
    """What a rule answered, in the reader's language, with its clause."""
    text = _(error.message) % error.params if error.params else _(error.message)
    if error.clause in text:
        return text
    return _("%(sentence)s (clause %(clause)s)") % {"sentence": text, "clause": error.clause}
