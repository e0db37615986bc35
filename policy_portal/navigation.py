"""The navigation of each audience. A page that should stand in it adds its line here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import STAFF_ROLES, Role

STAFF = frozenset(STAFF_ROLES)
STUDENT = frozenset({Role.STUDENT})
MENTOR = frozenset({Role.MENTOR})
ASSESSOR = frozenset({Role.ASSESSOR})
UPLOADERS = frozenset({Role.MENTOR, Role.STUDENT_SUCCESS, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR})
QUALITY = frozenset({Role.QUALITY})
CONDUCT = frozenset({Role.STUDENT_SUCCESS, Role.HEAD_OF_LEARNING})
ROSTER_IMPORTERS = frozenset({Role.ADMINISTRATOR, Role.LEARNING_MANAGER})


@dataclass(frozen=True)
class Place:
    """One line of the navigation; `view` is a URL name, `under` the paths that light it up."""

    view: str
    label: str | Promise
    icon: str
    roles: frozenset[str] = field(default_factory=frozenset)
    exact: bool = False


# In the order in which they are shown; a phone shows the first five of a role.
PLACES: tuple[Place, ...] = (
    Place("staff-home", _("To decide"), "inbox", STAFF, exact=True),
    Place("staff-people", _("People"), "users", STAFF),
    Place("staff-paths", _("Paths"), "graduation-cap", STAFF),
    Place("student-home", _("Home"), "house", STUDENT, exact=True),
    Place("student-sessions", _("Sessions"), "calendar", STUDENT),
    Place("student-absences", _("Absences"), "calendar-x", STUDENT),
    Place("mentor-home", _("Home"), "house", MENTOR, exact=True),
    Place("mentor-students", _("Students"), "users", MENTOR),
    Place("mentor-sessions", _("Sessions"), "calendar", MENTOR),
    Place("mentor-reports", _("Reports"), "clipboard-list", MENTOR),
    Place("assessor-home", _("Defences"), "graduation-cap", ASSESSOR),
    Place("mentor-availability", _("Hours"), "clock", MENTOR | ASSESSOR),
    Place("quality-recordings", _("Recordings"), "video", QUALITY),
    Place("messages", _("Messages"), "mail"),
    Place("student-record", _("My record"), "scroll-text", STUDENT),
    Place("student-reports", _("Reports"), "clipboard-list", STUDENT),
    Place("letters", _("Letters to you"), "mail", STUDENT),
    Place("student-kept", _("Kept of me"), "folder-lock", STUDENT),
    Place("student-notes", _("Notes"), "sticky-note", STUDENT),
    Place("student-training", _("My training"), "graduation-cap", STUDENT),
    Place("groups", _("Groups"), "users-round", STUDENT),
    Place("stays", _("Elsewhere"), "map-pin", STUDENT),
    Place("equipment", _("Equipment"), "webcam", STUDENT),
    Place("postal-address", _("Address"), "map-pin-house", STUDENT),
    Place("terms", _("Rules accepted"), "file-check", STUDENT),
    Place("student-requests", _("Leaves and changes"), "calendar-off", STUDENT),
    Place("student-adaptation", _("Adaptations"), "accessibility", STUDENT),
    Place("situation", _("My situation"), "scale", STUDENT),
    Place("cases", _("Cases"), "gavel", STAFF),
    Place("staff-discipline-reports", _("Reports about students"), "flag", STAFF),
    Place("suspicions", _("Suspicions"), "search", STAFF | MENTOR | ASSESSOR),
    Place("my-discipline-reports", _("My reports"), "flag", MENTOR | ASSESSOR),
    Place("reports", _("Video reports"), "video", UPLOADERS),
    Place("staff-reports", _("Monitoring"), "clipboard-list", STAFF),
    Place("commitment-alerts", _("Alerts"), "bell-ring", STAFF | MENTOR),
    Place("staff-places", _("Places"), "map-pin", STAFF),
    Place("staff-acceptances", _("Acceptances"), "file-check", STAFF),
    Place("staff-conduct-reports", _("Conduct"), "flag", CONDUCT),
    Place("roster-imports", _("Rosters"), "folder-input", ROSTER_IMPORTERS),
    Place("staff-letters", _("Letters"), "mail", STAFF),
    Place("staff-enforcement", _("Enforcement"), "timer", STAFF),
    Place("staff-webhooks", _("Webhooks"), "webhook", frozenset({Role.ADMINISTRATOR})),
    Place("admin:index", _("Administration"), "settings", STAFF),
    Place("policy", _("Policy"), "book-open"),
)
ACCOUNT: tuple[Place, ...] = (
    Place("account_profile", _("Your account"), "circle-user", exact=True),
    Place("mfa_index", _("Two-step sign-in"), "shield"),
    Place("account_sessions", _("Devices"), "monitor-smartphone"),
    Place("calendar", _("Calendar"), "calendar-sync"),
)


def links(request: HttpRequest, places: tuple[Place, ...]) -> list[dict[str, Any]]:
    """The places that this reader's roles open, as {url, label, icon, current, count}."""
    roles: frozenset[str] = getattr(request.user, "roles", frozenset())
    counts: dict[str, int] = getattr(request, "nav_counts", {})
    found = []
    for place in places:
        if place.roles and roles.isdisjoint(place.roles):
            continue
        try:
            url = reverse(place.view)
        except NoReverseMatch:  # an app that this school has switched off
            continue
        here = request.path == url or (not place.exact and url != "/" and request.path.startswith(url))
        found.append(
            {
                "url": url,
                "label": place.label,
                "icon": place.icon,
                "current": here,
                "count": counts.get(place.view),
            }
        )
    return found


__all__ = ["ACCOUNT", "PLACES", "STAFF", "STUDENT", "Place", "Role", "links"]
