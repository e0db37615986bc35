"""A case with all that belongs to it: what its page, its printed file and its next step are made of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from discipline.models import (
    Advice,
    BoardMember,
    BoardRole,
    Case,
    CaseDocument,
    CaseFact,
    Companion,
    Complaint,
    Decision,
    DecisionCopy,
    Meeting,
    MeetingAttendance,
    MeetingState,
    Penalty,
    Reply,
    Summons,
    Suspicion,
    Vote,
)
from record.models import Letter, Message


@dataclass
class Whole:
    """One case and its rows, each read once and only when something asks for them; oldest first throughout.

    What a reader may see of it, ``discipline.permissions.reading`` says.
    """

    case: Case

    @cached_property
    def complaints(self) -> list[Complaint]:
        return list(self.case.complaints.select_related("drafted_by", "issued_by"))

    @cached_property
    def sent_complaints(self) -> list[Complaint]:
        return [row for row in self.complaints if row.sent_at is not None]

    @property
    def draft(self) -> Complaint | None:
        return next((row for row in self.complaints if row.issued_at is None), None)

    @cached_property
    def replies(self) -> list[Reply]:
        return list(Reply.objects.filter(complaint__case=self.case).select_related("complaint", "by"))

    @cached_property
    def facts(self) -> list[CaseFact]:
        return list(self.case.case_facts.select_related("added_by"))

    @cached_property
    def documents(self) -> list[CaseDocument]:
        return list(self.case.case_documents.select_related("document", "added_by"))

    @cached_property
    def suspicions(self) -> list[Suspicion]:
        rows = self.case.suspicions.select_related("work__project", "decided_by")
        return list(rows.prefetch_related("evidence").order_by("reported_at", "pk"))

    @cached_property
    def all_members(self) -> list[BoardMember]:
        return list(self.case.members.select_related("user").order_by("named_at", "pk"))

    @property
    def members(self) -> list[BoardMember]:
        """Who sits on the Board now."""
        return [row for row in self.all_members if row.recused_at is None and row.left_at is None]

    def seat(self, role: BoardRole) -> BoardMember | None:
        return next((row for row in self.members if row.role == role), None)

    @cached_property
    def companions(self) -> list[Companion]:
        return list(self.case.companions.select_related("user"))

    @property
    def companion(self) -> Companion | None:
        """Who accompanies the student."""
        return next((row for row in self.companions if row.accepted_at and row.ended_at is None), None)

    @cached_property
    def meetings(self) -> list[Meeting]:
        return list(self.case.meetings.select_related("minutes_by"))

    @property
    def planned(self) -> Meeting | None:
        return next((row for row in self.meetings if row.state == MeetingState.PLANNED), None)

    @property
    def held(self) -> Meeting | None:
        return next((row for row in self.meetings if row.state == MeetingState.HELD), None)

    @cached_property
    def summonses(self) -> list[Summons]:
        return list(self.case.summonses.select_related("receipt"))

    @property
    def summons(self) -> Summons | None:
        """The one that counts for the meeting that is planned."""
        planned = self.planned
        if planned is None:
            return None
        live = (row for row in self.summonses if row.superseded_at is None and row.meeting_id == planned.pk)
        return next(live, None)

    @cached_property
    def attendances(self) -> list[MeetingAttendance]:
        return list(MeetingAttendance.objects.filter(meeting__case=self.case).select_related("member__user"))

    @cached_property
    def votes(self) -> list[Vote]:
        return list(Vote.objects.filter(meeting__case=self.case).select_related("member__user"))

    @cached_property
    def advices(self) -> list[Advice]:
        return list(Advice.objects.filter(meeting__case=self.case).select_related("member__user"))

    @cached_property
    def decision(self) -> Decision | None:
        rows = Decision.objects.filter(case=self.case)
        return rows.select_related("drafted_by", "confirmed_by").first()

    @cached_property
    def penalty(self) -> Penalty | None:
        return Penalty.objects.filter(case=self.case).first()

    @cached_property
    def copies(self) -> list[DecisionCopy]:
        return list(DecisionCopy.objects.filter(decision__case=self.case).select_related("funder"))

    @cached_property
    def letter(self) -> Letter | None:
        """The registered letter that carries the decision to the student."""
        return Letter.objects.filter(about=f"discipline.case:{self.case.pk}", template="decision").first()

    @cached_property
    def messages(self) -> list[Message]:
        """What was sent about it, to whomever, without the text: each names its case in its context."""
        people = {self.case.student.user_id, *(row.user_id for row in self.all_members)}
        people |= {row.user_id for row in self.companions}
        rows = Message.objects.filter(recipient__in=people, created_at__gte=self.case.opened_at)
        found = rows.select_related("recipient").defer("body_text", "body_html", "attachments")
        return _about(self.case, found.order_by("created_at", "pk"))


def _about(case: Case, messages: Iterable[Message]) -> list[Message]:
    return [row for row in messages if json.loads(row.context or "{}").get("case") == case.pk]
