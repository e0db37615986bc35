"""Who someone is to the school: predicates over roles, for pages and API alike.

They read the roles that came with the person (no query) and say no to whoever is not active, so that one
that stands alone is a complete answer. Apps above join them with `&` and `|`.
"""

from __future__ import annotations

from typing import Any

import rules

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


@rules.predicate
def is_own(user: Any, thing: Any = None) -> bool:
    """A session, an API token or an account of the person's own."""
    if not isinstance(user, User) or thing is None:
        return False
    owner = thing.pk if isinstance(thing, User) else getattr(thing, "user_id", None)
    return owner == user.pk


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
