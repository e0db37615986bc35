"""Two who read the same and both replace it: one wins, the other is told (abuse 53)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from accounts.models import Role
from mentoring.models import Contest
from tests.api import Caller
from tests.factories import make_absence, make_session, make_user

START = datetime(2126, 3, 5, 13, 0, tzinfo=UTC)


def race(calls):
    """The statuses of these calls, made at once."""
    gate = threading.Barrier(len(calls))
    statuses = []

    def run(call) -> None:
        gate.wait()
        try:
            statuses.append(call().status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


@pytest.mark.usefixtures("many_connections")
def test_abuse_53_two_decide_a_contest_as_they_both_read_it() -> None:
    contest = Contest.objects.create(
        absence=make_absence(datetime(2026, 3, 3, 13, 0, tzinfo=UTC)),
        statement="I was there",
        made_at=datetime(2026, 3, 3, 15, 0, tzinfo=UTC),
    )
    deciders = [Caller(make_user(Role.STUDENT_SUCCESS)) for _ in range(2)]
    tag = deciders[0].etag(f"contests/{contest.pk}/")
    outcomes = ("rejected", "not_counted")
    calls = [
        lambda caller=caller, outcome=outcome: caller.post(
            f"contests/{contest.pk}/decide/", {"outcome": outcome, "reasons": "Because"}, If_Match=tag
        )
        for caller, outcome in zip(deciders, outcomes, strict=True)
    ]
    assert race(calls) == [200, 412]


@pytest.mark.usefixtures("many_connections")
def test_abuse_53_mentor_and_school_cancel_at_once() -> None:
    session = make_session(START)
    callers = [Caller(session.mentor.user), Caller(make_user(Role.ADMINISTRATOR))]
    path = f"sessions/{session.pk}/"
    tag = callers[0].etag(path)
    calls = [
        lambda caller=caller: caller.post(f"{path}cancel/", {"reason": "Ill"}, If_Match=tag)
        for caller in callers
    ]
    assert race(calls) == [200, 412]
