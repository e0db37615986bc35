"""What a statement of presence would lead to, told before it is sent (A7)."""

from __future__ import annotations

from datetime import datetime

from mentoring.models import Session, SessionState
from rulebook.attendance import SessionFacts, Verdict, Waiting

from .changes import terms_of
from .corrections import check_statement
from .joins import judge_facts


def preview_presence(
    *, session: Session, present: bool, arrived_at: datetime | None, now: datetime
) -> Verdict | Waiting:
    """The verdict that ``state_presence`` would reach at ``now``, or until when it waits.

    Writes nothing. Raises ``RuleError`` as the statement itself would.
    """
    terms = terms_of(session)
    check_statement(session, present, arrived_at, terms, now)
    notice = getattr(session, "notice", None)
    facts = SessionFacts(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        known_until=now,
        notice_at=notice.received_at if notice else None,
        exception=hasattr(session, "exception"),
        student_joined_at=(arrived_at or session.starts_at) if present else None,
        mentor_joined_at=session.mentor_joined_at or session.starts_at,
        stated_present=present,
    )
    due_at = session.falls_due_at
    decided = session.state != SessionState.SCHEDULED or (due_at is not None and due_at < now)
    return judge_facts(facts, terms, decided=decided)
