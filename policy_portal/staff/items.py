"""What needs a decision, from every app: one item a thing, with its deadline or since when it waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import is_administrator
from enforcement.models import SweepFailure
from enforcement.registry import all_sweeps
from enforcement.selectors import failing_rows
from mentoring.models import ReschedulingState
from mentoring.permissions import can_authorise_exception, can_decide_contest, can_resolve_unattended
from mentoring.selectors import staff as reads
from mentoring.selectors.monitoring import alerts_for
from record.models import Message
from record.selectors import failed_messages_for
from students.permissions import may_take_up_reports
from students.selectors import SEES_ALL
from students.selectors.offsite import conduct_reports_for
from students.selectors.standing import open_flags_for

from . import case_items
from .item import MOST, Item, go
from .letter_items import letter_items
from .penalty_items import penalty_items
from .requests import REQUESTS

KINDS = {
    "contest": gettext_lazy("Contests"),
    "unattended": gettext_lazy("Unattended sessions"),
    "request": gettext_lazy("Exceptions asked for"),
    "exception": gettext_lazy("Late notices"),
    "case": gettext_lazy("Open cases"),
    "leave": gettext_lazy("Leaves"),
    "change": gettext_lazy("Changes of Path"),
    "adaptation": gettext_lazy("Adaptations"),
    "conduct": gettext_lazy("Reports of conduct"),
    "alert": gettext_lazy("No regular work"),
    "identity": gettext_lazy("People alike"),
    "penalty": gettext_lazy("Penalties without a receipt"),
    "letter": gettext_lazy("Letters"),
    "message": gettext_lazy("Messages not sent"),
    "failure": gettext_lazy("Sweep failures"),
}


def gather(user: User, now: datetime, path_id: int | None = None) -> list[Item]:
    """All that this person has to decide or to follow, the oldest deadline first: one statement a kind."""
    makers: tuple[Callable[[User, datetime], Iterable[Item]], ...] = (
        _contests,
        _unattended,
        _exception_requests,
        _late_notices,
        case_items.cases,
        *REQUESTS,
        _conduct,
        _alerts,
        _identities,
        penalty_items,
        letter_items,
        _messages,
        _failures,
    )
    items = [item for make in makers for item in make(user, now)]
    if path_id is not None:
        items = [item for item in items if item.path_id == path_id]
    return sorted(items, key=lambda item: item.order)


def _short(text: str) -> str:
    return Truncator(text).chars(160)


def _contests(user: User, now: datetime) -> Iterable[Item]:
    mine = can_decide_contest(user)
    for row in reads.open_contests(user)[:MOST]:
        absence, session = row.absence, row.absence.session
        runs = absence.rescheduling_state == ReschedulingState.OPEN and absence.rescheduling_due_at > now
        yield Item(
            kind="contest",
            who=str(session.student),
            url=reverse("staff-person", args=[session.student_id]),
            what=_("Contests an absence: %(ground)s") % {"ground": absence.get_ground_display()},
            detail=_("“%(statement)s”") % {"statement": _short(row.statement)},
            since=row.made_at,
            due=absence.rescheduling_due_at if runs else None,
            due_label=_("The student's reasons and booking are due"),
            action=go("staff-contest", row.pk, _("Decide") if mine else _("Read")),
            mine=mine,
            path_id=session.enrolment.path_id,
        )


def _unattended(user: User, now: datetime) -> Iterable[Item]:
    mine = can_resolve_unattended(user)
    for row in reads.unattended_sessions(user)[:MOST]:
        yield Item(
            kind="unattended",
            who=str(row.student),
            url=reverse("staff-person", args=[row.student_id]),
            what=_("Nobody joined: what happened?"),
            detail=_("With %(mentor)s, %(path)s") % {"mentor": row.mentor, "path": row.enrolment.path},
            since=row.starts_at,
            due=None,
            due_label="",
            action=go("staff-session-resolve", row.pk, _("Say what happened"))
            if mine
            else go("staff-session", row.pk, _("Read")),
            mine=mine,
            path_id=row.enrolment.path_id,
        )


def _exception_requests(user: User, now: datetime) -> Iterable[Item]:
    mine = can_authorise_exception(user)
    for row in reads.exception_requests(user)[:MOST]:
        session = row.session
        yield Item(
            kind="request",
            who=str(session.student),
            url=reverse("staff-person", args=[session.student_id]),
            what=_("Asks for an exception"),
            detail=_("“%(reason)s”") % {"reason": _short(row.reason)},
            since=row.asked_at,
            due=session.starts_at,
            due_label=_("The session starts"),
            action=go("staff-session", session.pk, _("Decide") if mine else _("Read")),
            mine=mine,
            path_id=session.enrolment.path_id,
        )


def _late_notices(user: User, now: datetime) -> Iterable[Item]:
    mine = can_decide_contest(user)
    for row in reads.late_notices(user, now)[:MOST]:
        notice = getattr(row.session, "notice", None)
        yield Item(
            kind="exception",
            who=str(row.session.student),
            url=reverse("staff-person", args=[row.session.student_id]),
            what=_("Notice came late: is the circumstance exceptional?"),
            detail=_("“%(reason)s”") % {"reason": _short(notice.reason)} if notice else "",
            since=row.happened_at,
            due=row.rescheduling_due_at,
            due_label=_("The student's reasons and booking are due"),
            action=go("staff-session", row.session_id, _("Look at it") if mine else _("Read")),
            mine=mine,
            path_id=row.session.enrolment.path_id,
        )


def _conduct(user: User, now: datetime) -> Iterable[Item]:
    """What nobody has taken up; who reported it is told on its page alone (abuse 22)."""
    if not may_take_up_reports(user):
        return
    waiting = conduct_reports_for(user).filter(taken_up_at__isnull=True).select_related("subject__student")
    for row in waiting.order_by("made_at", "pk")[:MOST]:
        student = getattr(row.subject, "student", None)
        mine = row.reporter_id != user.pk
        yield Item(
            kind="conduct",
            who=str(row.subject) if row.subject else _("Nobody is named"),
            url=reverse("staff-person", args=[student.pk]) if student else "",
            what=_("A report of conduct: %(kind)s") % {"kind": row.get_kind_display()},
            detail=_short(row.text),
            since=row.made_at,
            due=None,
            due_label="",
            action=go("staff-conduct-report", row.pk, _("Take it up") if mine else _("Read")),
            mine=mine,
        )


def _alerts(user: User, now: datetime) -> Iterable[Item]:
    standing = alerts_for(user, now).filter(ended_at__isnull=True, marked_at__isnull=True)
    for row in standing.order_by("raised_at", "pk")[:MOST]:
        yield Item(
            kind="alert",
            who=str(row.enrolment.student),
            url=reverse("staff-person", args=[row.enrolment.student_id]),
            what=_("No session held and nothing submitted for a long time"),
            detail=str(row.enrolment.path),
            since=row.raised_at,
            due=None,
            due_label="",
            action=go("commitment-alert", row.pk, _("Look at it")),
            mine=row.enrolment.path.learning_manager_id == user.pk,
            path_id=row.enrolment.path_id,
        )


def _identities(user: User, now: datetime) -> Iterable[Item]:
    for row in open_flags_for(user)[:MOST]:
        yield Item(
            kind="identity",
            who=str(row.student),
            url=reverse("staff-person", args=[row.student_id]),
            what=_("Looks like a person who may begin no training"),
            detail=str(row.enrolment.path),
            since=row.raised_at,
            due=None,
            due_label="",
            action=go("staff-identity", row.pk, _("Decide")),
            mine=True,
            path_id=row.enrolment.path_id,
        )


def failed_messages(user: User) -> QuerySet[Message]:
    """What could not be sent; a Learning Manager sees what was meant for their own Paths' students."""
    rows = failed_messages_for(user)
    if user.has_role(*SEES_ALL):
        return rows
    return rows.filter(recipient__student__enrolments__path__learning_manager=user).distinct()


def _messages(user: User, now: datetime) -> Iterable[Item]:
    for row in failed_messages(user)[:MOST]:
        yield Item(
            kind="message",
            who=row.to,
            url="",
            what=_("A message could not be sent: %(subject)s")
            % {"subject": row.subject or row.kind.replace("_", " ")},
            detail=_short(row.last_error),
            since=row.created_at,
            due=None,
            due_label="",
            action={"post": reverse("staff-message-retry", args=[row.pk]), "label": _("Send again")},
            mine=True,
        )


def _failures(user: User, now: datetime) -> Iterable[Item]:
    if not is_administrator(user):
        return
    sweeps = all_sweeps()
    for row in failing_rows(now)[:MOST]:
        yield _failure(row, str(sweeps[row.sweep].title) if row.sweep in sweeps else row.sweep)


def _failure(row: SweepFailure, title: str) -> Item:
    return Item(
        kind="failure",
        who=title,
        url=reverse("staff-enforcement"),
        what=_("Row %(row)d could not be settled") % {"row": row.row_id},
        detail=_short(row.error),
        since=row.first_failed_at,
        due=None,
        due_label="",
        action={"post": reverse("staff-failure-retry", args=[row.pk]), "label": _("Try again")},
        mine=True,
    )
