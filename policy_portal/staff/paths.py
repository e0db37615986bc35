"""Which Paths a member of staff can choose among."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from students.models import Path
from students.selectors import SEES_ALL


def path_choices(user: User) -> list[tuple[str, str]]:
    """(id, title) of the Paths that this person sees students of, after "all"."""
    rows = Path.objects.all() if user.has_role(*SEES_ALL) else Path.objects.filter(learning_manager=user)
    return [("", _("All Paths")), *((str(pk), title) for pk, title in rows.values_list("pk", "title"))]
