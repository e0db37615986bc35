"""Who someone is to the school: predicates over roles, for pages and API alike.

They read the roles that came with the person (no query) and say no to whoever is not active, so that one
that stands alone is a complete answer. Apps above join them with `&` and `|`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rules
from django.db.models import QuerySet

from accounts.models import Role, User


def _holds(user: Any, *roles: str) -> bool:
    return isinstance(user, User) and user.is_active and user.has_role(*roles)


@rules.predicate
def is_student(user: Any) -> bool:
    return _holds(user, Role.STUDENT)


@rules.predicate
def is_mentor(user: Any) -> bool:
    return _holds(user, Role.MENTOR)


@rules.predicate
def is_assessor(user: Any) -> bool:
    """Whoever approves skills at defences (2.2); mostly a mentor of other students as well."""
    return _holds(user, Role.ASSESSOR)


@rules.predicate
def is_quality(user: Any) -> bool:
    return _holds(user, Role.QUALITY)


@rules.predicate
def is_student_success(user: Any) -> bool:
    return _holds(user, Role.STUDENT_SUCCESS)


@rules.predicate
def is_learning_manager(user: Any) -> bool:
    return _holds(user, Role.LEARNING_MANAGER)


@rules.predicate
def is_head_of_learning(user: Any) -> bool:
    return _holds(user, Role.HEAD_OF_LEARNING)


@rules.predicate
def is_administrator(user: Any) -> bool:
    return _holds(user, Role.ADMINISTRATOR)


@rules.predicate
def is_school_staff(user: Any) -> bool:
    """Student Success, Learning Manager, Head of Learning or administrator; not a mentor."""
    return isinstance(user, User) and user.is_active and user.is_school_staff


READS_ALL_PEOPLE = frozenset({Role.STUDENT_SUCCESS, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR})

People = Callable[[User], QuerySet[Any, Any]]
"""The ids of the people whom somebody looks after by a role."""

_LOOKED_AFTER: dict[str, People] = {}


def looks_after(role: str, people: People) -> None:
    """Say whose accounts a role reads. The app that knows whom it looks after does so when it starts: accounts know
    of no Paths."""
    _LOOKED_AFTER[role] = people


def people_looked_after(user: User) -> list[QuerySet[Any, Any]]:
    return [people(user) for role, people in _LOOKED_AFTER.items() if user.has_role(role)]


may_read_people = is_school_staff
may_edit_people = is_administrator
may_grant_roles = is_administrator

# Django's admin asks for these by name.
for _model in ("user", "rolegrant"):
    rules.add_perm(f"accounts.view_{_model}", may_read_people)
    rules.add_perm(f"accounts.change_{_model}", may_edit_people)
    rules.add_perm(f"accounts.add_{_model}", may_edit_people)
    rules.add_perm(
        f"accounts.delete_{_model}", may_grant_roles if _model == "rolegrant" else rules.always_false
    )
rules.add_perm("accounts", may_read_people)
