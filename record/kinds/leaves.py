"""Leaves from the training: asked for, approved, refused, cut short."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "leave_requested": Words(
        gettext_noop("A leave was asked for"),
        gettext_noop("You asked for a leave from %(starts_on)s to %(ends_on)s (%(days)s days)."),
        gettext_noop("A leave was asked for from %(starts_on)s to %(ends_on)s (%(days)s days)."),
        icon="calendar-off",
    ),
    "leave_complete": Words(
        gettext_noop("The e-mail of a long leave was sent"),
        gettext_noop(
            "The e-mail to Student Success was sent: your request for a leave from %(starts_on)s to "
            "%(ends_on)s is complete."
        ),
        gettext_noop(
            "The e-mail to Student Success was sent: the request for a leave from %(starts_on)s to "
            "%(ends_on)s is complete."
        ),
        icon="send",
    ),
    "leave_validated": Words(
        gettext_noop("A leave was validated"),
        gettext_noop(
            "Your leave from %(starts_on)s to %(ends_on)s (%(days)s days) was validated: your "
            "training now ends on %(training_ends_on)s."
        ),
        gettext_noop(
            "The leave from %(starts_on)s to %(ends_on)s (%(days)s days) was validated: the training "
            "now ends on %(training_ends_on)s."
        ),
        icon="calendar-check",
    ),
    "leave_refused": Words(
        gettext_noop("A leave was refused"),
        gettext_noop("Your leave from %(starts_on)s to %(ends_on)s was refused: %(decision)s"),
        gettext_noop("The leave from %(starts_on)s to %(ends_on)s was refused: %(decision)s"),
        icon="calendar-x",
    ),
    "leave_withdrawn": Words(
        gettext_noop("A leave was withdrawn"),
        gettext_noop(
            "Your leave from %(starts_on)s to %(ends_on)s was withdrawn: your training ends on %(training_ends_on)s."
        ),
        gettext_noop(
            "The leave from %(starts_on)s to %(ends_on)s was withdrawn: the training ends on %(training_ends_on)s."
        ),
        icon="undo-2",
    ),
    "leave_returned": Words(
        gettext_noop("A leave ended early"),
        gettext_noop(
            "You are back in training on %(back_on)s: your training now ends on %(training_ends_on)s."
        ),
        gettext_noop(
            "The student is back in training on %(back_on)s: the training now ends on %(training_ends_on)s."
        ),
        icon="circle-play",
    ),
    "leave_lapsed": Words(
        gettext_noop("Nobody decided on a leave"),
        gettext_noop(
            "Nobody decided on your leave from %(starts_on)s to %(ends_on)s before it was over. It did not take place."
        ),
        gettext_noop(
            "Nobody decided on the leave from %(starts_on)s to %(ends_on)s before it was over. It did not take place."
        ),
        icon="clock",
    ),
}
