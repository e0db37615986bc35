"""The rulebook against a second reading of the rule book (`oracle`), on facts that crowd the boundaries."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.attendance import (
    Mark,
    NoticeRefused,
    Outcome,
    SessionFacts,
    Verdict,
    Waiting,
    count_streak,
    falls_due_at,
    judge_notice,
    judge_rescheduling,
    judge_session,
    rescheduling_deadline,
    streak_stands,
)
from rulebook.dates import local_instant
from rulebook.slots import Blocker, Rule, free_slots, slot_offered
from rulebook.terms import AttendanceTerms
from rulebook.tests import oracle
from rulebook.tests.clocks import TERMS, US

ZONES = sorted(oracle.CLOCKS)
NAMES = {"authorised": "timely_notice", "excused": "exceptional_circumstance", "unauthorised": "late_notice"}

# Half of the days lie beside a clock change.
DAYS = st.one_of(
    st.dates(date(2025, 2, 1), date(2027, 4, 30)),
    st.sampled_from([date(2025, 3, 9), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)]).flatmap(
        lambda day: st.integers(-2, 2).map(lambda off: day + timedelta(days=off))
    ),
)
CLOCK = st.builds(time, st.integers(0, 23), st.sampled_from([0, 10, 30, 45, 50]))
STARTS = st.builds(local_instant, DAYS, CLOCK, st.sampled_from(ZONES))
WITHIN_A_HAIR = st.sampled_from([-US, timedelta(0), US])


def around(*edges: timedelta) -> st.SearchStrategy[timedelta]:
    """Offsets on and beside these edges, and some anywhere within three days."""
    beside = st.builds(lambda edge, hair: edge + hair, st.sampled_from(edges), WITHIN_A_HAIR)
    return st.one_of(beside, st.timedeltas(-timedelta(days=3), timedelta(days=3)))


def minutes(*numbers: int) -> list[timedelta]:
    return [timedelta(minutes=number) for number in numbers]


TERM_CHOICES = st.builds(
    TERMS.adapted,
    st.sampled_from([None, timedelta(hours=2), timedelta(hours=48)]),
    st.sampled_from([None, *minutes(5, 30, 60)]),
    st.sampled_from([None, timedelta(hours=72)]),
)


def in_some_zone(draw: st.DrawFn, instant: datetime) -> datetime:
    return instant.astimezone(ZoneInfo(draw(st.sampled_from(["UTC", *ZONES]))))


@given(
    start=STARTS,
    before=around(timedelta(0), timedelta(hours=2), timedelta(hours=24), timedelta(hours=48)),
    terms=TERM_CHOICES,
    exception=st.booleans(),
    zone=st.sampled_from(ZONES),
)
@settings(max_examples=300)
def test_a3_a4_notices(
    start: datetime, before: timedelta, terms: AttendanceTerms, exception: bool, zone: str
) -> None:
    received = (start - before).astimezone(ZoneInfo(zone))
    expected = oracle.notice(oracle.micro(start - before), oracle.micro(start), terms.notice // US, exception)
    if expected == "refused":
        with pytest.raises(NoticeRefused):
            judge_notice(received, start.astimezone(ZoneInfo(zone)), terms, exception)
        return
    verdict = judge_notice(received, start.astimezone(ZoneInfo(zone)), terms, exception)
    assert verdict.ground == NAMES[expected]
    assert verdict.decided_at == start - before
    assert (verdict.outcome == Outcome.UNAUTHORISED_ABSENCE) is (expected == "unauthorised")


@st.composite
def session_facts(draw: st.DrawFn) -> SessionFacts:
    """A session with facts on and beside every edge, each instant written in some zone."""
    start = draw(STARTS)
    length = draw(st.sampled_from(minutes(10, 15, 45, 60)))
    near = around(timedelta(0), length, *minutes(5, 15, 30, 60))

    def maybe(offsets: st.SearchStrategy[timedelta]) -> datetime | None:
        offset = draw(st.none() | offsets)
        return None if offset is None else in_some_zone(draw, start + offset)

    notice = st.builds(
        lambda edge, hair: -max(edge + hair, US),
        st.sampled_from([timedelta(0), timedelta(hours=2), timedelta(hours=24), timedelta(hours=48)]),
        WITHIN_A_HAIR,
    )
    student = maybe(near)
    stated = draw(st.sampled_from([None, None, False, True]))
    return SessionFacts(
        starts_at=in_some_zone(draw, start),
        ends_at=in_some_zone(draw, start + length),
        known_until=in_some_zone(draw, start + draw(near)),
        notice_at=maybe(notice),
        exception=draw(st.booleans()),
        student_joined_at=student,
        mentor_joined_at=maybe(near),
        stated_present=None if stated and student is None else stated,
    )


def expected_of(facts: SessionFacts, terms: AttendanceTerms) -> tuple[str, str, int]:
    def at(instant: datetime | None) -> int | None:
        return None if instant is None else oracle.micro(instant)

    return oracle.session(
        start=oracle.micro(facts.starts_at),
        end=oracle.micro(facts.ends_at),
        known=oracle.micro(facts.known_until),
        asked=terms.notice // US,
        allowed=terms.lateness // US,
        notice_at=at(facts.notice_at),
        exception=facts.exception,
        student=at(facts.student_joined_at),
        mentor=at(facts.mentor_joined_at),
        stated=facts.stated_present,
    )


@given(facts=session_facts(), terms=TERM_CHOICES)
@settings(max_examples=600)
def test_a3_to_a7_sessions(facts: SessionFacts, terms: AttendanceTerms) -> None:
    found = judge_session(facts, terms)
    if isinstance(found, Waiting):
        assert ("waiting", "", oracle.micro(found.until)) == expected_of(facts, terms)
        assert found.until == falls_due_at(facts, terms)
    else:
        told = (found.outcome.value, found.ground.value, oracle.micro(found.decided_at))
        assert told == expected_of(facts, terms)


@given(facts=session_facts(), later=st.timedeltas(timedelta(0), timedelta(days=9)))
@settings(max_examples=200)
def test_a10_what_is_decided_stays_decided_however_late_one_asks(
    facts: SessionFacts, later: timedelta
) -> None:
    known = {name: getattr(facts, name) for name in SessionFacts.__slots__}
    asked_later = SessionFacts(**known | {"known_until": facts.known_until + later})
    found = judge_session(facts, TERMS)
    if isinstance(found, Verdict):
        assert judge_session(asked_later, TERMS) == found


@given(
    start=STARTS,
    reasons=st.none() | around(timedelta(hours=48), timedelta(hours=72)),
    rebooked=st.none() | around(timedelta(hours=48), timedelta(hours=72)),
    offered=st.booleans(),
    terms=TERM_CHOICES,
    zone=st.sampled_from(ZONES),
)
@settings(max_examples=300)
def test_a8_rescheduling(
    start: datetime,
    reasons: timedelta | None,
    rebooked: timedelta | None,
    offered: bool,
    terms: AttendanceTerms,
    zone: str,
) -> None:
    shown = start.astimezone(ZoneInfo(zone))
    at = [None if off is None else start + off for off in (reasons, rebooked)]
    found = judge_rescheduling(rescheduling_deadline(shown, terms), at[0], at[1], offered)
    micros = [None if instant is None else oracle.micro(instant) for instant in at]
    within = terms.rescheduling // US
    assert found == oracle.rescheduling(oracle.micro(start), within, micros[0], micros[1], offered)


@st.composite
def rows(draw: st.DrawFn) -> list[tuple[int, int, str, bool]]:
    """Sessions of one enrolment in any order, mostly held and unauthorised; a case may hold an absence."""
    outcomes = draw(
        st.lists(
            st.sampled_from(["unauthorised_absence"] * 8 + ["held"] * 2 + [str(o) for o in Outcome]),
            max_size=14,
        )
    )
    held = [draw(st.sampled_from([False] * 4 + [True])) and o == "unauthorised_absence" for o in outcomes]
    return draw(
        st.permutations([(n, 1_000 * n, o, h) for n, (o, h) in enumerate(zip(outcomes, held, strict=True))])
    )


def as_marks(row: list[tuple[int, int, str, bool]]) -> list[Mark]:
    epoch = datetime(2026, 1, 1, tzinfo=UTC)
    return [Mark(n, epoch + timedelta(microseconds=at), outcome, held) for n, at, outcome, held in row]


@given(row=rows(), size=st.integers(1, 4))
@settings(max_examples=400)
def test_a9_absences_in_a_row(row: list[tuple[int, int, str, bool]], size: int) -> None:
    found = count_streak(as_marks(row), size)
    current, full = oracle.streak(row, size)
    assert (list(found.current), [list(group) for group in found.complete]) == (current, full)


@given(row=rows(), data=st.data())
@settings(max_examples=400)
def test_a7_whether_a_group_still_stands(row: list[tuple[int, int, str, bool]], data: st.DataObject) -> None:
    unauthorised = [n for n, _, outcome, _ in row if outcome == "unauthorised_absence"]
    ids = data.draw(st.sets(st.sampled_from(unauthorised or [99]), max_size=3))
    assert streak_stands(as_marks(row), ids) is oracle.stands(row, ids)


@given(row=rows())
def test_a9_a_full_group_that_nobody_corrected_stands(row: list[tuple[int, int, str, bool]]) -> None:
    marks = as_marks(row)
    for group in count_streak(marks, 3).complete:
        assert streak_stands(marks, group)


QUARTER = timedelta(minutes=15)


@st.composite
def offers(draw: st.DrawFn) -> dict[str, Any]:
    """A missed session, a mentor's rules and what blocks them, all on quarter hours by day.

    Nights are left to the examples in `test_slots`: the walking clock of the oracle reads a stretch that
    begins inside a clock change in its own way.
    """
    zone = draw(st.sampled_from(ZONES))
    missed = local_instant(draw(DAYS), time(draw(st.integers(0, 23))), zone)

    def moment(weeks: int) -> datetime:
        return missed + draw(st.integers(-96 * 7, 96 * 7 * weeks)) * QUARTER

    def rule() -> Rule:
        first = draw(st.integers(7 * 4, 20 * 4))
        last = first + draw(st.integers(1, 10))
        retired = draw(st.none() | st.just(0))
        return Rule(
            draw(st.integers(0, 6)),
            time(first // 4, first % 4 * 15),
            time(last // 4, last % 4 * 15),
            draw(st.sampled_from(ZONES)),
            missed - timedelta(days=30) if draw(st.booleans()) else moment(1),
            None if retired is None else moment(1),
        )

    def blocker() -> Blocker:
        begins = moment(2)
        from_at = missed - timedelta(days=9) if draw(st.booleans()) else moment(1)
        until = None if draw(st.booleans()) else from_at + draw(st.integers(1, 96 * 5)) * QUARTER
        return Blocker(begins, begins + draw(st.sampled_from([3, 96, 96 * 8])) * QUARTER, from_at, until)

    weeks = [oracle.iso_week(oracle.micro(missed + timedelta(weeks=n)), zone) for n in (0, 1)]
    return {
        "missed_at": missed,
        "zone": zone,
        "rules": [rule() for _ in range(draw(st.integers(0, 2)))],
        "blockers": [blocker() for _ in range(draw(st.integers(0, 3)))],
        "week_counts": {week: draw(st.integers(0, 2)) for week in weeks},
        "length": draw(st.sampled_from(minutes(30, 45))),
    }


def told(offer: dict[str, Any]) -> dict[str, Any]:
    """The same in the oracle's own terms."""

    def at(instant: datetime | None) -> int | None:
        return None if instant is None else oracle.micro(instant)

    def minute(clock: time) -> int:
        return clock.hour * 60 + clock.minute

    return {
        "missed": oracle.micro(offer["missed_at"]),
        "zone": offer["zone"],
        "rules": [
            (r.weekday, minute(r.starts), minute(r.ends), r.zone, at(r.recorded_at), at(r.retired_at))
            for r in offer["rules"]
        ],
        "counts": offer["week_counts"],
        "length": offer["length"] // US,
        "most": TERMS.max_sessions_per_week,
    }


