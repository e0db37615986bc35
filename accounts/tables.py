"""What every table of the staff admin has in common: no search and no choice that the database cannot take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest

WORDS = 10
"""Words of a search that count: each is a condition on every column that is searched."""
LETTERS = 200
DIGITS = 18
"""The longest id that a column holds."""


def _may_be_id(text: str) -> bool:
    return text == "" or (text.isascii() and text.isdecimal() and len(text) <= DIGITS)


class PickOne(AutocompleteSelect):
    """A choice that is looked up while one types; what cannot be an id is no choice."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        ids = [each for each in value if _may_be_id(str(each))]
        return super().optgroups(name, ids, attr)


class CarefulAdmin(ModelAdmin):
    """Searches by the first words, and looks people up without trusting what was sent."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = " ".join(search_term[:LETTERS].split()[:WORDS])
        return super().get_search_results(request, queryset, words)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", PickOne(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
