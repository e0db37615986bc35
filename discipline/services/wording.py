"""A decision in words: what its letter says, and the facts that a copy of it may hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from discipline.models import Decision, PenaltyKind
from mentoring.services.facts import iso
from record.letters.printing import Part, Words
from rulebook.dates import local_date
from rulebook.decisions import LetterWindow, letter_window
from rulebook.policy import Policy, get_policy


def window_of(decision: Decision) -> LetterWindow | None:
    """When the letter of a decision may arrive; None where it needs none."""
    meeting = decision.meeting
    if not decision.needs_letter or meeting is None or meeting.held_at is None:
        return None
    return letter_window(
        meeting.held_at, decision.case.enrolment.time_zone, get_policy(decision.policy_id).board
    )


def decision_facts(decision: Decision) -> dict[str, Any]:
    """The decision and nothing more (abuse 14): whom it is about, what was decided, why, by which rule, and who
    signed. What was held against the student, who reported it, what was said and shown stays in the file."""
    case = decision.case
    assert decision.confirmed_at is not None
    return {
        "decision": decision.pk,
        "student": case.student.user.full_name,
        "path": case.enrolment.path.title,
        "penalty": decision.penalty_kind,
        "reasons": decision.reasons,
        "decided_at": iso(decision.confirmed_at),
        "clause": decision.clause,
        "policy": decision.policy_id,
    }


def words_of(decision: Decision) -> Words:
    """What the letter says, in the language of the moment."""
    case, enrolment = decision.case, decision.case.enrolment
    assert decision.confirmed_at is not None and decision.confirmed_by is not None
    policy = get_policy(decision.policy_id)

    def day(instant: datetime) -> str:
        return date_format(local_date(instant, enrolment.time_zone), "j F Y")

    facts = [(_("Student"), case.student.user.full_name), (_("Training"), enrolment.path.title)]
    if decision.meeting is not None and decision.meeting.held_at is not None:
        facts.append((_("Meeting of the Board"), day(decision.meeting.held_at)))
    facts.append((_("Decided"), day(decision.confirmed_at)))
    facts.append((_("Penalty"), str(PenaltyKind(decision.penalty_kind).label)))
    return Words(
        title=_("Decision of the Disciplinary Board"),
        facts=facts,
        parts=(
            Part(_("What the Board decided"), (effect_in_words(decision.penalty_kind, policy),)),
            Part(_("Why"), [line for line in decision.reasons.splitlines() if line.strip()]),
            Part(_("The rule"), rule_in_words(decision, policy)),
            Part(
                _("What follows"),
                (
                    _("The decision takes effect when this letter is delivered, refused or first presented."),
                    _(
                        "There is no appeal (4.1). It stands in your record, and the graduation jury sees it (4.2)."
                    ),
                    _("You can still sign in to read this decision, your file and your record."),
                ),
            ),
        ),
        signatures=(
            _("%(name)s, chair of the Disciplinary Board") % {"name": decision.drafted_by.full_name},
            _("%(name)s, Learning Manager") % {"name": decision.confirmed_by.full_name},
        ),
    )


def effect_in_words(kind: str, policy: Policy) -> str:
    """What a penalty does (B7), with the lengths of the policy."""
    terms = policy.penalties
    if kind == PenaltyKind.SUSPENSION:
        return _(
            "You are suspended for %(n)d calendar month: collaborative tools and mentoring are closed, and the fees "
            "of that time are still due, whoever pays them. The suspension ends by itself."
        ) % {"n": terms.suspension}
    if kind == PenaltyKind.EXCLUSION:
        return _(
            "You are permanently excluded: the training ends at once, nothing is refunded, and no training of the "
            "school is open to you for %(n)d year."
        ) % {"n": terms.exclusion_ban}
    if kind == PenaltyKind.DISCONTINUATION:
        return _(
            "Your training is discontinued, and no programme of the school is open to you for %(n)d years."
        ) % {"n": terms.discontinuation_ban}
    return _("You receive a warning.")


def rule_in_words(decision: Decision, policy: Policy) -> list[str]:
    language = translation.get_language() or ""
    found = []
    for number in dict.fromkeys((decision.clause, "4.2")):
        clause = policy.clauses.get(number)
        if clause is not None:
            told = clause.in_language(language)
            found.append(f"{number} · {told.title}. {told.summary}")
    found.append(_("Policy version %(id)s.") % {"id": policy.id})
    return found
