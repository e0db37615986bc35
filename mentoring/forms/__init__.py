"""Forms of mentoring's pages: they read what was typed; the services decide."""

from __future__ import annotations

from django import forms

from mentoring.words import refusal
from rulebook.errors import RuleError


def add_refusal(form: forms.BaseForm, error: RuleError) -> None:
    """Put what a rule answered beside its field, or above the form where it has no field here."""
    form.add_error(error.field if error.field in form.fields else None, refusal(error))
