"""What every template knows: the site, and what the shell shows the reader."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext

from accounts.doors import came_at
from accounts.models import Role, User
from record.selectors import unread_count

from .demo import cast
from .navigation import ACCOUNT, PLACES, links

THEMES = ("light", "dark")


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def client_words() -> str:
    """The countdown's words for static/js/deadline.js, as JSON."""
    return json.dumps(
        {
            "in": _("in %(span)s") % {"span": "{}"},
            "ago": _("%(span)s ago") % {"span": "{}"},
            "moment": _("in less than a minute"),
            "just": _("just now"),
            "day": npgettext("countdown", "day", "days", 1),
            "days": npgettext("countdown", "day", "days", 2),
            "h": pgettext("countdown", "h"),
            "min": pgettext("countdown", "min"),
        }
    )


def _inbox(request: HttpRequest) -> dict[str, Any]:
    assert isinstance(request.user, User)
    return {"url": _address("messages"), "count": unread_count(request.user)}


def _demo_logins() -> list[dict[str, str]]:
    """For the sign-in page of a trial: the made-up people who are really there, one for each role."""
    there = set(User.objects.filter(email__in=cast.LOGINS).values_list("email", flat=True))
    return [
        {
            "email": email,
            "password": cast.PASSWORD,
            "role": ", ".join(str(Role(role).label) for role in roles),
        }
        for email, (_given, _family, roles) in cast.LOGINS.items()
        if email in there
    ]


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "DEMO": settings.DEMO,
        # Asked by the sign-in page alone.
        "demo_logins": SimpleLazyObject(_demo_logins) if settings.DEMO else [],
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """The reader's navigation and theme, and the one instant that the page speaks of."""
    theme = request.COOKIES.get("theme", "")
    signed_in = hasattr(request, "user") and request.user.is_authenticated
    return {
        "theme": theme if theme in THEMES else "",
        "now": came_at(request),
        "client_words": SimpleLazyObject(client_words),
        # A page that knows its reader's inbox already gives its own, and this one is never asked.
        "inbox": SimpleLazyObject(lambda: _inbox(request)) if signed_in else None,
        "nav": links(request, PLACES) if signed_in else [],
        "account_links": links(request, ACCOUNT) if signed_in else [],
        "login_url": _address("account_login"),
        "logout_url": _address("account_logout"),
    }
