"""People and their hours, and what rosters brought."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "postal_address_set": Words(
        gettext_noop("A postal address was entered"),
        gettext_noop("Registered letters to you go from now on to: %(address)s."),
        gettext_noop("Registered letters go from now on to: %(address)s."),
        icon="map-pin-house",
    ),
    "student_added": Words(
        gettext_noop("A student was added"),
        gettext_noop("You are a student of this school."),
        gettext_noop("This person is a student of this school."),
        icon="user-check",
    ),
    "reference_changed": Words(
        gettext_noop("The school's reference was changed"),
        gettext_noop("The school's own reference is now “%(reference)s”; it was “%(reference_before)s”."),
        icon="pencil",
    ),
    "mentor_added": Words(
        gettext_noop("A mentor was added"),
        gettext_noop("You mentor here. Your sessions meet at %(video_link)s."),
        gettext_noop("This person mentors here. Their sessions meet at %(video_link)s."),
        icon="user-check",
    ),
    "mentor_left": Words(
        gettext_noop("The mentor left"),
        gettext_noop("You no longer mentor here as of %(left_on)s."),
        gettext_noop("The mentor no longer mentors here as of %(left_on)s."),
        icon="log-out",
    ),
    "video_link_changed": Words(
        gettext_noop("The video link was changed"),
        gettext_noop(
            "Sessions that are laid out from now on meet at %(video_link)s, no longer at %(video_link_before)s."
        ),
        icon="video",
    ),
    "availability_set": Words(
        gettext_noop("Weekly hours were changed"),
        gettext_noop("Your weekly hours were changed."),
        gettext_noop("The mentor's weekly hours were changed."),
        icon="calendar-clock",
    ),
    "time_off_added": Words(
        gettext_noop("Time off was entered"),
        gettext_noop("Time off from %(starts_at)s to %(ends_at)s."),
        icon="calendar-off",
    ),
    "time_off_withdrawn": Words(
        gettext_noop("Time off was withdrawn"),
        gettext_noop("The time off from %(starts_at)s to %(ends_at)s was withdrawn."),
        icon="calendar-check",
    ),
    "person_changed_by_roster": Words(
        gettext_noop("The school's roster changed your details"),
        gettext_noop("The school sent a roster in which details of your account had changed."),
        gettext_noop("A roster changed details of this account."),
        icon="circle-user",
    ),
    "roster_imported": Words(
        gettext_noop("A roster was imported"),
        gettext_noop("A roster was imported."),
        icon="file-input",
    ),
}
