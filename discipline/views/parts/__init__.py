"""The parts of a case's page, in the order in which they are shown.

A part is a function ``part(case, user, now)`` in a module of its own here, which gives what its template
``templates/discipline/case/<name>.html`` shows (as ``part``), or None where there is nothing for this reader. The
hub (``discipline.views.hub``) draws the heading; a part draws none of its own above ``h3``. Who may see what, each
part asks of its own selectors and permissions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from discipline.models import Case

from . import absences, board, complaint, facts, history, letter, messages, penalty, people, reply

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Fill = Callable[[Case, User, datetime], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page; ``name`` is its anchor and its template."""

    name: str
    title: StrOrPromise
    fill: Fill
    # Proofs that one looks up, and does not read from top to bottom.
    folded: bool = False

    @property
    def template(self) -> str:
        return f"discipline/case/{self.name}.html"


PARTS: tuple[Part, ...] = (
    Part("complaint", _("The complaint"), complaint.part),
    Part("reply", _("The student's reply"), reply.part),
    Part("absences", _("The absences"), absences.part),
    Part("facts", _("The facts"), facts.part),
    Part("documents", _("The documents"), facts.documents),
    Part("board", _("The Board"), board.board),
    Part("meeting", _("The meeting"), board.meeting),
    Part("decision", _("The decision"), board.decision),
    Part("letter", _("The decision on its way"), letter.part),
    Part("penalty", _("The penalty"), penalty.part),
    Part("people", _("People"), people.part),
    Part("messages", _("Messages"), messages.part, folded=True),
    Part("history", _("What was recorded"), history.part, folded=True),
)


def parts_of(case: Case, user: User, now: datetime) -> Iterator[dict[str, Any]]:
    """Each part that has something for this reader: name, title, template, and what the template shows."""
    for each in PARTS:
        shown = each.fill(case, user, now)
        if shown is not None:
            yield {
                "name": each.name,
                "title": each.title,
                "template": each.template,
                "folded": each.folded,
                "part": shown,
            }
