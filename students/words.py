"""What pages and API say in words where a rule refuses."""

from __future__ import annotations

from django.utils.translation import gettext as _

from rulebook.errors import RuleError


def refusal(error: RuleError) -> str:
    """What a rule answered, in the reader's language, with its clause."""
    text = _(error.message) % error.params if error.params else _(error.message)
    if error.clause in text:
        return text
    return _("%(sentence)s (clause %(clause)s)") % {"sentence": text, "clause": error.clause}
