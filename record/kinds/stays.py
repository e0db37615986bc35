"""Stays elsewhere, and conduct in groups."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "stay_arranged": Words(
        gettext_noop("Days in another place were arranged"),
        gettext_noop("A part of your training takes place at %(place)s, from %(starts_on)s to %(ends_on)s."),
        gettext_noop("A part of the training takes place at %(place)s, from %(starts_on)s to %(ends_on)s."),
        icon="map-pin",
    ),
    "stay_cancelled": Words(
        gettext_noop("Days in another place were called off"),
        gettext_noop("The days at %(place)s, from %(starts_on)s to %(ends_on)s, were called off."),
        icon="calendar-x",
    ),
    "place_rules_acknowledged": Words(
        gettext_noop("Health and safety rules were acknowledged"),
        gettext_noop("You acknowledged the health and safety rules of %(place)s."),
        gettext_noop("The student acknowledged the health and safety rules of %(place)s."),
        icon="hard-hat",
    ),
    "stay_checked_in": Words(
        gettext_noop("Arrived at another place"),
        gettext_noop("You checked in at %(place)s on %(day)s."),
        gettext_noop("The student checked in at %(place)s on %(day)s."),
        icon="map-pin-check",
    ),
    "conduct_reported": Words(
        gettext_noop("A report of conduct was made"),
        gettext_noop("A report of conduct was made; it waits to be taken up."),
        icon="flag",
    ),
    "conduct_report_taken_up": Words(
        gettext_noop("A report of conduct was taken up"),
        gettext_noop("A report of conduct was taken up: %(outcome)s"),
        icon="flag",
    ),
}
