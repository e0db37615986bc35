"""What events make of a letter (B6, B7): the same in whatever order they are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.letters import ENDS, Course, is_early, is_late, with_event

START = datetime(2026, 3, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def told(*events: tuple[str, datetime]) -> Course:
    course = Course()
    for kind, at in events:
        course = with_event(course, kind, at) or course
    return course


HOURS = st.integers(0, 500)


@given(st.lists(HOURS, min_size=3, max_size=3), st.sampled_from(ENDS), st.randoms())
def test_b7_events_count_by_their_own_instants(hours, end, chance):
    deposited, presented, ended = (START + hour * HOUR for hour in sorted(hours))
    events = [("deposited", deposited), ("presented", presented), (end, ended), ("presented", ended)]
    chance.shuffle(events)
    course = told(*events)
    assert (course.state, course.deposited_at, course.presented_at) == (end, deposited, presented)
    assert course.received_at == presented


@given(st.lists(st.tuples(st.sampled_from(["deposited", "presented", *ENDS]), HOURS), max_size=8))
def test_abuse_55_a_letter_ends_once_and_its_end_is_not_exchanged(events):
    course = Course()
    for kind, hour in events:
        after = with_event(course, kind, START + hour * HOUR)
        if after is None:
            continue
        if course.end:
            assert (after.end, after.ended_at) == (course.end, course.ended_at)
        course = after
        assert sum(getattr(course, f"{each}_at") is not None for each in ENDS) <= 1
        if course.presented_at and course.ended_at:
            assert course.presented_at <= course.ended_at


@pytest.mark.parametrize("order", list(permutations([("delivered", START), ("refused", START + HOUR)])))
def test_abuse_55_the_end_that_was_told_first_stands(order):
    course = told(*order)
    assert course.end == order[0][0]
    assert with_event(course, *order[1]) is None


def test_a_presentation_after_the_end_contradicts_it():
    assert with_event(told(("delivered", START)), "presented", START + HOUR) is None
    assert with_event(told(("presented", START + HOUR)), "delivered", START) is None


def test_b7_not_claimed_alone_is_no_receipt():
    assert told(("unclaimed", START)).received_at is None
    assert told(("presented", START), ("unclaimed", START + HOUR)).received_at == START


def test_abuse_39_the_bounds_of_the_window():
    course = told(("presented", START))
    tick = timedelta(microseconds=1)
    assert not is_early(course, START)
    assert is_early(course, START + tick)
    assert is_late(course, START)
    assert not is_late(course, START + tick)
    assert not is_early(Course(), START) and not is_late(Course(), START)
