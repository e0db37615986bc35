"""Tags and filters of e-mails: why a verdict is what it is, and addresses that work outside the portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from policy_portal.display import states, times
from rulebook.words import Reader, explain_facts

register = template.Library()


@register.simple_tag
def why(outcome: str, ground: str, facts: Mapping[str, Any] | str, reader: str = "student") -> str:
    """One sentence on what was decided and why (rulebook/words.py), to the student or to others."""
    known = facts if isinstance(facts, Mapping) else {}
    plain = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in known.items()
    }
    text, params = explain_facts(outcome, ground, plain, Reader(reader))
    return _(text) % params if params else _(text)


@register.simple_tag
def state_word(outcome: str, ground: str = "") -> str:
    """Unauthorised absence (no-show)."""
    word = str(states.look(outcome).word)
    if not ground:
        return word
    return _("%(state)s (%(ground)s)") % {
        "state": word,
        "ground": str(states.look(ground, "ground").word).lower(),
    }


@register.filter
def absolute(path: str) -> str:
    """A page's address as it works from a mail program; the portal's own door where there is none."""
    return f"{settings.SITE_URL}{path or '/'}"


@register.filter
def weekday_name(number: int | str) -> str:
    """Monday for 1, as ISO counts the days of a week."""
    return str(WEEKDAYS[int(number) - 1])


@register.filter
def show_text(value: Any) -> Any:
    """A fact in plain text: instants with weekday and zone."""
    return times.when(value) if isinstance(value, datetime) else value
