"""A mentor's weekly hours and time off, as they are typed: times of the mentor's own zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.numbers import number_in
from mentoring.models import WeeklySlot
from mentoring.models.calendars import Weekday
from mentoring.services import Slot
from mentoring.services.calendars import MOST_HOURS

SPARE = 2  # empty rows to write new hours into
MOST = MOST_HOURS  # rows of one form


def _time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time", "step": 900}, format="%H:%M")


class HoursForm(forms.Form):
    """All weekly hours at once: a row for each, and some empty ones. What is posted replaces what stood.

    ``standing`` names the hours that the page showed, so that a stale window overwrites nothing.
    """

    standing = forms.CharField(widget=forms.HiddenInput, required=False)
    count = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST)
    here = forms.BooleanField(label="", required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        slots: Sequence[WeeklySlot],
        zone: str,
        own_zone: str,
        more: int = 0,
    ) -> None:
        self.zone, self.own_zone, self.slots = zone, own_zone, slots
        self.shown = min(self._count(data, slots) + more, MOST)
        super().__init__(data, initial=self._initial())
        if zone == own_zone:
            del self.fields["here"]
        else:
            self.fields["here"].label = _now("From now on these are hours of %(zone)s") % {"zone": own_zone}
        for row in range(self.shown):
            day = forms.TypedChoiceField(
                label=_("Day"),
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", "–"), *Weekday.choices],
            )
            self.fields[f"weekday_{row}"] = day
            self.fields[f"starts_{row}"] = forms.TimeField(
                label=_("From"), required=False, widget=_time_input()
            )
            self.fields[f"ends_{row}"] = forms.TimeField(
                label=_("Until"), required=False, widget=_time_input()
            )
            self.fields[f"remove_{row}"] = forms.BooleanField(label=_("Remove"), required=False)

    @staticmethod
    def _count(data: Mapping[str, Any] | None, slots: Sequence[WeeklySlot]) -> int:
        posted = number_in(str(data.get("count", ""))) if data is not None else None
        return len(slots) + SPARE if posted is None else min(posted, MOST)

    def _initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = {"standing": fingerprint(self.slots), "count": self.shown}
        for row, slot in enumerate(self.slots):
            initial |= {
                f"weekday_{row}": slot.weekday,
                f"starts_{row}": slot.starts,
                f"ends_{row}": slot.ends,
            }
        return initial

    def rows(self) -> Iterator[dict[str, BoundField | int]]:
        """The fields row by row, as the page shows them."""
        for row in range(self.shown):
            yield {"number": row + 1} | {
                name: self[f"{name}_{row}"] for name in ("weekday", "starts", "ends", "remove")
            }

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        wanted: dict[int, Slot] = {}
        zone = self.own_zone if data.get("here") else self.zone
        for row in range(self.shown):
            names = ("weekday", "starts", "ends")
            if data.get(f"remove_{row}") or any(self.errors.get(f"{name}_{row}") for name in names):
                continue
            weekday, starts, ends = (data.get(f"{name}_{row}") for name in names)
            if weekday is not None and starts is not None and ends is not None:
                wanted[row] = Slot(weekday, starts, ends, zone)
                continue
            typed = {"weekday": weekday, "starts": starts, "ends": ends}
            missing = [name for name, value in typed.items() if value is None]
            for name in missing if len(missing) < len(typed) else ():
                self.add_error(f"{name}_{row}", _now("Fill in the whole row, or none of it."))
        self.typed = wanted
        data["slots"] = list(wanted.values())
        return data

    def point_out(self) -> None:
        """Say beside the rows which of them clash, after the rule has refused them as a whole."""
        for row, slot in self.typed.items():
            if slot.ends <= slot.starts:
                self.add_error(f"ends_{row}", _now("This is not after the start."))
        for (one, first), (other, second) in combinations(self.typed.items(), 2):
            meet = first.starts < second.ends and second.starts < first.ends
            if meet and first.weekday == second.weekday:
                self.add_error(f"starts_{other}", _now("Overlaps with row %(n)d.") % {"n": one + 1})


def fingerprint(slots: Sequence[WeeklySlot]) -> str:
    """The hours that stand, by their rows."""
    return ",".join(str(pk) for pk in sorted(slot.pk for slot in slots))


class TimeOffForm(forms.Form):
    """A span without sessions, in the mentor's own zone."""

    starts_at = forms.DateTimeField(
        label=_("From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Say from when."), "invalid": _("Write a day and a time.")},
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Say until when."), "invalid": _("Write a day and a time.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("For the school alone; students are only told that you are away."),
    )
