"""What students write in their groups."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _now_
from django.utils.translation import gettext_lazy as _

from record.documents.forms import DocumentField
from students.selectors.groups import OpenTo

LONGEST = 4000  # characters


class GroupForm(forms.Form):
    """A new group."""

    title = forms.CharField(label=_("Title"), max_length=100, help_text=_("For instance: SQL on Thursdays"))
    purpose = forms.CharField(
        label=_("What it is for"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    path = forms.ChoiceField(label=_("Path"), required=False)
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)
    none_fits = forms.BooleanField(label=_("None of the groups above fits"), required=False)

    def __init__(self, *args: Any, own: OpenTo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        paths = [(str(pk), path.title) for pk, path in own.paths.items()]
        months = [(day.isoformat(), month_words(day)) for day in sorted(own.cohorts)]
        for name, rows, none in (
            ("path", paths, _now_("Any Path")),
            ("cohort", months, _now_("Any cohort")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*rows, ("", none)]
            if name == "path" and rows:
                field.initial = rows[0][0]

    def chosen(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        given = self.cleaned_data
        path = self.own.paths.get(int(given["path"])) if given["path"] else None
        cohort = date.fromisoformat(given["cohort"]) if given["cohort"] else None
        return {**given, "path": path, "cohort": cohort}


def month_words(day: date) -> str:
    return _now_("began in %(month)s") % {"month": date_format(day, "F Y")}


class PostForm(forms.Form):
    text = forms.CharField(
        label=_("How are you getting on?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What worked, what you are stuck on, what helped. Your deliverables stay your own."),
    )


class ResourceForm(forms.Form):
    title = forms.CharField(label=_("What it is"), max_length=150)
    url = forms.URLField(label=_("Address"), max_length=500, required=False, assume_scheme="https")
    file = DocumentField(
        purpose="group-resource",
        label=_("Or a file"),
        required=False,
        help_text=_("No deliverables: everybody hands in their own work."),
    )


class SessionForm(forms.Form):
    """An appointment; times in the reader's own zone."""

    title = forms.CharField(label=_("What about"), max_length=150)
    starts_at = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    link = forms.URLField(label=_("Video link"), max_length=500, required=False, assume_scheme="https")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("starts_at", "ends_at"):
            at = given.get(name)
            if isinstance(at, datetime) and not 2000 <= at.year <= 2199:
                self.add_error(name, _now_("This year is out of reach."))
        return given


class HandOverForm(forms.Form):
    to = forms.ChoiceField(label=_("Who looks after the group from now on?"))

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = members
