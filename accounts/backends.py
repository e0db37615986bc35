"""Who is asking: one query loads a person with their roles."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts.models import User
from accounts.selectors import person_with_roles
from accounts.sessions import loaded_owner


class PrefetchingBackend(AuthenticationBackend):
    """E-mail and password; the person of every request comes with their roles in one query."""

    def get_user(self, user_id: int) -> User | None:
        user = loaded_owner.get()
        if user is None or user.pk != user_id:
            user = person_with_roles(pk=user_id)
        return user if user is not None and user.is_active else None

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        # `User.email` alone says who someone is: an address that was replaced (by the roster, say)
        # must not open the account any more, so allauth's own table of addresses is not asked.
        # Where nobody is found, the caller runs the hasher all the same (abuse 23).
        address = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
        user = person_with_roles(email=address) if address else None
        if user is None:
            return None
        self._did_check_password = True
        if not user.check_password(str(credentials.get("password") or "")):
            return None
        return user if user.is_active else None
