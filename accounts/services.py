"""Writes: people, their roles, what lets them in.

These write no entry of the record, which stands above this app: each returns what it changed, and the
caller that has a reason to (a roster import, a decision, the staff admin) writes the Entry in the same
transaction. All take effect at once: sessions and tokens are rows, and the next request misses them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.http import int_to_base36
from django.utils.translation import gettext_noop
from knox.crypto import create_token_string, hash_token
from knox.settings import CONSTANTS, knox_settings

from accounts.models import ApiToken, IdempotentRequest, Role, RoleGrant, Session, User
from accounts.selectors import other_administrators
from rulebook.errors import RuleError

# How long the answer to an Idempotency-Key is kept: longer than any client goes on trying.
IDEMPOTENCY_KEPT = timedelta(days=2)


@dataclass(frozen=True)
class RoleChange:
    """What granting or revoking a role did; `changed` is False where it stood so already."""

    person_id: int
    role: str
    changed: bool
    sessions_ended: int = 0
    tokens_revoked: int = 0


@dataclass(frozen=True)
class AccessEnded:
    """What deactivating someone, or ending their access, did."""

    person_id: int
    changed: bool
    sessions_ended: int
    tokens_revoked: int


@dataclass(frozen=True)
class Invitation:
    """A link with which someone sets their first password, and where it was sent."""

    person_id: int
    address: str
    path: str  # of the page, without the site


def _locked(person: User) -> User:
    """The person, locked together with every administrator, in one order: of two administrators who
    remove each other at the same moment, the second finds that nobody would be left.
    """
    administrators = RoleGrant.objects.filter(role=Role.ADMINISTRATOR).values("user_id")
    rows = User.objects.filter(Q(pk=person.pk) | Q(pk__in=administrators)).order_by("pk")
    return next(row for row in rows.select_for_update() if row.pk == person.pk)


def create_person(
    *,
    email: str,
    given_name: str = "",
    family_name: str = "",
    time_zone: str = "Europe/Paris",
    language: str = "en",
    roles: Iterable[str] = (),
    by: User | None,
    now: datetime,
) -> User:
    """A new person without a password: they set one by an invitation or a reset."""
    with transaction.atomic():
        user = User.objects.create_user(
            email,
            None,
            given_name=given_name,
            family_name=family_name,
            time_zone=time_zone,
            language=language,
            joined_at=now,
        )
        RoleGrant.objects.bulk_create(
            RoleGrant(user=user, role=Role(role), granted_at=now, granted_by=by)
            for role in sorted(set(roles))
        )
    return user


EDITABLE = frozenset({"email", "given_name", "family_name", "time_zone", "language", "theme"})


def edit_person(*, person: User, by: User | None, now: datetime, **fields: str) -> tuple[str, ...]:
    """Change what the school keeps of someone; the names of what changed.

    Another e-mail address takes effect at once: the school vouches for it. Refused where it is taken.
    """
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    if "email" in fields:
        fields["email"] = fields["email"].strip().lower()
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        changed = tuple(sorted(name for name, value in fields.items() if getattr(row, name) != value))
        for name in changed:
            setattr(row, name, fields[name])
        try:
            with transaction.atomic():
                if changed:
                    row.save(update_fields=list(changed))
        except IntegrityError:
            raise RuleError("email", "", gettext_noop("Somebody has this e-mail address already.")) from None
    for name in changed:
        setattr(person, name, fields[name])
    return changed


def grant_role(*, person: User, role: str, by: User | None, now: datetime) -> RoleChange:
    role = Role(role)
    _grant, made = RoleGrant.objects.get_or_create(
        user=person, role=role, defaults={"granted_at": now, "granted_by": by}
    )
    person.__dict__.pop("roles", None)
    return RoleChange(person.pk, role, made)


def revoke_role(*, person: User, role: str, by: User | None, now: datetime) -> RoleChange:
    """Take a role away; whatever was signed in with it ends (abuse 71)."""
    role = Role(role)
    with transaction.atomic():
        locked = _locked(person)
        if role == Role.ADMINISTRATOR:
            _keep_an_administrator(locked)
        gone, _each = RoleGrant.objects.filter(user=locked, role=role).delete()
        person.__dict__.pop("roles", None)
        if not gone:
            return RoleChange(person.pk, role, False)
        ended = end_access(person=locked)
        return RoleChange(person.pk, role, True, ended.sessions_ended, ended.tokens_revoked)


def deactivate_person(*, person: User, by: User | None, now: datetime) -> AccessEnded:
    """Close an account: nothing is deleted, but nothing opens it any more."""
    with transaction.atomic():
        locked = _locked(person)
        if locked.has_role(Role.ADMINISTRATOR):
            _keep_an_administrator(locked)
        changed = locked.is_active
        locked.is_active = person.is_active = False
        locked.save(update_fields=["is_active"])
        ended = end_access(person=locked)
    return AccessEnded(person.pk, changed, ended.sessions_ended, ended.tokens_revoked)


def reactivate_person(*, person: User, by: User | None, now: datetime) -> bool:
    """Open a closed account again; whether it was closed."""
    person.is_active = True
    return User.objects.filter(pk=person.pk, is_active=False).update(is_active=True) == 1


def _keep_an_administrator(person: User) -> None:
    if not other_administrators(person).exists():
        raise RuleError(
            "role", "", gettext_noop("The school needs an administrator: name another one first.")
        )


def end_sessions(*, person: User, keep: str | None = None) -> int:
    """Sign someone out everywhere, except in the session whose key is `keep`."""
    sessions = Session.objects.filter(user=person)
    if keep:
        sessions = sessions.exclude(session_key=keep)
    return sessions.delete()[0]


def end_session(*, person: User, session_key: str) -> bool:
    return Session.objects.filter(user=person, session_key=session_key).delete()[0] == 1


def revoke_tokens(*, person: User) -> int:
    return ApiToken.objects.filter(user=person).delete()[0]


def end_access(*, person: User, keep: str | None = None) -> AccessEnded:
    """End every session (but `keep`) and every API token of someone."""
    with transaction.atomic():
        sessions = end_sessions(person=person, keep=keep)
        tokens = revoke_tokens(person=person)
    return AccessEnded(person.pk, bool(sessions or tokens), sessions, tokens)


def reset_factors(*, person: User, by: User | None, now: datetime) -> int:
    """Remove every second factor of someone who has lost them, and end their access; how many went."""
    with transaction.atomic():
        removed = Authenticator.objects.filter(user_id=person.pk).delete()[0]
        end_access(person=person)
    return removed


def invite_person(*, person: User, by: User | None, now: datetime) -> Invitation:
    """A link to set a first password. `accounts.mail.send_invitation` sends it.

    It is the link of a reset: it works once, and for PASSWORD_RESET_TIMEOUT.
    """
    if not person.is_active:
        raise RuleError("person", "", gettext_noop("This account is closed: open it before you invite."))
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": int_to_base36(person.pk), "key": default_token_generator.make_token(person)},
    )
    return Invitation(person.pk, person.email, path)


def create_token(
    *, person: User, name: str, passed_mfa: bool, lifetime: timedelta, now: datetime
) -> tuple[ApiToken, str]:
    """A new API token, and its text, which is shown once and kept nowhere."""
    if settings.REQUIRE_STAFF_MFA and person.is_staff and not passed_mfa:
        raise RuleError(
            "name", "", gettext_noop("Sign in with your second factor before you make an API token.")
        )
    text = knox_settings.TOKEN_PREFIX + create_token_string()
    token = ApiToken(
        digest=hash_token(text),
        token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH],
        user=person,
        name=name,
        passed_mfa=passed_mfa,
        expiry=now + lifetime,
    )
    token.save(force_insert=True)
    return token, text


def revoke_token(*, person: User, token_key: str) -> bool:
    return ApiToken.objects.filter(user=person, token_key=token_key).delete()[0] > 0


def purge_expired(*, now: datetime) -> int:
    """Delete sessions, tokens and kept answers whose time is over; how many rows went."""
    return (
        Session.objects.filter(expire_date__lt=now).delete()[0]
        + ApiToken.objects.filter(expiry__lt=now).delete()[0]
        + IdempotentRequest.objects.filter(created_at__lt=now - IDEMPOTENCY_KEPT).delete()[0]
    )


@dataclass(frozen=True)
class NewPerson:
    """A person before they have a row."""

    email: str
    given_name: str
    family_name: str
    time_zone: str
    roles: tuple[str, ...] = ()


def create_people(*, people: Sequence[NewPerson], by: User | None, now: datetime) -> list[User]:
    """Many new people without a password, in a constant number of statements (``create_person`` for one)."""
    users = [
        User(
            email=new.email.strip().lower(),
            given_name=new.given_name,
            family_name=new.family_name,
            time_zone=new.time_zone,
            joined_at=now,
        )
        for new in people
    ]
    for user in users:
        user.set_unusable_password()
    with transaction.atomic():
        User.objects.bulk_create(users, batch_size=500)
        grant_roles(
            grants=[(user, role) for user, new in zip(users, people, strict=True) for role in new.roles],
            by=by,
            now=now,
        )
    return users


def grant_roles(*, grants: Sequence[tuple[User, str]], by: User | None, now: datetime) -> None:
    """Grant many roles in one statement; one that someone holds already stays as it is."""
    RoleGrant.objects.bulk_create(
        (RoleGrant(user=user, role=Role(role), granted_at=now, granted_by=by) for user, role in grants),
        ignore_conflicts=True,
        batch_size=500,
    )
    for user, _role in grants:
        user.__dict__.pop("roles", None)


def close_accounts(*, people: Sequence[User], by: User | None, now: datetime) -> None:
    """Close many accounts at once, none of them an administrator's, and sign them out everywhere."""
    ids = [person.pk for person in people]
    with transaction.atomic():
        if RoleGrant.objects.filter(user__in=ids, role=Role.ADMINISTRATOR).exists():
            raise RuleError("role", "", gettext_noop("An administrator's account is closed by itself."))
        User.objects.filter(pk__in=ids).update(is_active=False)
        Session.objects.filter(user__in=ids).delete()
        ApiToken.objects.filter(user__in=ids).delete()
    for person in people:
        person.is_active = False
