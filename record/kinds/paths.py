"""Paths, their projects and skills, as a Learning Manager edits them."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "path_added": Words(
        gettext_noop("A Path was added"),
        gettext_noop("The Path “%(path)s” (%(code)s) was added."),
        icon="graduation-cap",
    ),
    "path_changed": Words(
        gettext_noop("A Path was changed"),
        gettext_noop("What the school keeps of the Path “%(path)s” was changed."),
        icon="graduation-cap",
    ),
    "path_project_added": Words(
        gettext_noop("A project was added to a Path"),
        gettext_noop("“%(project)s” was added to %(path)s."),
        icon="graduation-cap",
    ),
    "path_project_changed": Words(
        gettext_noop("A project of a Path was changed"),
        gettext_noop("“%(title_before)s” of %(path)s was changed; it is called “%(project)s”."),
        icon="graduation-cap",
    ),
    "path_project_moved": Words(
        gettext_noop("A project has another place in its Path"),
        gettext_noop("“%(project)s” of %(path)s is now number %(place)s."),
        icon="graduation-cap",
    ),
    "path_project_retired": Words(
        gettext_noop("A project was retired"),
        gettext_noop(
            "“%(project)s” of %(path)s is given to nobody any more; it was taken from %(taken_from)s students who had "
            "not begun it."
        ),
        icon="graduation-cap",
    ),
    "path_project_given": Words(
        gettext_noop("A project was given to students in training"),
        gettext_noop("“%(project)s” of %(path)s was given to %(given_to)s students in training."),
        icon="graduation-cap",
    ),
    "path_skill_added": Words(
        gettext_noop("A skill was added"),
        gettext_noop("The skill %(skill)s was added to “%(project)s” of %(path)s."),
        icon="graduation-cap",
    ),
    "path_skill_changed": Words(
        gettext_noop("A skill was worded otherwise"),
        gettext_noop("The skill %(skill)s of “%(project)s” of %(path)s was worded otherwise."),
        icon="graduation-cap",
    ),
    "path_skill_retired": Words(
        gettext_noop("A skill was retired"),
        gettext_noop("The skill %(skill)s of “%(project)s” of %(path)s is no longer asked."),
        icon="graduation-cap",
    ),
}
