"""The next step of a case: what is to be done, who owes it, by when, and what stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from discipline.models import BoardRole, Case, CaseState, Penalty
from record.models import Message
from rulebook.board import earliest_meeting
from rulebook.decisions import letter_window, time_to_explain

from .asking import Asked, NextStep
from .whole import Whole

__all__ = ["NextStep", "next_step", "step_of"]


def next_step(case: Case, user: User, now: datetime) -> NextStep | None:
    """What comes next in a case, or None once it is over."""
    return step_of(Whole(case), user, now)


def step_of(whole: Whole, user: User, now: datetime) -> NextStep | None:
    """The same, of a case that is being read already."""
    ask = _BY_STATE.get(CaseState(whole.case.state))
    return ask(Asked(whole, user, now)) if ask else None


def _open(asked: Asked) -> NextStep:
    """The complaint: written, then sent (B1)."""
    whole = asked.whole
    issued = next((row for row in whole.complaints if row.issued_at is not None), None)
    if issued is not None:
        return NextStep(
            title=_("The written information on the complaints is on its way"),
            owner=_("The platform"),
            clause="4.2",
            text=_("The next steps open when it has really been sent."),
            blocked_by=_unsent(whole, issued.message_occasion),
            part="complaint",
        )
    if asked.own:
        return NextStep(
            title=_("The school writes down what is held against you"),
            owner=_("Head of Learning or Learning Manager"),
            clause="4.2",
            text=_("Nothing is decided before it was sent to you, and you have answered or been heard."),
            part="complaint",
        )
    if whole.draft is not None:
        return NextStep(
            title=_("Send the complaint"),
            owner=_("Head of Learning or Learning Manager"),
            clause="4.2",
            text=_("It is drafted. What it rests on is frozen when it is sent."),
            part="complaint",
            mine=asked.runs,
            page="case-complaint-issue",
            args=(whole.draft.pk,),
        )
    return NextStep(
        title=_("Write the complaint: the facts and their clauses"),
        owner=_("Head of Learning or Learning Manager"),
        clause="4.2",
        text=_("No penalty of any kind comes before the student was told of it in writing."),
        part="complaint",
        mine=asked.runs,
        page="case-complaint",
        args=(whole.case.pk,),
    )


def _informed(asked: Asked) -> NextStep:
    """A meeting is planned and summoned; or, for a warning alone, a decision (B3, B5)."""
    whole, case = asked.whole, asked.whole.case
    decision = whole.decision
    if decision is not None:
        return _second_signature(asked)
    planned, summons = whole.planned, whole.summons
    if planned is not None and summons is not None:
        waits = asked.board.summons
        latest = planned.starts_at - waits
        return NextStep(
            title=_("The summons is on its way"),
            owner=_("The platform") if summons.channel == "email" else asked.chair(),
            clause="4.1",
            text=""
            if asked.own
            else _(
                "What counts is when it is really sent: the meeting is held three days after that or later."
            ),
            due_at=latest,
            due_label=_("Sent at the latest"),
            blocked_by=_unsent(whole, summons.message_occasion),
            part="meeting",
            mine=summons.channel == "hand" and asked.sits(BoardRole.CHAIR),
        )
    if asked.own and whole.replies:
        return NextStep(
            title=_("The Board reads your answer"),
            owner=asked.chair(),
            clause="4.2",
            text=_(
                "It summons you to a meeting, decides on a warning, or closes the case. You can still add to it."
            ),
            part="reply",
        )
    if asked.own:
        return NextStep(
            title=_("Answer, if you want to"),
            owner=_("You"),
            clause="4.2",
            text=_("Say how you see it, and add documents. The Board reads it before it decides anything."),
            due_at=time_to_explain(case.informed_at, asked.board) if case.informed_at else None,
            due_label=_("No decision without a meeting before"),
            part="reply",
            mine=True,
            page="case-reply",
            args=(case.pk,),
        )
    if planned is not None:
        return NextStep(
            title=_("Send the summons"),
            owner=asked.chair(),
            clause="4.1",
            text=_("It has to be sent %(notice)s before the meeting.") % {"notice": asked.notice},
            due_at=planned.starts_at - asked.board.summons,
            due_label=_("Sent at the latest"),
            blocked_by=_seats_missing(asked),
            part="meeting",
            mine=asked.sits(BoardRole.CHAIR, BoardRole.LEARNING_MANAGER),
        )
    missing = _seats_missing(asked)
    return NextStep(
        title=_("Compose the Board") if missing else _("Plan the meeting, or decide on a warning"),
        owner=asked.chair(),
        clause="4.1",
        text=_(
            "Anything with an effect on attendance needs a meeting. A warning may follow the explanations."
        ),
        not_before=earliest_meeting(asked.now, asked.board),
        blocked_by=missing,
        part="board" if missing else "meeting",
        mine=asked.runs,
        page="" if missing else "case-summon",
        args=(case.pk,),
    )


def _summoned(asked: Asked) -> NextStep:
    """The meeting (B4)."""
    whole, meeting = asked.whole, asked.whole.planned
    assert meeting is not None  # a case is summoned to a meeting that is planned
    over = meeting.ends_at <= asked.now
    if asked.own:
        return NextStep(
            title=_("The Board waits to be told what was said") if over else _("Come to the meeting"),
            owner=asked.chair() if over else _("You"),
            clause="4.2",
            text=""
            if over
            else _(
                "By video. A student of your Path may come with you. You are asked for your explanations."
            ),
            due_at=None if over else meeting.starts_at,
            due_label=_("It begins"),
            part="meeting",
            mine=not over,
        )
    return NextStep(
        title=_("Say what happened at the meeting") if over else _("Hold the meeting"),
        owner=asked.chair(),
        clause="4.2",
        text=_(
            "Grounds stated, explanations recorded, who was there; or adjourn it against an official document."
        ),
        due_at=meeting.starts_at,
        due_label=_("It began") if over else _("It begins"),
        blocked_by=() if over else _seats_missing(asked),
        part="meeting",
        mine=asked.sits(BoardRole.CHAIR, BoardRole.LEARNING_MANAGER),
        page="case-meeting-minutes" if over else "",
        args=(whole.case.pk, meeting.pk),
    )


def _heard(asked: Asked) -> NextStep:
    """Votes, a draft, and the second signature (B5, B6)."""
    whole, meeting = asked.whole, asked.whole.held
    assert meeting is not None and meeting.held_at is not None  # heard is heard at a meeting
    late_at = letter_window(meeting.held_at, whole.case.enrolment.time_zone, asked.board).late_at
    return replace(_deciding(asked), due_at=late_at, due_label=_("The letter arrives before"))


def _deciding(asked: Asked) -> NextStep:
    whole = asked.whole
    if asked.own:
        return replace(
            _second_signature(asked),
            text=_("Its decision comes by registered letter, %(first)d to %(last)d days after the meeting.")
            % {"first": asked.board.letter_earliest, "last": asked.board.letter_latest},
        )
    if whole.decision is not None:
        return _second_signature(asked)
    voted = {row.member_id for row in whole.votes}
    waiting = [row for row in whole.members if row.role != BoardRole.REPRESENTATIVE and row.pk not in voted]
    if waiting:
        return NextStep(
            title=_("Vote"),
            owner=", ".join(row.user.full_name for row in waiting),
            clause="4.1",
            text=_(
                "Chair and Learning Manager vote, with reasons; the representative's advice stands apart."
            ),
            part="meeting",
            mine=any(row.user_id == asked.user.pk for row in waiting),
            page="case-meeting-vote",
            args=(whole.case.pk, whole.held.pk if whole.held else 0),
        )
    return NextStep(
        title=_("Draft the decision"),
        owner=asked.chair(),
        clause="4.2",
        text=_("The votes are cast. A decision gives its reasons."),
        part="decision",
        mine=asked.sits(BoardRole.CHAIR),
        page="case-decision-draft",
        args=(whole.case.pk,),
    )


def _second_signature(asked: Asked) -> NextStep:
    if asked.own:
        return NextStep(_("The Board decides"), asked.chair(), "4.2", part="meeting")
    return NextStep(
        title=_("Confirm the decision"),
        owner=asked.manager(),
        clause="4.2",
        text=_("Two people sign. From then on nothing changes it."),
        part="decision",
        mine=asked.sits(BoardRole.LEARNING_MANAGER),
        page="case-decision-confirm",
        args=(asked.whole.case.pk,),
    )


def _decided(asked: Asked) -> NextStep:
    """The decision reaches the student, and its penalty takes effect (B6, B7)."""
    whole = asked.whole
    decision, penalty, meeting = whole.decision, whole.penalty, whole.held
    assert decision is not None  # a decided case has its decision
    if not decision.needs_letter:
        return NextStep(
            title=_("The decision is on its way by e-mail"),
            owner=_("The platform"),
            clause="4.2",
            blocked_by=_unsent(whole, None, "decision"),
            part="decision",
        )
    window = None
    if meeting is not None and meeting.held_at is not None:
        window = letter_window(meeting.held_at, whole.case.enrolment.time_zone, asked.board)
    late = window is not None and window.late_at <= asked.now and _waits(penalty)
    if late and not asked.own:
        return NextStep(
            title=_("Set the date of effect: the letter has no receipt"),
            owner=_("Head of Learning"),
            clause="4.1",
            text=_(
                "The days in which it was to arrive are over. The Head of Learning sets the date, with reasons."
            ),
            due_at=window.late_at if window else None,
            due_label=_("Late since"),
            part="decision",
            mine=asked.user.has_role("head_of_learning"),
        )
    if whole.letter is None:
        return NextStep(
            title=_("Give your postal address")
            if asked.own
            else _("The letter waits for the student's address"),
            owner=_("You") if asked.own else str(whole.case.student),
            clause="4.1",
            text=_("The Board's decision comes by registered letter."),
            due_at=window.late_at if window else None,
            due_label=_("It arrives before"),
            blocked_by=() if asked.own else (_("There is no postal address of the student."),),
            part="decision",
            mine=asked.own,
            page="postal-address",
        )
    return NextStep(
        title=_("The registered letter with the decision is on its way"),
        owner=_("The platform") if asked.own else _("The carrier"),
        clause="4.1",
        text=_("It takes effect when you receive it, refuse it, or it is first presented to you.")
        if asked.own
        else _("The penalty takes effect with its receipt."),
        due_at=window.late_at if window else None,
        due_label=_("It arrives before"),
        not_before=window.earliest_at if window else None,
        part="decision",
    )


def _waits(penalty: Penalty | None) -> bool:
    return penalty is None or penalty.effective_at is None


def _seats_missing(asked: Asked) -> tuple[str, ...]:
    """Without chair and Learning Manager there is no meeting (B2); the student need not know who is missing."""
    if asked.own:
        return ()
    found = []
    if asked.whole.seat(BoardRole.CHAIR) is None:
        found.append(_("The Board has no chair yet."))
    if asked.whole.seat(BoardRole.LEARNING_MANAGER) is None:
        found.append(_("The Board has no Learning Manager yet."))
    return tuple(found)


def _unsent(whole: Whole, occasion: str | None, kind: str = "") -> tuple[str, ...]:
    """What keeps an e-mail from going out, where something does."""
    for row in whole.messages:
        fits = row.occasion == occasion if occasion else kind in row.kind
        if fits and row.state == Message.State.FAILED:
            return (_("The e-mail could not be sent. Student Success can send it again from the worklist."),)
    return ()


_BY_STATE: dict[CaseState, Callable[[Asked], NextStep]] = {
    CaseState.OPEN: _open,
    CaseState.INFORMED: _informed,
    CaseState.SUMMONED: _summoned,
    CaseState.HEARD: _heard,
    CaseState.DECIDED: _decided,
}
