"""What resources show and what they take.

A ``Shape`` reads its columns with ``values()`` and turns each row into a dict: no model instance and no
serializer field runs for a row of a list. The same declaration describes the resource in the schema.
A ``Taken`` refuses every field that it does not name, so that no instant, status or owner can be slipped in
(abuse 24, 43).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

Make = Callable[..., Any]
FIRST_YEAR, LAST_YEAR = 2000, 2199
LONGEST = 4000  # characters of a reason or statement


class Step(NamedTuple):
    """How one field of an answer is had: from these columns, by this function (None: the column as it is)."""

    name: str
    paths: tuple[str, ...]
    make: Make | None


class Reader(NamedTuple):
    """The columns to ask for, and a row of them as an answer's dict."""

    columns: tuple[str, ...]
    steps: tuple[Step, ...]

    def __call__(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: row[paths[0]] if make is None else make(*[row[path] for path in paths])
            for name, paths, make in self.steps
        }


class Name(serializers.CharField):
    """A person's full name, from the two columns that hold it; ``source`` leads to the person."""

    def step(self, name: str, source: str) -> Step:
        prefix = f"{source}__" if source else ""
        return Step(name, (f"{prefix}given_name", f"{prefix}family_name"), _full_name)


class Facts(serializers.DictField):
    """Facts kept as canonical JSON."""

    def step(self, name: str, source: str) -> Step:
        return Step(name, (source or name,), _facts)


class Told(serializers.CharField):
    """A text that the resource fills in itself once a single row is read (`Resource.finish`)."""


class Later(serializers.ListField):
    """A list that the resource fills in itself once a single row is read (`Resource.finish`)."""


def _full_name(given: str | None, family: str | None) -> str | None:
    return None if given is None else f"{given} {family}".strip()


def _facts(text: str | None) -> dict[str, Any]:
    found = json.loads(text or "{}")
    return found if isinstance(found, dict) else {}


class Shape(serializers.Serializer[Any]):
    """What a resource shows."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(cls._declared_fields)

    @classmethod
    def reader(cls, wanted: Collection[str] | None = None) -> Reader:
        """The reader of these fields (all of them: None)."""
        return _reader(cls, None if wanted is None else frozenset(wanted))


@lru_cache(maxsize=512)
def _reader(shape: type[Shape], wanted: frozenset[str] | None) -> Reader:
    steps: list[Step] = []
    for name, field in shape._declared_fields.items():
        if (wanted is not None and name not in wanted) or not _is_read(field):
            continue
        source = str(field.source or "").replace(".", "__")
        if isinstance(field, Name | Facts):
            steps.append(field.step(name, source))
        else:
            steps.append(Step(name, (source or name,), None))
    columns = dict.fromkeys(path for step in steps for path in step.paths)
    return Reader(tuple(columns), tuple(steps))


def _is_read(field: Any) -> bool:
    # Nested shapes and `Later` are filled in by the resource.
    return not isinstance(field, Told | Later | serializers.BaseSerializer)


class Taken(serializers.Serializer[Any]):
    """What a write takes; a field that it does not name is refused by its name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            taken = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := sorted(str(name) for name in data if name not in taken):
                raise serializers.ValidationError({name: [_unknown()] for name in unknown})
        return super().to_internal_value(data)


class Nothing(Taken):
    """A write whose address says all: the body is empty."""


def _unknown() -> ErrorDetail:
    return ErrorDetail(_("This field is not taken here."), code="unknown_field")


def is_told(instant: datetime) -> bool:
    """Whether this is one and the same moment to everybody, in years that the platform reckons in."""
    return instant.utcoffset() is not None and FIRST_YEAR <= instant.year <= LAST_YEAR


class Instant(serializers.DateTimeField):
    """An instant with its offset; one without would mean another moment to everybody."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            plain = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            plain = None
        if plain is None or plain.utcoffset() is None:
            raise serializers.ValidationError(_("Give an ISO 8601 instant with its offset."), "invalid")
        _within_reach(plain.year)
        return plain


class Day(serializers.DateField):
    """A calendar day, of a century that the school can have business in."""

    def to_internal_value(self, value: Any) -> date:
        day: date = super().to_internal_value(value)
        _within_reach(day.year)
        return day


def _within_reach(year: int) -> None:
    # Nobody's training lies further away, and reckoning with weeks stays within the calendar.
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise serializers.ValidationError(
            _("Years from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}, "invalid"
        )


class Words(serializers.CharField):
    """A few sentences of a person. Whether they may be empty the rule says, with its clause."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": LONGEST, "allow_blank": True, **more})
