"""A student's own situation: what is held against them, what happens next, their rights and their deadlines.

Open to every student at any time, also while a penalty closes everything else (4.2).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, students_only
from accounts.models import User
from discipline.models import (
    OPEN_STATES,
    Case,
    CaseKind,
    CaseState,
    Penalty,
    PenaltyKind,
)
from discipline.permissions.reading import ReadsAs
from discipline.selectors import with_people
from discipline.selectors.next_step import NextStep, step_of
from discipline.selectors.timeline import OPENED, timeline
from discipline.selectors.whole import Whole
from mentoring.selectors.sessions import streaks_of
from mentoring.words import streak_words
from rulebook.dates import local_date
from rulebook.policy import policy_at
from rulebook.words import spell_length
from students.models import Enrolment, EnrolmentState
from students.selectors import own_scope


@require_safe
@students_only
def situation(request: PersonRequest) -> HttpResponse:
    """The page."""
    user, now = request.user, request.now
    rows = with_people(Case.objects.filter(own_scope(user, "enrolment__"))).order_by("opened_at", "pk")
    found = [Whole(row) for row in rows]
    held = [_held(whole, user, now) for whole in found if whole.case.state in OPEN_STATES]
    penalties = _penalties(user, now)
    context = {
        "now": now,
        "held": held,
        "absences": _absences(user, now),
        "penalties": penalties,
        "ended": [whole.case for whole in found if whole.case.state not in OPEN_STATES],
        "deadlines": sorted(
            (each for one in held for each in one["deadlines"]), key=lambda each: each["due"]
        ),
        "rights": rights(now),
        "calm": not held and not penalties,
    }
    return render(request, "discipline/situation.html", context)


def _held(whole: Whole, user: User, now: datetime) -> dict[str, Any]:
    """One open case in the student's words: what, why, what next."""
    case, step = whole.case, step_of(whole, user, now)
    sent = whole.sent_complaints[-1] if whole.sent_complaints else None
    return {
        "case": case,
        "what": OPENED[CaseKind(case.kind)],
        "complaint": sent,
        "replied": bool(whole.replies),
        "clauses": sent.clauses if sent else [case.clause],
        "step": step,
        "steps": timeline(whole, ReadsAs.STUDENT, step),
        "deadlines": _deadlines(whole, step, now),
        "url": reverse("case", args=[case.pk]),
    }


def _deadlines(whole: Whole, step: NextStep | None, now: datetime) -> list[dict[str, Any]]:
    """What the student can or must do by an instant that has not passed; the meeting among it."""
    case, found = whole.case, []
    if step is not None and step.due_at is not None and step.due_at > now:
        label = f"{step.title}: {step.due_label.lower()}"
        found.append({"due": step.due_at, "label": label, "url": reverse("case", args=[case.pk])})
    planned = whole.planned
    if planned is not None and planned.starts_at > now and case.state != CaseState.SUMMONED:
        found.append(
            {
                "due": planned.starts_at,
                "label": _("The Board plans to meet"),
                "url": reverse("case", args=[case.pk]),
            }
        )
    return found


def _absences(user: User, now: datetime) -> list[dict[str, Any]]:
    """Unauthorised absences in a row that no case holds yet, by training."""
    trainings = list(
        Enrolment.objects.filter(own_scope(user), state=EnrolmentState.ACTIVE).select_related("path")
    )
    streaks = streaks_of([row.pk for row in trainings], policy_at(now))
    return [
        {"enrolment": row, "words": streak_words(own.count, own.remaining)}
        for row in trainings
        if (own := streaks[row.pk]).count
    ]


def _penalties(user: User, now: datetime) -> list[dict[str, Any]]:
    """The penalties in the student's record that were notified (B8), and what each still closes."""
    rows = Penalty.objects.filter(student__user=user, effective_at__isnull=False)
    return [
        {"penalty": row, "closes": _closes(row, now), "url": reverse("case", args=[row.case_id])}
        for row in rows.select_related("case", "enrolment__path").order_by("-effective_at")
    ]


def _closes(row: Penalty, now: datetime) -> str:
    today = local_date(now, row.enrolment.time_zone)
    if row.kind == PenaltyKind.SUSPENSION and row.starts_on and row.ends_on:
        if row.lifted_at is not None or today > row.ends_on:
            return ""
        return _(
            "Your training is suspended from %(first)s to %(last)s, both days included. It opens again by itself. "
            "Fees of these days are due."
        ) % {"first": date_format(row.starts_on), "last": date_format(row.ends_on)}
    if row.ban_until is not None and today <= row.ban_until:
        return _("Your training has ended. You can enrol again after %(day)s.") % {
            "day": date_format(row.ban_until)
        }
    return ""


def rights(now: datetime) -> list[dict[str, str]]:
    """What every student may count on, with the clause that says so; lengths are those of the policy in force."""
    board = policy_at(now).board
    notice = spell_length(int(board.summons.total_seconds()))
    window = {"first": board.letter_earliest, "last": board.letter_latest}
    return [
        {
            "clause": "4.2",
            "title": _("You are told first"),
            "text": _("No penalty of any kind before you were told in writing what is held against you."),
        },
        {
            "clause": "4.2",
            "title": _("You can answer"),
            "text": _(
                "In your own words and with documents, here in the portal. It stays open while your access to "
                "training is closed."
            ),
        },
        {
            "clause": "4.1",
            "title": _("You are summoned in time"),
            "text": _(
                "At least %(notice)s before a meeting of the Board, with what it is about, when, and the video link."
            )
            % {"notice": notice},
        },
        {
            "clause": "4.2",
            "title": _("You need not come alone"),
            "text": _(
                "A student of your Path may accompany you, and a student representative advises the Board."
            ),
        },
        {
            "clause": "4.2",
            "title": _("You are heard"),
            "text": _(
                "The grounds are stated and your explanations written down. After an accident, an illness or the "
                "death of a close relative, with an official document, the meeting is put off."
            ),
        },
        {
            "clause": "4.2",
            "title": _("Only what the scale knows"),
            "text": _(
                "A warning, a suspension, an exclusion; for plagiarism found again, the end of the training. "
                "Never a fine. Two people sign a decision, and it gives its reasons."
            ),
        },
        {
            "clause": "4.1",
            "title": _("The decision comes by registered letter"),
            "text": _(
                "%(first)d to %(last)d days after a meeting. There is no appeal against it. Copies go to those who "
                "pay for your training, and to nobody else."
            )
            % window,
        },
        {
            "clause": "3.2",
            "title": _("You can contest an absence"),
            "text": _("Student Success decides. What is corrected withdraws a case that no longer stands."),
        },
        {
            "clause": "4.2",
            "title": _("You read your own file"),
            "text": _("Your cases, your record and your messages stay open to you, whatever is decided."),
        },
    ]
