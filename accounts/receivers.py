"""What allauth tells by a signal alone."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.factors import FACTORS, factors_of
from accounts.models import User
from accounts.services import end_access


def first_factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Setting up one's first factor shows it; whatever was let in without it ends.

    Only the first: a session that has not shown the factor that exists must not add a second to pass by.
    """
    if authenticator.type in FACTORS and len(factors_of(user)) == 1:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        end_access(person=user, keep=request.session.session_key)
