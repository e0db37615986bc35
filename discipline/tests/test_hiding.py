"""Small numbers: what is told of people whom the reader may not know."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from discipline.statistics.hiding import FEWEST, hidden, tells_total


def test_a_number_behind_which_few_unseen_people_stand_is_not_told() -> None:
    assert hidden({"3.2": 12, "3.4": 3, "3.5": 2}) == {"3.4", "3.5"}


def test_one_hidden_number_takes_the_smallest_other_with_it_for_the_total_is_told() -> None:
    assert hidden({"3.2": 12, "3.4": 2, "3.5": 7}) == {"3.4", "3.5"}


def test_what_the_reader_sees_anyway_hides_nothing() -> None:
    assert hidden({"3.2": 0, "3.4": 0}) == frozenset()
    assert tells_total({"3.2": 0})


def test_two_hidden_numbers_that_are_few_together_take_a_third() -> None:
    assert hidden({"a": 1, "b": 2, "c": 9, "d": 6}) == {"a", "b", "d"}


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 30), max_size=8))
def test_neither_a_number_nor_the_rest_of_the_total_stands_for_few(unseen: dict[str, int]) -> None:
    gone = hidden(unseen)
    assert all(count == 0 or count >= FEWEST for name, count in unseen.items() if name not in gone)
    rest = sum(unseen[name] for name in gone)
    if gone and tells_total(unseen):
        # The total less what is told: never one group alone, unless there is no other, and never few.
        assert rest >= FEWEST
        assert len(gone) > 1 or sum(count > 0 for count in unseen.values()) == 1
