"""Forms of the students' pages: they read what was typed; the services decide."""

from __future__ import annotations

from django import forms

from rulebook.errors import RuleError
from students.words import refusal


def add_refusal(form: forms.BaseForm, error: RuleError) -> None:
    """Put what a rule answered beside its field, or above the form where it has no field here."""
    form.add_error(error.field if error.field in form.fields else None, refusal(error))
