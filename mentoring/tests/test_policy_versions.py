"""A version that comes when its weeks are laid out already judges them at its own limits (A5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from enforcement.runner import run
from mentoring.models import Session, SessionState
from mentoring.services import book_replacement
from mentoring.services.generation import begin, generate_now
from mentoring.sweeps import SWEEPS
from mentoring.sweeps.policies import POLICY_VERSIONS
from rulebook import policy
from rulebook.policy import SHIPPED
from students.models import Accommodation
from tests.factories import LONG_AGO, at, make_absence, make_enrolment, make_mentorship, make_session

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def newer(tmp_path: Path) -> Iterator[None]:
    """From the 9th of March on, five minutes are late."""
    text = (SHIPPED / "2026-01.toml").read_text()
    text = text.replace('id = "2026-01"', 'id = "2026-03"')
    text = text.replace('lateness = "15 minutes"', 'lateness = "5 minutes"')
    lines = [
        "effective_from = 2026-03-09" if line.startswith("effective_from") else line
        for line in text.splitlines()
    ]
    (tmp_path / "2026-03.toml").write_text("\n".join(lines))
    policy.load(tmp_path)
    yield
    policy.load()


def limits(*sessions: Session) -> list[timedelta]:
    for session in sessions:
        session.refresh_from_db()
    return [session.falls_due_at - session.starts_at for session in sessions if session.falls_due_at]


@pytest.fixture
def laid_out() -> list[Session]:
    mentorship = make_mentorship()
    return [make_session(at(f"2026-03-{day} 13:00"), mentorship=mentorship) for day in ("03", "10", "17")]


def test_what_is_laid_out_falls_due_by_the_version_of_its_day(laid_out: list[Session], newer: None) -> None:
    assert run(POLICY_VERSIONS, NOW) == 2
    assert limits(*laid_out) == [15 * MINUTE, 5 * MINUTE, 5 * MINUTE]
    assert run(POLICY_VERSIONS, NOW) == 0
    late = laid_out[1].starts_at + 5 * MINUTE + timedelta.resolution
    for sweep in SWEEPS:
        run(sweep, late)
    laid_out[1].refresh_from_db()
    assert (laid_out[1].state, laid_out[1].policy_id) == (SessionState.UNATTENDED, "2026-03")
    assert laid_out[1].decided_at == laid_out[1].starts_at + 5 * MINUTE


def test_a_student_with_a_lateness_of_their_own_keeps_it(newer: None) -> None:
    enrolment = make_enrolment()
    Accommodation.objects.create(
        enrolment=enrolment, lateness=30 * MINUTE, valid_from=date(2026, 1, 1), accepted_at=LONG_AGO
    )
    session = make_session(at("2026-03-10 13:00"), mentorship=make_mentorship(enrolment=enrolment))
    assert run(POLICY_VERSIONS, NOW) == 0
    assert limits(session) == [30 * MINUTE]


def test_nothing_is_asked_while_there_is_no_newer_version(
    laid_out: list[Session], django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # pytest-django's
        assert list(POLICY_VERSIONS.due(NOW)) == []


def test_a_limit_that_is_longer_than_a_session_is_its_end() -> None:
    enrolment = make_enrolment()
    Accommodation.objects.create(
        enrolment=enrolment, lateness=90 * MINUTE, valid_from=date(2026, 1, 1), accepted_at=LONG_AGO
    )
    mentorship = make_mentorship(enrolment=enrolment)
    begin(mentorship, NOW)
    mentorship.save()
    generate_now([mentorship], NOW)
    assert limits(Session.objects.first()) == [45 * MINUTE]  # type: ignore[arg-type]  # there is one
    missed = make_absence(at("2026-02-24 13:00"), mentorship=mentorship).session
    booked = book_replacement(
        session_id=missed.pk, starts_at=at("2026-03-05 09:30"), by=enrolment.student.user, now=NOW
    )
    assert limits(booked) == [45 * MINUTE]
