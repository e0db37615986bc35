"""What is done in a case, where it stands, and what is still to come, as steps of a timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.models import CaseKind, CaseState, MeetingState, SummonsChannel
from discipline.permissions.reading import ReadsAs, knows_decision
from discipline.selectors.next_step import NextStep
from discipline.selectors.whole import Whole

Step = dict[str, Any]

OPENED = {
    CaseKind.ATTENDANCE: gettext_lazy("The third unauthorised absence in a row opened the case"),
    CaseKind.PLAGIARISM: gettext_lazy("Plagiarism was established, which opened the case"),
    CaseKind.ABUSE: gettext_lazy("A report of abuse opened the case at once"),
    CaseKind.COMMITMENT: gettext_lazy("The case was opened: no regular work"),
    CaseKind.OFFSITE: gettext_lazy("The case was opened: health and safety elsewhere"),
    CaseKind.CONDUCT: gettext_lazy("The case was opened: conduct"),
}
TO_COME = (
    ({CaseState.OPEN}, gettext_lazy("Written information on the complaints"), "4.2"),
    ({CaseState.OPEN}, gettext_lazy("The student's explanations"), "4.2"),
    ({CaseState.OPEN, CaseState.INFORMED}, gettext_lazy("The Board's meeting"), "4.1"),
    (
        {CaseState.OPEN, CaseState.INFORMED, CaseState.SUMMONED, CaseState.HEARD},
        gettext_lazy("The decision, with its reasons"),
        "4.2",
    ),
)


def timeline(whole: Whole, seat: ReadsAs, step: NextStep | None) -> list[Step]:
    """The steps done, oldest first; then the one that is owed now; then those that follow."""
    policy = whole.case.policy_id
    done = sorted(_done(whole, seat), key=lambda each: (each["at"], each["rank"]))
    found = [{"state": "done", "policy": policy, **each} for each in done]
    if step is None:
        return found
    found.append(
        {
            "title": step.title,
            "state": "blocked" if step.blocked_by else "now",
            "who": step.owner,
            "text": " ".join([*step.blocked_by, step.text]).strip(),
            "clause": step.clause,
            "policy": policy,
            "url": step.url,
        }
    )
    for states, title, clause in TO_COME:
        if whole.case.state in states and not _is_now(step, str(title)):
            found.append({"title": title, "state": "next", "clause": clause, "policy": policy})
    return found


def _is_now(step: NextStep, title: str) -> bool:
    return step.part == "complaint" and title == _("Written information on the complaints")


def _done(whole: Whole, seat: ReadsAs) -> list[Step]:
    case, own = whole.case, seat == ReadsAs.STUDENT
    steps = [_step(0, OPENED[CaseKind(case.kind)], case.opened_at, case.clause)]
    for complaint in whole.sent_complaints:
        text = _("The facts and clauses: what it rests on is frozen since.")
        title = _("You were told in writing what is held against you") if own else _("The complaint was sent")
        steps.append(_step(1, title, complaint.sent_at, "4.2", text, url="#complaint"))
    for reply in whole.replies:
        title = _("You answered") if own else _("The student answered")
        steps.append(_step(2, title, reply.received_at, "4.2", url="#reply"))
    for summons in whole.summonses:
        if summons.dispatched_at is None:
            continue
        by_hand = summons.channel == SummonsChannel.HAND
        text = _("By hand, against a receipt.") if by_hand else _("By e-mail.")
        if summons.superseded_at is not None:
            text += " " + _("Another one replaced it.")
        steps.append(_step(3, _("The summons was sent"), summons.dispatched_at, "4.1", text, url="#meeting"))
    steps += _meetings(whole)
    steps += _ends(whole, seat)
    return steps


def _meetings(whole: Whole) -> list[Step]:
    steps = []
    for meeting in whole.meetings:
        if meeting.state == MeetingState.HELD:
            steps.append(_step(4, _("The Board met"), meeting.held_at, "4.2", url="#meeting"))
        elif meeting.state == MeetingState.ADJOURNED:
            title, text = _("The meeting was adjourned"), _("Against an official document.")
            steps.append(_step(4, title, meeting.adjourned_at, "4.2", text, icon="undo-2"))
        elif meeting.state == MeetingState.CALLED_OFF:
            title = _("The meeting was called off")
            steps.append(_step(4, title, meeting.adjourned_at, "4.1", icon="undo-2"))
    return steps


def _ends(whole: Whole, seat: ReadsAs) -> list[Step]:
    case, decision, penalty = whole.case, whole.decision, whole.penalty
    steps = []
    if decision is not None and decision.confirmed_at is not None:
        # Before it is notified the student learns that there is one, and not what (B6).
        text = str(decision.get_penalty_kind_display()) if knows_decision(seat, whole) else ""
        title = _("The Board decided")
        steps.append(_step(5, title, decision.confirmed_at, "4.2", text.capitalize(), url="#decision"))
    if penalty is not None and penalty.effective_at is not None:
        title = _("The decision took effect")
        text = str(penalty.get_effective_by_display()).capitalize()
        steps.append(_step(6, title, penalty.effective_at, "4.2", text, url="#decision"))
        if penalty.lifted_at is not None:
            steps.append(_step(7, _("The suspension was lifted"), penalty.lifted_at, "4.2"))
    if case.state == CaseState.CLOSED:
        title = _("Closed without penalty")
        steps.append(_step(7, title, case.closed_at, "4.2", case.closing_reason, icon="check"))
    if case.state == CaseState.WITHDRAWN:
        text = _(case.withdrawal_reason) if case.withdrawal_reason else ""
        steps.append(_step(7, _("Withdrawn"), case.withdrawn_at, case.clause, text, icon="undo-2"))
    return steps


def _step(
    rank: int, title: Any, at: datetime | None, clause: str, text: str = "", icon: str = "", url: str = ""
) -> Step:
    """``rank`` sets steps of one instant in the order of the procedure."""
    return {
        "rank": rank,
        "title": title,
        "at": at,
        "clause": clause,
        "text": text,
        "icon": icon,
        "url": url,
    }
