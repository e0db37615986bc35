"""Reads: people with their roles, sessions, API tokens."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from accounts.models import User


def person_with_roles(**which: Any) -> User | None:
    """The one person that `which` names, with their roles, in one query (a row a role)."""
    rows = list(User.objects.filter(**which).annotate(held_role=F("role_grants__role")))
    if not rows:
        return None
    user = rows[0]
    user.roles = frozenset(row.held_role for row in rows if row.held_role)
    return user
