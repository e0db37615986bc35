"""Corrections by people: statements, exceptional circumstances, contests, resolutions (A7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import Role, User
from accounts.selectors import holders_of
from mentoring.models import (
    Absence,
    Contest,
    ContestOutcome,
    ExceptionalCircumstance,
    Ground,
    Join,
    JoinSource,
    Participant,
    Session,
    SessionState,
)
from record.services import write
from record.types import NewMessage
from rulebook.attendance import Ground as RuleGround
from rulebook.attendance import (
    Outcome,
    Verdict,
    check_reason,
    join_opens_at,
    look_at,
    statement_closes_at,
)
from rulebook.marking import gettext_noop
from rulebook.terms import AttendanceTerms
from rulebook.words import spell_length

from . import desk, exception_requests
from .changes import change, terms_of
from .facts import iso
from .joins import CLOSED, reassess


@transaction.atomic
def state_presence(
    *, session_id: int, present: bool, arrived_at: datetime | None, by: User, now: datetime
) -> Session:
    """The mentor states whether the student was there and since when, until 48 h after the session (A7).

    ``arrived_at`` None with ``present`` means: there from the start. Raises ``RuleError`` on
    ``present`` or ``arrived_at`` with the rule that it breaks.
    """
    session = desk.take(session_id, now)
    terms = terms_of(session)
    check_statement(session, present, arrived_at, terms, now)
    student_at = (arrived_at or session.starts_at) if present else None
    mentor_at = session.mentor_joined_at or session.starts_at
    facts = [(Participant.STUDENT, student_at)]
    if present or session.state != SessionState.UNATTENDED:
        # Who was with the student was there; who says that nobody came says so of the student alone.
        facts.append((Participant.MENTOR, mentor_at))
    Join.objects.bulk_create(
        Join(
            session=session,
            participant=participant,
            joined_at=joined_at,
            source=JoinSource.STATEMENT,
            recorded_at=now,
            recorded_by=by,
        )
        for participant, joined_at in facts
    )
    stated = {"present": present, "arrived_at": iso(student_at) if student_at else None}
    entry = desk.enter("presence_stated", session, by=by, now=now, facts=stated, policy_id=terms.policy_id)
    reassess(session, cause="statement", by=by, now=now, entries=[entry])
    session.refresh_from_db()
    return session


def check_statement(
    session: Session,
    present: bool,
    arrived_at: datetime | None,
    terms: AttendanceTerms,
    now: datetime,
) -> None:
    """Raises ``RuleError`` where a statement is not taken: too early, too late, or not the mentor's to make."""
    if session.state in CLOSED:
        raise desk.refuse("present", gettext_noop("This session did not take place."))
    if session.decided_by_id is not None:
        raise desk.refuse("present", gettext_noop("Student Success has decided on this session."))
    if now < session.starts_at:
        raise desk.refuse("present", gettext_noop("The session has not started yet."))
    if now > statement_closes_at(session.ends_at, terms):
        raise desk.refuse(
            "present",
            gettext_noop("Statements are taken until %(window)s after the session: ask Student Success."),
            window=_spelt(terms.statement_window),
        )
    if not present and now <= look_at(session.starts_at, session.ends_at, terms):
        raise desk.refuse(
            "present",
            gettext_noop("The student may still arrive in time: wait until %(lateness)s are over."),
            lateness=_spelt(terms.lateness),
        )
    if arrived_at is None:
        return
    if not present:
        raise desk.refuse("arrived_at", gettext_noop("Someone who was absent has no arrival."))
    if not join_opens_at(session.starts_at, terms) <= arrived_at <= min(session.ends_at, now):
        raise desk.refuse(
            "arrived_at", gettext_noop("The arrival must lie within the session, and not ahead.")
        )


def _spelt(length: timedelta) -> str:
    return spell_length(int(length.total_seconds()))


