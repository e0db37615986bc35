"""Changes of Path."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "path_consultation": Words(
        gettext_noop("The mentor was consulted about another Path"),
        gettext_noop("Your mentor's advice on going over from %(path)s to %(to_path)s: %(advice)s"),
        gettext_noop("The mentor's advice on going over from %(path)s to %(to_path)s: %(advice)s"),
        icon="messages-square",
    ),
    "path_change_requested": Words(
        gettext_noop("A change of Path was asked for"),
        gettext_noop("You asked to go over from %(path)s to %(to_path)s: %(reason)s"),
        gettext_noop("The student asked to go over from %(path)s to %(to_path)s: %(reason)s"),
        icon="route",
    ),
    "path_change_accepted": Words(
        gettext_noop("A change of Path was accepted for processing"),
        gettext_noop(
            "Your change to %(to_path)s was accepted for processing: it takes effect on "
            "%(earliest_on)s at the earliest."
        ),
        gettext_noop(
            "The change to %(to_path)s was accepted for processing: it takes effect on %(earliest_on)s at the earliest."
        ),
        icon="route",
    ),
    "path_change_scheduled": Words(
        gettext_noop("A change of Path was decided"),
        gettext_noop("You go over to %(to_path)s on %(takes_effect_on)s; your training ends on %(ends_on)s."),
        gettext_noop(
            "The student goes over to %(to_path)s on %(takes_effect_on)s; the training ends on %(ends_on)s."
        ),
        icon="route",
    ),
    "path_change_refused": Words(
        gettext_noop("A change of Path was refused"),
        gettext_noop("Your change to %(to_path)s was refused: %(decision)s"),
        gettext_noop("The change to %(to_path)s was refused: %(decision)s"),
        icon="circle-x",
    ),
    "path_change_withdrawn": Words(
        gettext_noop("A change of Path was withdrawn"),
        gettext_noop("You stay on %(path)s."),
        gettext_noop("The student stays on %(path)s."),
        icon="undo-2",
    ),
    "path_change_recounted": Words(
        gettext_noop("The business days were counted anew"),
        gettext_noop("Your change to %(to_path)s takes effect on %(earliest_on)s at the earliest."),
        gettext_noop("The change to %(to_path)s takes effect on %(earliest_on)s at the earliest."),
        icon="calendar-range",
    ),
    "path_change_effective": Words(
        gettext_noop("A change of Path took effect"),
        gettext_noop(
            "You are on %(to_path)s now. Skills that you had proved and that it asks for too carried over."
        ),
        gettext_noop(
            "The student is on %(to_path)s now. Skills that were proved and that it asks for too carried over."
        ),
        icon="route",
    ),
}
