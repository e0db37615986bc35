"""What an administrator keeps of a body that pays (2.7, B6): who it is, and how it gets its copies (R1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.permissions import is_administrator
from record.services import write
from record.types import NewEntry
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from students.models import Funder

CLAUSE = "2.7"
FIELDS = ("name", "kind", "email", "active", "copies_by", "address", "postal_code", "city")


@transaction.atomic
def keep_funder(*, funder_id: int | None, by: User, now: datetime, **given: Any) -> Funder:
    """Enter a funder (``funder_id`` None) or change what is kept of one; ``given`` has a value for each of FIELDS.

    Raises ``RuleError`` on ``name`` where another one has it, and ``Funder.DoesNotExist``.
    """
    if not is_administrator(by):
        raise PermissionDenied
    row = Funder() if funder_id is None else Funder.objects.select_for_update(no_key=True).get(pk=funder_id)
    changed = [name for name in FIELDS if funder_id is None or getattr(row, name) != given[name]]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, given[name])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise RuleError("name", CLAUSE, gettext_noop("Another funder has this name.")) from None
    facts = {"funder": row.name, **{name: str(getattr(row, name)) for name in changed if name != "name"}}
    entry = NewEntry(
        subject_id=None,
        kind="funder_kept",
        clause=CLAUSE,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk,
        about=f"students.funder:{row.pk}",
        facts=facts,
    )
    write(entries=[entry], now=now)
    return row
