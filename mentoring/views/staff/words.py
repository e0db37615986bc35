"""What a decision of the school leads to, in sentences for whoever takes it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mentoring.models import ContestOutcome, Session, SessionState
from mentoring.services.outlook import Outlook, outlook

OUTCOMES: dict[str, str] = {
    ContestOutcome.REJECTED: SessionState.UNAUTHORISED_ABSENCE,
    ContestOutcome.AUTHORISED: SessionState.AUTHORISED_ABSENCE,
    ContestOutcome.PRESENT: SessionState.HELD,
    ContestOutcome.NOT_COUNTED: SessionState.CANCELLED_BY_SCHOOL,
}
"""What each decision of a contest makes of the session (services.corrections)."""


def streak_after(seen: Outlook) -> str:
    """Where the absences in a row stand afterwards."""
    if seen.before == seen.after:
        return ngettext(
            "Unchanged: %(n)d unauthorised absence counts of %(size)d.",
            "Unchanged: %(n)d unauthorised absences count of %(size)d.",
            seen.after,
        ) % {"n": seen.after, "size": seen.size}
    return _("%(after)d of %(size)d count afterwards; now it is %(before)d.") % {
        "after": seen.after,
        "size": seen.size,
        "before": seen.before,
    }


def case_after(seen: Outlook) -> str:
    """What becomes of a case before the Board."""
    told = []
    if seen.withdraws:
        told.append(_("The case that these absences opened is withdrawn, and the student is told."))
    if seen.sealed:
        told.append(_("The Board has decided the case already: it stands."))
    if seen.opens:
        told.append(_("A case before the Disciplinary Board opens by itself."))
    return " ".join(told) or _("No case opens, and none is withdrawn.")


def absence_after(outcome: str) -> str:
    """What becomes of the absence."""
    return {
        SessionState.UNAUTHORISED_ABSENCE: _("It is an unauthorised absence."),
        SessionState.AUTHORISED_ABSENCE: _("It is an authorised absence: it does not count."),
        SessionState.HELD: _(
            "There is no absence: the session counts as held, and absences in a row start again at zero."
        ),
        SessionState.CANCELLED_BY_SCHOOL: _("There is no absence: the session does not count for anything."),
        SessionState.MENTOR_ABSENT: _(
            "There is no absence of the student: the mentor's is recorded and shown to staff."
        ),
    }[SessionState(outcome)]


def what_follows(session: Session, outcome: str, now: datetime) -> list[tuple[str, str]]:
    """The absence, the absences in a row, the case: what each is once the session's outcome is this one."""
    seen = outlook(session, outcome, now)
    return [
        (_("The absence"), absence_after(outcome)),
        (_("Absences in a row"), streak_after(seen)),
        (_("The case"), case_after(seen)),
        (_("Told by e-mail"), str(session.student.user)),
    ]
