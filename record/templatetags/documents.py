"""How a private file is told of: its kind in a word, and why it went."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from record.documents.names import kinds_in_words

register = template.Library()


@register.filter
def file_kind(content_type: str) -> str:
    """PDF, MP4: what people call a type."""
    return kinds_in_words([content_type])


@register.filter
def in_words(text: str) -> str:
    """A stored translatable text, in the reader's language."""
    return _(text) if text else ""