@transaction.atomic
def authorise_exception(*, session_id: int, reason: str, by: User, now: datetime) -> Session:
    """Student Success authorises an exceptional circumstance, before or after the session (A4, A7).

    After the start it is marked retroactive. An absence from the session is re-judged.
    """
    text = check_reason(reason)
    session = desk.take(session_id, now)
    if hasattr(session, "exception"):
        raise desk.refuse("session", gettext_noop("A circumstance is authorised for this session already."))
    if session.state in (
        SessionState.CANCELLED_BY_MENTOR,
        SessionState.CANCELLED_BY_SCHOOL,
        SessionState.HELD,
        SessionState.MENTOR_ABSENT,
    ):
        raise desk.refuse("session", gettext_noop("This session holds no absence to authorise."))
    terms = terms_of(session)
    exception = ExceptionalCircumstance.objects.create(
        session=session,
        reason=text,
        authorised_at=now,
        authorised_by=by,
        retroactive=now >= session.starts_at,
    )
    exception_requests.grant(session, by, now)
    entry = desk.enter(
        "exception_authorised",
        session,
        by=by,
        now=now,
        facts={"reason": text, "retroactive": exception.retroactive},
        policy_id=terms.policy_id,
    )
    message = NewMessage(
        recipient_id=session.student.user_id,
        kind="exception_authorised",
        occasion=f"exception-authorised:{session.pk}",
        due_at=now,
        context={
            "session": session.pk,
            "starts_at": iso(session.starts_at),
            "retroactive": exception.retroactive,
            "clause": "3.2",
        },
    )
    if session.state == SessionState.UNAUTHORISED_ABSENCE:
        change(
            session,
            _authorised(session, terms, now),
            cause="exception",
            by=by,
            now=now,
            by_person=True,
            terms=terms,
            entries=[entry],
            messages=[message],
        )
        _reasons_known(session, now)
    else:
        write(entries=[entry], messages=[message], now=now)
    return session


@transaction.atomic
def contest_absence(*, absence_id: int, statement: str, by: User, now: datetime) -> Contest:
    """The student objects to an absence; Student Success is told and decides (A7).

    Raises ``RuleError`` on ``statement`` when it is empty, on ``absence`` when it was withdrawn, is
    authorised, or was contested before.
    """
    text = check_reason(statement, "statement")
    absence = desk.take_absence(absence_id, now)
    if absence.withdrawn_at is not None:
        raise desk.refuse("absence", gettext_noop("This absence was withdrawn; nothing is owed."))
    if absence.session.state != SessionState.UNAUTHORISED_ABSENCE:
        raise desk.refuse("absence", gettext_noop("Only an unauthorised absence is contested."))
    if hasattr(absence, "contest"):
        raise desk.refuse("absence", gettext_noop("You have contested this absence before."))
    contest = Contest.objects.create(absence=absence, statement=text, made_at=now)
    session = absence.session
    context = {
        "session": session.pk,
        "contest": contest.pk,
        "starts_at": iso(session.starts_at),
        "student": session.student.user.full_name,
        "statement": text,
        "clause": session.clause,
    }
    recipients = [(session.student.user_id, "contest_received")]
    recipients += [(pk, "contest_to_decide") for pk in holders_of(Role.STUDENT_SUCCESS)]
    write(
        entries=[desk.enter("absence_contested", session, by=by, now=now, facts={"statement": text})],
        messages=[
            NewMessage(
                recipient_id=pk,
                kind=kind,
                occasion=f"{kind.replace('_', '-')}:{contest.pk}:{pk}",
                due_at=now,
                context=context,
            )
            for pk, kind in recipients
        ],
        now=now,
    )
    return contest


