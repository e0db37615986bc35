"""A student's projects: given, handed in, approved, defended, and the skills that they prove."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

KINDS: dict[str, Words] = {
    "project_given": Words(
        gettext_noop("A project was given"),
        gettext_noop("The project “%(project)s” of %(path)s was given to you."),
        gettext_noop("The project “%(project)s” of %(path)s was given to the student."),
        icon="folder-input",
    ),
    "project_taken_out": Words(
        gettext_noop("A project was taken out"),
        gettext_noop(
            "The project “%(project)s” of %(path)s is no longer given. You had not begun it: it is not asked of you."
        ),
        gettext_noop(
            "The project “%(project)s” of %(path)s is no longer given. The student had not begun it: it is not asked."
        ),
        icon="folder-input",
    ),
    "deliverable_submitted": Words(
        gettext_noop("A deliverable was handed in"),
        gettext_noop("You handed in version %(version)s of “%(project)s”."),
        gettext_noop("The student handed in version %(version)s of “%(project)s”."),
        icon="file-input",
    ),
    "project_approved": Words(
        gettext_noop("A project was approved"),
        gettext_noop("Your mentor approved version %(version)s of “%(project)s”: %(comment)s"),
        gettext_noop("The mentor approved version %(version)s of “%(project)s”: %(comment)s"),
        icon="circle-check",
    ),
    "project_to_rework": Words(
        gettext_noop("A project is to be reworked"),
        gettext_noop("Your mentor gave version %(version)s of “%(project)s” back: %(comment)s"),
        gettext_noop("The mentor gave version %(version)s of “%(project)s” back: %(comment)s"),
        icon="undo-2",
    ),
    "rework_required": Words(
        gettext_noop("A project has to be reworked before it can be approved"),
        gettext_noop("“%(project)s” has to be reworked: %(reason)s"),
        icon="triangle-alert",
        grave=True,
    ),
    "redo_required": Words(
        gettext_noop("A project has to be entirely redone"),
        gettext_noop("“%(project)s” has to be entirely redone: %(reason)s"),
        icon="triangle-alert",
        grave=True,
    ),
    "due_day_set": Words(
        gettext_noop("A project was given a last day"),
        gettext_noop("Hand in “%(project)s” by %(due_on)s."),
        gettext_noop("“%(project)s” is to be handed in by %(due_on)s."),
        icon="calendar-range",
    ),
    "due_day_lifted": Words(
        gettext_noop("The last day of a project was lifted"),
        gettext_noop("“%(project)s” has no last day any more."),
        icon="calendar-range",
    ),
    "skill_approved": Words(
        gettext_noop("A skill was approved"),
        gettext_noop("The skill %(skill)s of “%(project)s” was approved at a defence: %(comment)s"),
        icon="circle-check",
    ),
    "skill_carried_over": Words(
        gettext_noop("A skill carried over"),
        gettext_noop(
            "The skill %(skill)s of “%(project)s” was approved in an earlier training and carries over."
        ),
        icon="circle-check",
    ),
    "project_defended": Words(
        gettext_noop("A project was defended"),
        gettext_noop("All skills of “%(project)s” are approved: you have defended it."),
        gettext_noop("All skills of “%(project)s” are approved: the student has defended it."),
        icon="graduation-cap",
    ),
    "defence_booked": Words(
        gettext_noop("A defence was booked"),
        gettext_noop("The defence of “%(project)s” before %(assessor)s is booked for %(starts_at)s."),
        icon="calendar-plus",
    ),
    "defence_cancelled": Words(
        gettext_noop("A defence was cancelled"),
        gettext_noop("The defence of “%(project)s” on %(starts_at)s was cancelled: %(reason)s"),
        icon="calendar-x",
    ),
    "defence_recorded": Words(
        gettext_noop("The recording of a defence was added"),
        gettext_noop("The recording of your defence of “%(project)s” on %(starts_at)s was added."),
        gettext_noop("The recording of the defence of “%(project)s” on %(starts_at)s was added."),
        icon="video",
    ),
    "defence_passed": Words(
        gettext_noop("A defence was passed"),
        gettext_noop("You passed the defence of “%(project)s”: %(comment)s"),
        gettext_noop("The student passed the defence of “%(project)s”: %(comment)s"),
        icon="circle-check",
    ),
    "defence_failed": Words(
        gettext_noop("A defence was not passed"),
        gettext_noop("Skills remain after the defence of “%(project)s”: %(comment)s"),
        icon="circle-x",
    ),
}
