"""The field of a form that takes a file: a plain file input, or the id of an upload that has arrived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from record.models import StagedUpload
from rulebook.errors import RuleError

from .contents import examine
from .names import EXTENSIONS, kinds_in_words
from .purposes import Purpose
from .purposes import purpose as purpose_named


class DocumentInput(forms.FileInput):
    """A file input; beside it, hidden, where a script puts the id of a resumable upload."""

    template_name = "django/forms/widgets/document.html"
    purpose = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        kept = purpose_named(self.purpose)
        endings = [f".{ending}" for kind in sorted(kept.content_types) for ending in EXTENSIONS.get(kind, ())]
        context["widget"]["attrs"].setdefault("accept", ",".join(endings))
        context |= {
            "most": kept.max_bytes,
            "purpose": kept.name,
            "limits": limits(kept),
            # A form that comes back with an error keeps what has arrived.
            "arrived": value if isinstance(value, str) else "",
        }
        return context

    def format_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        sent = super().value_from_datadict(data, files, name)
        return sent if sent else data.get(f"{name}-upload", "")

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in files and f"{name}-upload" not in data


class DocumentField(forms.FileField):
    """Gives an UploadedFile or a StagedUpload, looked at already, for ``store_document``."""

    widget = DocumentInput

    def __init__(self, *, purpose: str, **options: Any) -> None:
        self.purpose = purpose
        super().__init__(**options)
        cast(DocumentInput, self.widget).purpose = purpose  # a copy of this field's own

    def clean(self, data: Any, initial: Any = None) -> Any:
        if isinstance(data, str) and data:
            return self._arrived(data)
        cleaned = super().clean(data or None, initial)
        if isinstance(cleaned, UploadedFile):
            try:
                examine(cast(Any, cleaned.file), cleaned.size or 0, purpose_named(self.purpose))
            except RuleError as refused:
                raise ValidationError(_(refused.message) % refused.params, code="refused") from refused
        return cleaned

    def _arrived(self, key: str) -> StagedUpload:
        """An upload that is there; that it is the sender's own is seen to when it is stored."""
        try:
            found = StagedUpload.objects.filter(
                key=UUID(key), purpose=self.purpose, finished_at__isnull=False
            ).first()
        except ValueError:
            found = None
        if found is None:
            raise ValidationError(_("This upload is not there any more: choose the file again."), code="gone")
        return found


def limits(kept: Purpose) -> str:
    """What may come in, as a hint."""
    return _("%(kinds)s, up to %(size)s") % {
        "kinds": kinds_in_words(kept.content_types),
        "size": filesizeformat(kept.max_bytes),
    }
