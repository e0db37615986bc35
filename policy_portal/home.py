"""The door of the house: who is signed in goes to the home of their role, who is not is told what this is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from accounts.doors import came_at
from accounts.models import STAFF_ROLES, Role, User
from rulebook.policy import policy_at
from students.selectors.acceptances import has_accepted

from .display.policy import figures

# Who has several roles goes to the home of the first that fits.
HOMES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset(STAFF_ROLES), "staff-home"),
    (frozenset({Role.MENTOR}), "mentor-home"),
    (frozenset({Role.ASSESSOR}), "assessor-home"),
    (frozenset({Role.QUALITY}), "quality-recordings"),
    (frozenset({Role.STUDENT}), "student-home"),
)


def home_of(user: User) -> str:
    """The address of a person's own home; empty where their roles have none."""
    for roles, view in HOMES:
        if user.has_role(*roles):
            try:
                return reverse(view)
            except NoReverseMatch:
                continue
    return reverse("admin:index") if user.is_staff else ""


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """Leads each role to its own home; shows the welcome page to anyone else.

    A student who has not accepted the rules in force is led to them first (P6). Only here, where sign-in leads: no
    page of their own is ever closed for it.
    """
    now = came_at(request)
    if isinstance(request.user, User) and (url := home_of(request.user)):
        asked = url == reverse("student-home") and not has_accepted(request.user, now)
        return redirect("terms" if asked else url)
    policy = policy_at(now)
    return render(request, "home.html", {"now": now, "policy": policy, "figures": figures(policy, "3.2")})
