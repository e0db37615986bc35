"""The errors of forms as rows that lead to their fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.forms import BaseForm
from django.utils.translation import gettext as _


def rows(forms: Iterable[BaseForm]) -> list[dict[str, str]]:
    """One row an error: its text with the field's name, and where the field is."""
    found: list[dict[str, str]] = []
    for form in forms:
        if not form.is_bound:
            continue
        found += [{"href": "", "text": str(error)} for error in form.non_field_errors()]
        for bound in form:
            for error in bound.errors:
                text = _("%(field)s: %(error)s") % {"field": bound.label, "error": error}
                found.append({"href": f"#{target(bound)}", "text": text})
    return found


def target(bound: Any) -> str:
    """The id that a link can move focus to: the first choice of a group of radio buttons."""
    if getattr(bound.field.widget, "use_fieldset", False):
        return f"{bound.auto_id}_0"
    return str(bound.id_for_label or bound.auto_id)