@given(offer=offers(), after=st.integers(-96 * 3, 96 * 10))
@settings(max_examples=80, deadline=None)
def test_a3_free_slots(offer: dict[str, Any], after: int) -> None:
    asked_at = offer["missed_at"] + after * QUARTER
    blockers = offer.pop("blockers")
    busy = [(b.starts_at, b.ends_at) for b in blockers]
    found = free_slots(terms=TERMS, after=asked_at, busy=busy, **offer)
    expected = oracle.free(
        after=oracle.micro(asked_at),
        busy=[(oracle.micro(begins), oracle.micro(ends)) for begins, ends in busy],
        **told(offer),
    )
    assert [oracle.micro(start) for start in found] == expected


@given(offer=offers())
@settings(max_examples=100, deadline=None)
def test_a8_whether_a_slot_was_on_offer(offer: dict[str, Any]) -> None:
    at = oracle.micro
    deadline = offer["missed_at"] + timedelta(hours=48)
    found = slot_offered(terms=TERMS, deadline=deadline, **offer)
    expected = oracle.offered(
        deadline=at(deadline),
        blockers=[
            (at(b.starts_at), at(b.ends_at), at(b.from_at), None if b.until_at is None else at(b.until_at))
            for b in offer["blockers"]
        ],
        **told(offer),
    )
    assert found is expected
