"""Each state as a tone, an icon and a word, so that no state is told by colour alone."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Look(NamedTuple):
    """`tone` is one of ok, warn, bad, accent, muted and "" (ink); `icon` a Lucide name."""

    tone: str
    icon: str
    word: str | Promise


LOOKS: dict[str, dict[str, Look]] = {
    "session": {
        "scheduled": Look("muted", "calendar", _("To come")),
        "held": Look("ok", "circle-check", _("Held")),
        "authorised_absence": Look("", "circle", _("Excused")),
        "unauthorised_absence": Look("bad", "circle-x", _("Unauthorised absence")),
        "unattended": Look("warn", "circle-question-mark", _("Unattended")),
        "mentor_absent": Look("muted", "user-x", _("Mentor absent")),
        "cancelled_by_mentor": Look("muted", "calendar-x", _("Cancelled by the mentor")),
        "cancelled_by_school": Look("muted", "calendar-x", _("Cancelled by the school")),
    },
    "ground": {
        "late_notice": Look("bad", "mail", _("Late notice")),
        "late_arrival": Look("bad", "alarm-clock", _("Late arrival")),
        "no_show": Look("bad", "circle-x", _("No-show")),
        "timely_notice": Look("", "mail", _("Notice in time")),
        "exceptional_circumstance": Look("", "shield", _("Exceptional circumstance")),
    },
    "rescheduling": {
        "open": Look("warn", "hourglass", _("To do")),
        "met": Look("ok", "circle-check", _("Done in time")),
        "breach": Look("bad", "circle-x", _("Not done in time")),
        "waits": Look("muted", "clock", _("Waits for a free slot")),
    },
    "project": {
        "todo": Look("muted", "circle-dashed", _("To do")),
        "submitted": Look("accent", "send", _("Handed in")),
        "to_rework": Look("warn", "undo-2", _("To rework")),
        "to_redo": Look("bad", "triangle-alert", _("To redo")),
        "approved": Look("ok", "circle-check", _("Approved")),
        "defended": Look("ok", "graduation-cap", _("Defended")),
    },
    "defence": {
        "booked": Look("accent", "calendar", _("Booked")),
        "passed": Look("ok", "circle-check", _("Passed")),
        "failed": Look("warn", "undo-2", _("Skills remain")),
        "cancelled": Look("muted", "calendar-x", _("Cancelled")),
    },
    "case": {
        "open": Look("warn", "gavel", pgettext_lazy("case", "Open")),
        "informed": Look("warn", "mail-check", _("Complaint sent")),
        "summoned": Look("warn", "calendar", _("Summoned")),
        "heard": Look("warn", "message-square-text", pgettext_lazy("case", "Heard")),
        "decided": Look("bad", "scale", pgettext_lazy("case", "Decided")),
        "concluded": Look("muted", "circle-check", pgettext_lazy("case", "Concluded")),
        "withdrawn": Look("muted", "undo-2", _("Withdrawn")),
        "closed": Look("muted", "check", _("Closed without penalty")),
    },
    "contest": {
        "open": Look("warn", "hourglass", _("Waiting for a decision")),
        "upheld": Look("ok", "circle-check", _("Upheld")),
        "accepted": Look("ok", "circle-check", _("Upheld")),
        "rejected": Look("bad", "circle-x", _("Rejected")),
        "dismissed": Look("bad", "circle-x", _("Dismissed")),
    },
    "message": {
        "pending": Look("muted", "hourglass", _("Waiting to be sent")),
        "sent": Look("ok", "send", _("Sent")),
        "failed": Look("bad", "triangle-alert", _("Not sent")),
    },
    "sweep": {
        "ok": Look("ok", "circle-check", _("On time")),
        "late": Look("warn", "clock", _("Behind")),
        "error": Look("bad", "triangle-alert", _("Failing")),
        "never": Look("muted", "circle-dashed", _("Has not run")),
    },
    "task": {
        "done": Look("ok", "circle-check", _("Done")),
        "todo": Look("accent", "circle-dot", _("To do")),
        "later": Look("muted", "lock", _("Cannot start yet")),
        "waiting": Look("muted", "hourglass", _("Waiting for others")),
        "late": Look("bad", "circle-alert", _("Late")),
        "optional": Look("muted", "circle-dashed", _("Optional")),
    },
    "yesno": {
        "yes": Look("ok", "circle-check", _("Yes")),
        "no": Look("muted", "minus", _("No")),
    },
}


def look(state: str, kind: str = "session") -> Look:
    """The look of a state; one that is not in the table is shown as its own name, neutral."""
    known = LOOKS.get(kind, {}).get(state)
    return known or Look("", "circle-dot", str(state).replace("_", " ").capitalize())
