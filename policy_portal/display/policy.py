"""A policy version as people read it: clauses by chapter, each with its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rulebook.policy import Clause, Policy

from .times import duration

CHAPTERS: dict[str, str | Promise] = {
    "1": gettext_lazy("Purpose"),
    "2": gettext_lazy("Your training"),
    "3": gettext_lazy("What is expected of you"),
    "4": gettext_lazy("The Disciplinary Board"),
    "5": gettext_lazy("Elsewhere than here"),
    "PL": gettext_lazy("Collaboration and plagiarism"),
}


@dataclass(frozen=True)
class Chapter:
    """Clauses under one heading."""

    key: str
    title: str
    clauses: tuple[tuple[Clause, list[tuple[str, str]]], ...]


def in_words(policy: Policy, language: str) -> list[Chapter]:
    """The chapters of a version in its own order, in the reader's language where it has one."""
    chapters: dict[str, list[tuple[Clause, list[tuple[str, str]]]]] = {}
    for number, clause in policy.clauses.items():
        key = number.split(".")[0]
        chapters.setdefault(key, []).append((clause.in_language(language), figures(policy, number)))
    return [Chapter(key, str(CHAPTERS.get(key, key)), tuple(clauses)) for key, clauses in chapters.items()]


def _hours(span: timedelta) -> str:
    """24 h, not 1 day: as the rule says it."""
    seconds = int(span.total_seconds())
    if seconds % 3600 == 0 and seconds <= 96 * 3600:
        return ngettext("%(n)d hour", "%(n)d hours", seconds // 3600) % {"n": seconds // 3600}
    if seconds % 86400 == 0:
        return _days(seconds // 86400)
    if seconds % 60 == 0 and seconds < 3600:
        return ngettext("%(n)d minute", "%(n)d minutes", seconds // 60) % {"n": seconds // 60}
    return duration(span)


def _days(n: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def _months(n: int) -> str:
    return ngettext("%(n)d calendar month", "%(n)d calendar months", n) % {"n": n}


def _years(n: int) -> str:
    return ngettext("%(n)d year", "%(n)d years", n) % {"n": n}


def figures(policy: Policy, clause: str) -> list[tuple[str, str]]:
    """The figures that a clause works with, as (label, value)."""
    terms, leave, board, penalties = policy.attendance, policy.leave, policy.board, policy.penalties
    match clause:
        case "2.4":
            speed = policy.equipment.download / 1000
            return [(_("Your connection brings you"), _("%(speed)s Mbit a second") % {"speed": f"{speed:g}"})]
        case "2.5":
            return [(_("A mentoring recording is kept"), _days(policy.recordings.mentoring_kept))]
        case "2.7":
            return [
                (_("Your mentor alone agrees to"), _days(leave.mentor_approves_up_to)),
                (_("You also write to Student Success beyond"), _days(leave.email_beyond)),
            ]
        case "2.8":
            n = policy.change.processing
            return [
                (
                    _("A change takes at least"),
                    ngettext("%(n)d business day", "%(n)d business days", n) % {"n": n},
                )
            ]
        case "3.2":
            return [
                (_("Notice, before the start"), _hours(terms.notice)),
                (_("Late from, after the start"), _hours(terms.lateness)),
                (_("Reasons and another session, from the missed start"), _hours(terms.rescheduling)),
                (_("Sessions in one week, at most"), str(terms.max_sessions_per_week)),
                (_("Unauthorised absences in a row that open a case"), str(terms.streak)),
            ]
        case "3.3":
            return [(_("An alert after no regular work for"), _hours(policy.commitment.silence))]
        case "3.4":
            return [(_("Licence of the school's content"), policy.content_licence)]
        case "4.1":
            return [
                (_("You are told before the meeting"), _hours(board.summons)),
                (
                    _("The decision reaches you"),
                    _("%(first)d to %(last)d days after the meeting")
                    % {"first": board.letter_earliest, "last": board.letter_latest},
                ),
            ]
        case "4.2":
            return [
                (_("Suspension"), _months(penalties.suspension)),
                (_("After an exclusion, no training for"), _years(penalties.exclusion_ban)),
                (_("After a discontinuation, no programme for"), _years(penalties.discontinuation_ban)),
            ]
    return []
