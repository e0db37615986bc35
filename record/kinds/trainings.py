"""Trainings and mentorships: begun, moved, interrupted and ended."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "enrolment_made": Words(
        gettext_noop("The training was entered"),
        gettext_noop("You were enrolled on %(path)s, from %(starts_on)s to %(ends_on)s."),
        gettext_noop("The student was enrolled on %(path)s, from %(starts_on)s to %(ends_on)s."),
        icon="graduation-cap",
    ),
    "enrolment_dates_changed": Words(
        gettext_noop("The dates of the training changed"),
        gettext_noop("Your training on %(path)s now runs from %(starts_on)s to %(ends_on)s."),
        gettext_noop("The training on %(path)s now runs from %(starts_on)s to %(ends_on)s."),
        icon="calendar-range",
    ),
    "enrolment_region_changed": Words(
        gettext_noop("Other public holidays count"),
        gettext_noop("The public holidays of %(region)s count for your training now."),
        gettext_noop("The public holidays of %(region)s count for the training now."),
        icon="calendar-range",
    ),
    "enrolment_ended": Words(
        gettext_noop("The training ended"),
        gettext_noop("Your training on %(path)s ended on %(ended_on)s."),
        gettext_noop("The training on %(path)s ended on %(ended_on)s."),
        icon="flag",
    ),
    "mentorship_started": Words(
        gettext_noop("A mentor was assigned"),
        gettext_noop("A mentor was assigned to you for a weekly session."),
        gettext_noop("A mentor was assigned for a weekly session."),
        icon="users",
    ),
    "mentorship_ended": Words(
        gettext_noop("A mentorship ended"),
        gettext_noop("Your weekly sessions with this mentor end on %(ends_on)s."),
        gettext_noop("The weekly sessions with this mentor end on %(ends_on)s."),
        icon="users",
    ),
    "mentor_replaced": Words(
        gettext_noop("Another mentor took over"),
        gettext_noop("Another mentor holds your weekly sessions from %(starts_on)s."),
        gettext_noop("Another mentor holds the weekly sessions from %(starts_on)s."),
        icon="users",
    ),
    "training_interrupted": Words(
        gettext_noop("The training was interrupted"),
        gettext_noop(
            "Your training is interrupted from %(starts_on)s to %(ends_on)s: no session takes place."
        ),
        gettext_noop(
            "The training is interrupted from %(starts_on)s to %(ends_on)s: no session takes place."
        ),
        icon="circle-pause",
    ),
    "training_resumed": Words(
        gettext_noop("The training goes on"),
        gettext_noop("The interruption from %(starts_on)s to %(ends_on)s was lifted."),
        icon="circle-play",
    ),
    "interruption_shortened": Words(
        gettext_noop("An interruption was shortened"),
        gettext_noop("The interruption from %(starts_on)s now ends on %(ends_on)s."),
        icon="calendar-range",
    ),
}
