"""One question about a case: for whom, when, and what an answer is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from discipline.models import BoardRole
from discipline.permissions.proceedings import can_prosecute
from rulebook.policy import get_policy
from rulebook.terms import BoardTerms
from rulebook.words import spell_length

from .whole import Whole


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step, in the words of whoever reads it. ``part`` is the part of the page on which it is taken.

    ``due_at`` is the policy's limit, ``not_before`` the first instant at which it is allowed, ``blocked_by`` what has
    to be done first, in sentences. ``mine``: the reader owes it.
    """

    title: str
    owner: str
    clause: str
    text: str = ""
    due_at: datetime | None = None
    due_label: str = ""
    not_before: datetime | None = None
    blocked_by: tuple[str, ...] = ()
    part: str = ""
    mine: bool = False
    page: str = ""
    """The page on which whoever owes it takes it (a URL name), and what it is about."""
    args: tuple[int, ...] = ()

    @property
    def url(self) -> str:
        """Where the reader goes: the page on which it is taken, else the part of the case that tells of it."""
        if self.mine and self.page:
            return reverse(self.page, args=self.args)
        return f"#{self.part}" if self.part else ""


@dataclass(frozen=True)
class Asked:
    """One question: which case, for whom, when."""

    whole: Whole
    user: User
    now: datetime

    @property
    def own(self) -> bool:
        return self.whole.case.student.user_id == self.user.pk

    @property
    def board(self) -> BoardTerms:
        return get_policy(self.whole.case.policy_id).board

    @property
    def notice(self) -> str:
        """How long before a meeting its summons is sent, in words."""
        return spell_length(int(self.board.summons.total_seconds()))

    @property
    def runs(self) -> bool:
        """Whether the reader takes the first steps: complaint, Board, summons."""
        return can_prosecute(self.user, self.whole.case)

    def chair(self) -> str:
        return self._named(BoardRole.CHAIR, _("Head of Learning"))

    def manager(self) -> str:
        return self._named(BoardRole.LEARNING_MANAGER, _("Learning Manager"))

    def _named(self, role: BoardRole, office: str) -> str:
        member = self.whole.seat(role)
        if member is None or self.own:
            return office
        return f"{member.user.full_name} ({office})"

    def sits(self, *roles: BoardRole) -> bool:
        return any(row.user_id == self.user.pk and row.role in roles for row in self.whole.members)
