"""Sessions and absences: what was said of them, what was decided, and the absences in a row (3.2)."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from .form import Words

# What became of a session, as icon and outcome; the sentence comes from the rule book.
VERDICTS = {
    "session_held": ("circle-check", "held"),
    "absence_authorised": ("circle", "authorised_absence"),
    "absence_unauthorised": ("circle-x", "unauthorised_absence"),
    "session_unattended": ("circle-question-mark", "unattended"),
    "mentor_absent": ("user-x", "mentor_absent"),
    "session_cancelled": ("calendar-x", "cancelled_by_school"),
}

KINDS: dict[str, Words] = {
    "presence_stated": Words(
        gettext_noop("The mentor said who was there"),
        gettext_noop("About the session of %(starts_at)s, your mentor stated whether you were there."),
        gettext_noop("About the session of %(starts_at)s, the mentor stated whether the student was there."),
        icon="user-check",
    ),
    "presence_stated:present": Words(
        gettext_noop("The mentor said that the student was there"),
        gettext_noop("Your mentor stated that you were at the session of %(starts_at)s from %(arrived_at)s."),
        gettext_noop(
            "The mentor stated that the student was at the session of %(starts_at)s from %(arrived_at)s."
        ),
        icon="user-check",
    ),
    "presence_stated:absent": Words(
        gettext_noop("The mentor said that the student was not there"),
        gettext_noop("Your mentor stated that you were not at the session of %(starts_at)s."),
        gettext_noop("The mentor stated that the student was not at the session of %(starts_at)s."),
        icon="user-x",
    ),
    "joins_reported": Words(
        gettext_noop("A video report was added"),
        gettext_noop(
            "A report of the video conference told who joined the session of %(starts_at)s, and when."
        ),
        icon="video",
    ),
    "report_applied": Words(
        gettext_noop("A video-conference report was applied"),
        gettext_noop("A participant report changed the facts of %(sessions)s sessions (%(rows)s rows)."),
        icon="file-input",
    ),
    "message.retried": Words(
        gettext_noop("A message was sent again"),
        gettext_noop("A message that could not be sent to you was put into the outbox again."),
        gettext_noop("A message that could not be sent was put into the outbox again."),
        icon="send",
    ),
    "exception_asked": Words(
        gettext_noop("An exception was asked for"),
        gettext_noop("An exception was asked for your session of %(starts_at)s: “%(reason)s”"),
        gettext_noop("An exception was asked for the session of %(starts_at)s: “%(reason)s”"),
        icon="shield",
    ),
    "exception_declined": Words(
        gettext_noop("An exception was declined"),
        gettext_noop(
            "Student Success declined the exception for your session of %(starts_at)s: “%(reasons)s”"
        ),
        gettext_noop(
            "Student Success declined the exception for the session of %(starts_at)s: “%(reasons)s”"
        ),
        icon="shield",
    ),
    "exception_authorised": Words(
        gettext_noop("An exceptional circumstance was accepted"),
        gettext_noop(
            "Student Success accepted an exceptional circumstance for the session of %(starts_at)s: %(reason)s"
        ),
        icon="shield",
    ),
    "absence_contested": Words(
        gettext_noop("The absence was contested"),
        gettext_noop("You contested the absence of %(starts_at)s: “%(statement)s”"),
        gettext_noop("The student contested the absence of %(starts_at)s: “%(statement)s”"),
        icon="scale",
    ),
    "contest_decided:rejected": Words(
        gettext_noop("The contest was decided: the absence stands"),
        gettext_noop("The absence of %(starts_at)s stands as it was: %(reasons)s"),
        icon="scale",
    ),
    "contest_decided:authorised": Words(
        gettext_noop("The contest was decided: the absence is authorised"),
        gettext_noop("The absence of %(starts_at)s is authorised: %(reasons)s"),
        icon="scale",
    ),
    "contest_decided:present": Words(
        gettext_noop("The contest was decided: there was no absence"),
        gettext_noop("You were at the session of %(starts_at)s in time: %(reasons)s"),
        gettext_noop("The student was at the session of %(starts_at)s in time: %(reasons)s"),
        icon="scale",
    ),
    "contest_decided:not_counted": Words(
        gettext_noop("The contest was decided: the session does not count"),
        gettext_noop("The session of %(starts_at)s does not count: %(reasons)s"),
        icon="scale",
    ),
    "reasons_given": Words(
        gettext_noop("Reasons were given"),
        gettext_noop("You gave your mentor the reasons of the absence of %(starts_at)s: “%(reasons)s”"),
        gettext_noop(
            "The student gave the mentor the reasons of the absence of %(starts_at)s: “%(reasons)s”"
        ),
        icon="message-square-text",
    ),
    "rescheduling_met": Words(
        gettext_noop("Reasons and another session were both there"),
        gettext_noop("After the absence of %(starts_at)s, you gave your reasons and booked another session."),
        gettext_noop(
            "After the absence of %(starts_at)s, reasons were given and another session was booked."
        ),
        icon="circle-check",
    ),
    "rescheduling_breach": Words(
        gettext_noop("Reasons or another session were missing when they were due"),
        gettext_noop(
            "After the absence of %(starts_at)s, your reasons and another session were due by "
            "%(rescheduling_due_at)s. They were not both there, which is a breach of 3.2."
        ),
        gettext_noop(
            "After the absence of %(starts_at)s, reasons and another session were due by "
            "%(rescheduling_due_at)s. They were not both there, which is a breach of 3.2."
        ),
        icon="circle-x",
        grave=True,
    ),
    "rescheduling_waits": Words(
        gettext_noop("Booking another session waits"),
        gettext_noop(
            "After the absence of %(starts_at)s, your mentor had no free time to offer: there is no breach, "
            "and the booking waits."
        ),
        gettext_noop(
            "After the absence of %(starts_at)s, the mentor had no free time to offer: there is no breach, "
            "and the booking waits."
        ),
        icon="clock",
    ),
    "session_booked": Words(
        gettext_noop("Another session was booked"),
        gettext_noop("A session was booked for %(starts_at)s."),
        icon="calendar-plus",
    ),
    "three_absences": Words(
        gettext_noop("Three unauthorised absences in a row"),
        gettext_noop("Three unauthorised absences in a row: the policy asks the Disciplinary Board to look."),
        icon="triangle-alert",
        grave=True,
    ),
    "streak_undone": Words(
        gettext_noop("The absences in a row no longer stand"),
        gettext_noop("A correction changed one of the three absences, so they no longer stand in a row."),
        icon="undo-2",
    ),
}
