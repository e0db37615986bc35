"""Reads: people with their roles, their sessions, their API tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import ApiToken, Role, RoleGrant, Session, User
from accounts.permissions import READS_ALL_PEOPLE, people_looked_after


def person_with_roles(**which: Any) -> User | None:
    """The one person that `which` names, with their roles, in one query (a row a role)."""
    rows = list(User.objects.filter(**which).annotate(held_role=F("role_grants__role")))
    if not rows:
        return None
    user = rows[0]
    user.roles = frozenset(row.held_role for row in rows if row.held_role)
    return user


def person_by_address(address: str) -> User | None:
    """Who has this e-mail address now; `User.email` alone says it."""
    address = address.strip().lower()
    return person_with_roles(email=address) if address else None


def holders_of(role: str) -> list[int]:
    """Who holds a role and may sign in, by id."""
    grants = RoleGrant.objects.filter(role=role, user__is_active=True)
    return list(grants.order_by("user_id").values_list("user_id", flat=True))


def people_scope(user: User) -> Q:
    """Whose accounts a member of staff reads: everybody's; by a role that looks after some people alone, theirs
    and one's own."""
    if user.has_role(*READS_ALL_PEOPLE):
        return Q()
    seen = Q(pk=user.pk)
    for looked_after in people_looked_after(user):
        seen |= Q(pk__in=looked_after)
    return seen


def sessions_for(user: User, now: datetime) -> QuerySet[Session]:
    """The browsers in which this person is signed in, last used first."""
    return Session.objects.filter(user=user, expire_date__gt=now).order_by(
        F("last_seen_at").desc(nulls_last=True), "session_key"
    )


def session_with_owner(session_key: str, now: datetime) -> Session | None:
    """A session that has not expired, with its owner and the owner's roles, in one query (a row a role)."""
    rows = list(
        Session.objects.filter(session_key=session_key, expire_date__gt=now)
        .select_related("user")
        .annotate(held_role=F("user__role_grants__role"))
    )
    if not rows:
        return None
    session = rows[0]
    if session.user is not None:
        session.user.roles = frozenset(row.held_role for row in rows if row.held_role)
    return session


def tokens_for(user: User) -> QuerySet[ApiToken]:
    """This person's API tokens, newest first, expired ones among them until they are cleared away."""
    return ApiToken.objects.filter(user=user).order_by("-created")


def token_with_owner(token_key: str) -> list[ApiToken]:
    """The tokens that begin like this, each with its owner and the owner's roles, in one query."""
    rows = (
        ApiToken.objects.filter(token_key=token_key)
        .select_related("user")
        .annotate(held_role=F("user__role_grants__role"))
    )
    tokens: dict[str, ApiToken] = {}
    roles: dict[str, set[str]] = {}
    for row in rows:
        tokens.setdefault(row.digest, row)
        roles.setdefault(row.digest, set()).update([row.held_role] if row.held_role else [])
    for digest, token in tokens.items():
        token.user.roles = frozenset(roles[digest])
    return list(tokens.values())


def other_administrators(person: User) -> QuerySet[User]:
    """Active administrators apart from this one."""
    return User.objects.filter(is_active=True, role_grants__role=Role.ADMINISTRATOR).exclude(pk=person.pk)


def display_name(user: User) -> str:
    return str(user)
