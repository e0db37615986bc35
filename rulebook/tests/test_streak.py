"""A9: three unauthorised absences in a row."""

from datetime import timedelta

import pytest

from rulebook.attendance import Mark, Outcome, StreakView, count_streak, streak_stands
from rulebook.tests.clocks import STARTS, US, repeated_hour

LETTERS = {
    "u": Outcome.UNAUTHORISED_ABSENCE,
    "h": Outcome.HELD,
    "a": Outcome.AUTHORISED_ABSENCE,
    "m": Outcome.CANCELLED_BY_MENTOR,
    "s": Outcome.CANCELLED_BY_SCHOOL,
    "x": Outcome.MENTOR_ABSENT,
    "?": Outcome.UNATTENDED,
    ".": Outcome.SCHEDULED,
}


def marks(row: str) -> list[Mark]:
    """Weekly sessions numbered from 1; a capital U is an absence that a case holds."""
    return [
        Mark(n, STARTS[0].utc + timedelta(weeks=n), LETTERS[letter.lower()], letter.isupper())
        for n, letter in enumerate(row, 1)
    ]


@pytest.mark.parametrize(
    ("row", "current", "complete"),
    [
        ("", (), ()),
        ("u", (1,), ()),
        ("uu", (1, 2), ()),
        ("uuu", (), ((1, 2, 3),)),
        ("uuuu", (4,), ((1, 2, 3),)),
        ("uuuuuu", (), ((1, 2, 3), (4, 5, 6))),
        ("uuh", (), ()),
        ("uuhu", (4,), ()),
        ("uhuu", (3, 4), ()),
        ("uauau", (), ((1, 3, 5),)),
        ("umusu", (), ((1, 3, 5),)),
        ("ux?.uu", (), ((1, 5, 6),)),
        ("huuu", (), ((2, 3, 4),)),
        ("UUU", (), ()),
        ("UUUu", (4,), ()),
        ("UUUuu", (4, 5), ()),
        ("UUUuuu", (), ((4, 5, 6),)),
        ("uUUUuu", (), ((1, 5, 6),)),
        ("uUhuu", (4, 5), ()),
    ],
)
def test_a9_counts_in_a_row(
    row: str, current: tuple[int, ...], complete: tuple[tuple[int, ...], ...]
) -> None:
    assert count_streak(marks(row), 3) == StreakView(current, complete)


def test_a9_an_absence_that_a_case_holds_neither_adds_nor_resets() -> None:
    for with_held, without in (("uUu", "uu"), ("uUhu", "uhu"), ("UuUuUu", "uuu")):
        assert len(count_streak(marks(with_held), 3).current) == len(count_streak(marks(without), 3).current)


def test_a9_the_order_is_that_of_the_scheduled_starts() -> None:
    in_order = marks("uuhuuu")
    assert count_streak(in_order[::-1], 3) == count_streak(in_order, 3) == StreakView((), ((4, 5, 6),))


def test_a9_a_microsecond_orders_two_sessions() -> None:
    start = STARTS[0].utc
    row = [Mark(1, start, "unauthorised_absence"), Mark(2, start + US, "held")]
    assert count_streak(row, 3).current == ()
    row = [Mark(1, start + US, "unauthorised_absence"), Mark(2, start, "held")]
    assert count_streak(row, 3).current == (1,)


def test_a9_outcomes_are_read_as_plain_strings_too() -> None:
    plain = [Mark(m.session_id, m.starts_at, str(m.outcome)) for m in marks("uuu")]
    assert count_streak(plain, 3).complete == ((1, 2, 3),)


def test_abuse_34_an_absence_excused_after_the_third_undoes_the_group() -> None:
    assert streak_stands(marks("UUU"), {1, 2, 3})
    assert not streak_stands(marks("UAU"), {1, 2, 3})


@pytest.mark.parametrize(
    ("row", "ids", "stands"),
    [
        ("uuu", {1, 2, 3}, True),
        ("hUUU", {2, 3, 4}, True),
        ("UUUh", {1, 2, 3}, True),
        ("UaUmU", {1, 3, 5}, True),
        ("UhUU", {1, 3, 4}, False),
        ("UU?U", {1, 2, 4}, True),
        ("UUhU", {1, 2, 4}, False),
        ("HUU", {1, 2, 3}, False),
        ("UUH", {1, 2, 3}, False),
        ("UUuU", {1, 2, 4}, True),
        ("UU", {1, 2, 3}, False),
        ("UUU", set(), False),
    ],
)
def test_a7_a_corrected_group_stands_only_while_it_is_in_a_row(row: str, ids: set[int], stands: bool) -> None:
    assert streak_stands(marks(row), ids) is stands
    assert streak_stands(marks(row)[::-1], ids) is stands


def test_a9_the_size_is_a_parameter() -> None:
    assert count_streak(marks("uu"), 2).complete == ((1, 2),)
    assert count_streak(marks("uuuu"), 5).current == (1, 2, 3, 4)


def test_abuse_27_in_the_repeated_hour_sessions_are_ordered_by_instant_and_not_by_the_clock() -> None:
    earlier, later = repeated_hour(30, fold=0), repeated_hour(10, fold=1)
    row = [Mark(1, later, "unauthorised_absence"), Mark(2, earlier, "held")]
    assert count_streak(row, 3).current == (1,)
    row = [Mark(1, earlier, "unauthorised_absence"), Mark(2, later, "held")]
    assert count_streak(row, 3).current == ()


@pytest.mark.parametrize("side", [-1, 1])
def test_abuse_27_a_held_session_beside_a_group_in_the_repeated_hour_does_not_break_it(side: int) -> None:
    """By what the clocks show the held session lies on the group's other side."""
    earlier, later = repeated_hour(30, fold=0), repeated_hour(10, fold=1)
    edge, held = (earlier, later) if side == 1 else (later, earlier)
    others = [edge - side * timedelta(weeks=n) for n in (1, 2)]
    row = [Mark(n, at, "unauthorised_absence", True) for n, at in enumerate((edge, *others))]
    assert streak_stands([*row, Mark(9, held, "held")], {0, 1, 2})
