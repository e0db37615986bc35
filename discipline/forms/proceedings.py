"""What people send about proceedings: it is read here; the services decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from discipline.models import DisciplineReportKind, Stage
from discipline.purposes import EVIDENCE, REPLY
from discipline.services.suspicions import Pair
from record.documents.forms import DocumentField
from rulebook.policy import get_policy

LONGEST = 8000  # characters
FILES = ("file", "file_2", "file_3")


def _words(label: Any, help_text: Any = "", rows: int = 5, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


def clause_choices(policy_id: str) -> list[tuple[str, str]]:
    """The clauses of the policy by which a case is judged."""
    return [
        (number, f"{number} · {clause.title}") for number, clause in get_policy(policy_id).clauses.items()
    ]


class ReportForm(forms.Form):
    """A report about a student by name."""

    kind = forms.ChoiceField(label=_("What it is about"), choices=DisciplineReportKind.choices)
    text = _words(
        _("What happened"),
        _("The student is not told who reports. They are told the facts that the school finds."),
    )
    occurred_on = forms.DateField(
        label=_("Day that it happened"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ReasonsForm(forms.Form):
    """Reasons of an act."""

    reasons = _words(_("Reasons"))


class NoteForm(forms.Form):
    """A note that may be taken back."""

    note = _words(_("Legal follow-up"), required=False)


class AccusedForm(forms.Form):
    """Whom a report of conduct is about: one of the trainings that the writer sees."""

    enrolment: forms.ModelChoiceField[Any] = forms.ModelChoiceField(label=_("Student"), queryset=None)

    def __init__(self, *args: Any, rows: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["enrolment"]
        field.queryset = rows


class EvidenceForm(forms.Form):
    """Two pieces side by side."""

    title = forms.CharField(label=_("What was handed in"), max_length=200)
    excerpt = _words(_("The passage in it"), rows=4, required=False)
    other_title = forms.CharField(label=_("What it is likened to"), max_length=200)
    other_url = forms.URLField(label=_("Its address"), required=False, max_length=500, assume_scheme="https")
    other_excerpt = _words(_("The passage there"), rows=4, required=False)

    @property
    def pair(self) -> Pair:
        names = ("title", "excerpt", "other_title", "other_url", "other_excerpt")
        return Pair(**{name: self.cleaned_data[name] for name in names})


class SuspicionForm(EvidenceForm):
    """A suspicion with its first piece of evidence."""

    field_order = ("deliverable", "text", "stage")
    deliverable = forms.TypedChoiceField(
        label=_("Version"), required=False, coerce=int, empty_value=None, choices=()
    )
    text = _words(
        _("What is suspected, and why"), _("A suspicion is never a penalty: somebody else decides.")
    )
    stage = forms.ChoiceField(
        label=_("How far it seems to go"),
        required=False,
        choices=[("", _("Not said yet")), *Stage.choices],
    )

    def __init__(self, *args: Any, versions: Iterable[tuple[int, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["deliverable"]
        field.choices = [("", _("None in particular")), *versions]


class EstablishForm(forms.Form):
    """Plagiarism is established."""

    stage = forms.ChoiceField(label=_("How far it went"), choices=Stage.choices, widget=forms.RadioSelect)
    reasons = _words(_("Reasons, from the evidence"), _("The student and the Board read them."))


class ComplaintForm(forms.Form):
    """The complaint: facts and clauses."""

    facts = _words(_("What is held against the student"), _("The facts, in plain words."), rows=10)
    clauses = forms.MultipleChoiceField(label=_("Clauses"), choices=(), widget=forms.CheckboxSelectMultiple)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, policy_id: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["clauses"]
        field.choices = clause_choices(policy_id)


class FactForm(forms.Form):
    """One fact."""

    text = _words(_("Fact"), _("Write nothing that tells who reported it."))
    clause = forms.ChoiceField(label=_("Clause"), choices=())
    happened_at = forms.DateTimeField(
        label=_("When it happened"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, policy_id: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["clause"]
        field.choices = clause_choices(policy_id)


class CaseDocumentForm(forms.Form):
    """One document of evidence."""

    file = DocumentField(purpose=EVIDENCE, label=_("Document"))
    title = forms.CharField(label=_("What it is"), max_length=200)
    hidden = forms.BooleanField(
        label=_("The student does not read it: it is no evidence, and no penalty rests on it."),
        required=False,
    )
    restricted = forms.BooleanField(
        label=_("It tells of health or a disability: representative and companion do not read it."),
        required=False,
    )


class ReplyForm(forms.Form):
    """The student's reply."""

    text = _words(
        _("How you see it"), _("Chair and Learning Manager read it, and the student representative.")
    )
    file = DocumentField(purpose=REPLY, label=_("Document"), required=False)
    file_2 = DocumentField(purpose=REPLY, label=_("Another document"), required=False)
    file_3 = DocumentField(purpose=REPLY, label=_("And another"), required=False)
    restricted = forms.BooleanField(
        label=_(
            "The documents tell of my health or a disability: representative and companion do not read them."
        ),
        required=False,
    )

    @property
    def uploads(self) -> list[Any]:
        return [self.cleaned_data[name] for name in FILES if self.cleaned_data.get(name)]
