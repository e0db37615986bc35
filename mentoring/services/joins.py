"""Who was there and since when: the portal's video link and the providers' reports (A5, A6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import User
from mentoring.models import Join, JoinSource, Participant, Session, SessionState
from record.services import write
from record.types import NewEntry
from rulebook.attendance import (
    SessionFacts,
    Verdict,
    Waiting,
    falls_due_at,
    join_opens_at,
    judge_session,
    statement_closes_at,
)
from rulebook.marking import gettext_noop
from rulebook.terms import AttendanceTerms
from students.permissions import check_standing

from . import desk
from .changes import change, terms_of
from .facts import iso, presence

# A person decided on these, or the student was excused: who joined changes nothing more.
CANCELLED = (SessionState.CANCELLED_BY_MENTOR, SessionState.CANCELLED_BY_SCHOOL)
CLOSED = (SessionState.AUTHORISED_ABSENCE, *CANCELLED)


@transaction.atomic
def record_join(*, session_id: int, participant: Participant, by: User, now: datetime) -> Session:
    """Someone opened the video link through the portal: joined at ``now`` by the server's clock.

    Opening it again adds nothing. Raises ``RuleError`` on ``session`` before the link opens, after
    the end, and when the session does not take place.
    """
    session = desk.take(session_id, now)
    check_standing(session.enrolment, now, "session")
    terms = terms_of(session)
    if hasattr(session, "notice"):
        raise desk.refuse("session", gettext_noop("A notice of absence was given for this session."), "3.2")
    # Who is excused and comes after all is let in: mentor and hour are there, and the absence stays authorised.
    if session.released_at is not None or session.state in CANCELLED:
        raise desk.refuse("session", gettext_noop("This session does not take place."), "2.5")
    if now < join_opens_at(session.starts_at, terms):
        raise desk.refuse("session", gettext_noop("The video link is not open yet."), "2.5")
    if now > session.ends_at:
        raise desk.refuse("session", gettext_noop("This session is over."), "2.5")
    _, created = Join.objects.get_or_create(
        session=session,
        participant=participant,
        source=JoinSource.PORTAL,
        defaults={"joined_at": now, "recorded_at": now, "recorded_by": by},
    )
    if created:
        reassess(session, cause="late_join", by=by, now=now, tell=False)
    return session


@transaction.atomic
def record_reported_joins(
    *,
    session_id: int,
    student_joined_at: datetime | None,
    mentor_joined_at: datetime | None,
    by: User,
    now: datetime,
) -> bool:
    """First joins that a provider's report tells become facts of the session (A5, A6, A7).

    Returns whether anything was new. The mentor may add facts as long as statements are taken, staff at any
    time. Raises ``RuleError`` on ``joined_at`` for instants that cannot belong to the session, on ``session``
    when it is too late for the mentor.
    """
    session = desk.take(session_id, now)
    terms = terms_of(session)
    told = {Participant.STUDENT: student_joined_at, Participant.MENTOR: mentor_joined_at}
    for joined_at in told.values():
        if joined_at is None:
            continue
        if not join_opens_at(session.starts_at, terms) <= joined_at <= min(session.ends_at, now):
            raise desk.refuse("joined_at", gettext_noop("This join does not belong to the session."), "2.5")
    if not by.is_school_staff and now > statement_closes_at(session.ends_at, terms):
        raise desk.refuse(
            "session",
            gettext_noop("The session is too long past: ask Student Success to add the report."),
        )
    known = set(session.joins.filter(source=JoinSource.REPORT).values_list("participant", "joined_at"))
    fresh = [
        Join(
            session=session,
            participant=participant,
            joined_at=joined_at,
            source=JoinSource.REPORT,
            recorded_at=now,
            recorded_by=by,
        )
        for participant, joined_at in told.items()
        if joined_at is not None and (participant, joined_at) not in known
    ]
    if not fresh:
        return False
    Join.objects.bulk_create(fresh)
    facts = {
        f"{join.participant}_joined_at": iso(join.joined_at) for join in fresh if join.joined_at is not None
    }
    told_in = desk.enter(
        "joins_reported", session, by=by, now=now, facts=facts, clause="2.5", policy_id=terms.policy_id
    )
    reassess(session, cause="report", by=by, now=now, entries=[told_in])
    return True


def judge_facts(facts: SessionFacts, terms: AttendanceTerms, *, decided: bool) -> Verdict | Waiting:
    """The verdict on these facts. A session that the look at the limit decided is not opened again: once it is known
    that both were there, what the end would say is certain, and it is said now.
    """
    verdict = judge_session(facts, terms)
    both_there = facts.stated_present or facts.mentor_joined_at is not None
    if decided and both_there and isinstance(verdict, Waiting):
        after = verdict.until + timedelta(microseconds=1)
        return judge_session(replace(facts, known_until=after), terms)
    return verdict


def reassess(
    session: Session,
    *,
    cause: str,
    by: User | None,
    now: datetime,
    tell: bool = True,
    entries: Sequence[NewEntry] = (),
) -> None:
    """Bring a session's facts in force up to date with its presence facts, and judge it by them.

    ``entries`` tell the new facts and come before what they lead to.

    A session that is still open keeps waiting, with the instant at which it now falls due. One that was judged
    does not wait again: a presence in time that is told before the end, or that a sweep overtook at the limit,
    counts at once.
    """
    terms = terms_of(session)
    joins = list(session.joins.all())
    student_at, stated = presence(joins, Participant.STUDENT)
    mentor_at, _ = presence(joins, Participant.MENTOR)
    notice = getattr(session, "notice", None)
    facts = SessionFacts(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        known_until=now,
        notice_at=notice.received_at if notice else None,
        exception=hasattr(session, "exception"),
        student_joined_at=student_at,
        mentor_joined_at=mentor_at,
        stated_present=stated,
    )
    session.student_joined_at, session.mentor_joined_at = student_at, mentor_at
    fields = {"student_joined_at": student_at, "mentor_joined_at": mentor_at}
    if session.state == SessionState.SCHEDULED:
        session.falls_due_at = fields["falls_due_at"] = falls_due_at(facts, terms)
    Session.objects.filter(pk=session.pk).update(**fields, revision=F("revision") + 1)
    if session.state in CLOSED or session.decided_by_id is not None:
        write(entries=entries, now=now)
        return
    verdict = judge_facts(facts, terms, decided=session.state != SessionState.SCHEDULED)
    if isinstance(verdict, Waiting):
        if session.state == SessionState.SCHEDULED:
            write(entries=entries, now=now)
            return
        # What else may come until then, like a mentor who joins yet, is assessed when it comes.
        verdict = judge_session(replace(facts, known_until=verdict.until + timedelta.resolution), terms)
        assert not isinstance(verdict, Waiting)
    # The duties of an absence that comes to light afterwards run from then.
    by_person = cause in ("statement", "report")
    change(
        session,
        verdict,
        cause=cause,
        by=by,
        now=now,
        by_person=by_person,
        tell=tell,
        terms=terms,
        entries=entries,
    )