@transaction.atomic
def decide_contest(
    *, contest_id: int, outcome: ContestOutcome, reasons: str, by: User, now: datetime
) -> Contest:
    """Student Success decides a contest, with reasons; the absence and the streak are re-judged (A7)."""
    text = check_reason(reasons, "reasons")
    if outcome not in ContestOutcome.values:
        raise desk.refuse("outcome", gettext_noop("Choose one of the outcomes."))
    session_id = Absence.objects.values_list("session_id", flat=True).get(contest=contest_id)
    session = desk.take(session_id, now)
    contest = Contest.objects.select_for_update().get(pk=contest_id)
    if contest.decided_at is not None:
        raise desk.refuse("contest", gettext_noop("This contest has been decided."))
    upheld = outcome in (ContestOutcome.PRESENT, ContestOutcome.NOT_COUNTED)
    if session.absence.withdrawn_at is not None and not upheld:
        # Someone corrected it meanwhile: there is no absence left that could stand or be authorised.
        raise desk.refuse(
            "outcome", gettext_noop("The absence was withdrawn meanwhile: decide for the student.")
        )
    contest.outcome, contest.reasons = outcome, text
    contest.decided_at, contest.decided_by = now, by
    contest.revision += 1
    contest.save()
    terms = terms_of(session)
    entry = desk.enter(
        "contest_decided",
        session,
        by=by,
        now=now,
        facts={"outcome": str(outcome), "reasons": text},
    )
    message = NewMessage(
        recipient_id=session.student.user_id,
        kind="contest_decided",
        occasion=f"contest-decided:{contest.pk}",
        due_at=now,
        context={
            "session": session.pk,
            "starts_at": iso(session.starts_at),
            "outcome": str(outcome),
            "reasons": text,
            "clause": session.clause,
        },
    )
    Session.objects.filter(pk=session.pk).update(decided_by=by, revision=F("revision") + 1)
    if outcome == ContestOutcome.REJECTED:
        write(entries=[entry], messages=[message], now=now)
        return contest
    verdict = {
        ContestOutcome.AUTHORISED: _authorised(session, terms, now),
        ContestOutcome.PRESENT: _decided(Outcome.HELD, session, terms, now),
        ContestOutcome.NOT_COUNTED: _decided(Outcome.CANCELLED_BY_SCHOOL, session, terms, now),
    }[ContestOutcome(outcome)]
    change(
        session,
        verdict,
        cause="contest",
        by=by,
        now=now,
        by_person=True,
        tell=False,
        terms=terms,
        entries=[entry],
        messages=[message],
    )
    if outcome == ContestOutcome.AUTHORISED:
        _reasons_known(session, now)
    return contest


RESOLUTIONS = (
    Outcome.HELD,
    Outcome.UNAUTHORISED_ABSENCE,
    Outcome.MENTOR_ABSENT,
    Outcome.CANCELLED_BY_SCHOOL,
)


@transaction.atomic
def resolve_unattended(*, session_id: int, outcome: str, reasons: str, by: User, now: datetime) -> Session:
    """Staff say what happened in a session that neither joined (A6)."""
    text = check_reason(reasons, "reasons")
    if outcome not in RESOLUTIONS:
        raise desk.refuse("outcome", gettext_noop("Choose one of the outcomes."))
    session = desk.take(session_id, now)
    if session.state != SessionState.UNATTENDED:
        raise desk.refuse("session", gettext_noop("This session is not unattended."))
    terms = terms_of(session)
    absent = outcome == Outcome.UNAUTHORISED_ABSENCE
    if absent and hasattr(session, "exception"):
        verdict = _authorised(session, terms, now)
    else:
        ground = RuleGround.NO_SHOW if absent else RuleGround.NONE
        verdict = _decided(Outcome(outcome), session, terms, now, ground)
    Session.objects.filter(pk=session.pk).update(decided_by=by)
    change(
        session,
        verdict,
        cause="resolution",
        by=by,
        now=now,
        facts={"reasons": text},
        by_person=True,
        terms=terms,
    )
    return session


def _decided(
    outcome: Outcome,
    session: Session,
    terms: AttendanceTerms,
    now: datetime,
    ground: RuleGround = RuleGround.NONE,
) -> Verdict:
    """A person's decision in the shape of a verdict."""
    facts = (("starts_at", iso(session.starts_at)), ("decided_by_person", True))
    return Verdict(outcome, ground, "3.2", now, terms.policy_id, facts)


def _authorised(session: Session, terms: AttendanceTerms, now: datetime) -> Verdict:
    verdict = _decided(Outcome.AUTHORISED_ABSENCE, session, terms, now)
    return Verdict(
        verdict.outcome,
        RuleGround(Ground.EXCEPTIONAL),
        verdict.clause,
        now,
        verdict.policy_id,
        (*verdict.facts, ("would_be", session.ground)),
    )


def _reasons_known(session: Session, now: datetime) -> None:
    """What Student Success heard counts as the student's reasons where none were given (A8).

    Only that it was heard, and when: the words stay between the student and Student Success.
    """
    Absence.objects.filter(session=session, reasons_at__isnull=True).update(
        reasons_at=now, revision=F("revision") + 1
    )
