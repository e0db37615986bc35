"""Facts as people read them, whatever their type."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from .times import day, duration, when


def shown(value: Any) -> Any:
    """For a page: instants with weekday and zone, spans, yes and no, an en dash for none."""
    match value:
        case None | "":
            return "–"
        case bool():
            return _("Yes") if value else _("No")
        case datetime():
            return format_html('<time datetime="{}">{}</time>', value.isoformat(), when(value))
        case date():
            return day(value)
        case timedelta():
            return duration(value)
    return value


def spelt(value: Any) -> str:
    """Within a sentence."""
    if isinstance(value, datetime):
        return when(value)
    return day(value) if isinstance(value, date) else str(value)
