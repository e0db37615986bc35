"""Filters by id and by instant, which take only what a column can hold."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters

from .shapes import is_told

LARGEST_ID = 2**63 - 1
LOST_PLUS = re.compile(r" (\d\d:\d\d)$")
"""The offset of an instant whose plus sign the address did not escape, so that it arrives as a space."""


class _InstantField(forms.Field):
    """An instant with its offset; one without would mean another moment to everybody."""

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            found = parse_datetime(LOST_PLUS.sub(r"+\1", str(value).strip()))
        except ValueError:
            found = None
        if found is None or not is_told(found):
            raise forms.ValidationError(_("Give an ISO 8601 instant with its offset."), "invalid")
        return found


class Ids(filters.NumberFilter):
    """The id of a row."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str, **more: Any) -> None:
        super().__init__(field_name, min_value=0, max_value=LARGEST_ID, **more)

    def get_max_validator(self) -> None:
        """None: the field's own bound says more."""


class Instants(filters.IsoDateTimeFilter):
    """An instant to compare with."""

    field_class = _InstantField
