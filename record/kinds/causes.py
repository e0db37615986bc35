"""Why a verdict was corrected or a session taken out, in words that follow “because of”."""

from __future__ import annotations

from django.utils.translation import gettext_noop

CAUSES = {
    "notice": gettext_noop("a notice of absence"),
    "late_join": gettext_noop("the actual time at which the link was opened"),
    "statement": gettext_noop("the mentor's statement"),
    "exception": gettext_noop("an exceptional circumstance"),
    "contest": gettext_noop("a contest that was upheld"),
    "report": gettext_noop("a video-conference report"),
    "resolution": gettext_noop("Student Success's word on what happened"),
    "time_off": gettext_noop("the mentor is away"),
    "mentorship_ended": gettext_noop("the mentorship ended"),
    "mentor_replaced": gettext_noop("another mentor takes over"),
    "mentor_left": gettext_noop("the mentor left"),
    "leave": gettext_noop("a leave"),
    "suspension": gettext_noop("a suspension"),
    "training_ended": gettext_noop("the training ended"),
    "enrolment_ended": gettext_noop("the training ended"),
    "dates_changed": gettext_noop("the dates of the training changed"),
}
