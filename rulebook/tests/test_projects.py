"""Projects, versions, defences and what is missing to graduate (2.2, 2.6, T1, T2, PL.3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook import defences
from rulebook.defences import Assessment, DefenceState, judge_defence
from rulebook.errors import RuleError
from rulebook.projects import (
    FINISHED,
    TRANSITIONS,
    Missing,
    ProjectFacts,
    WorkState,
    check_move,
    check_version,
    graduation_readiness,
    is_late,
    unmet,
)

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)

ALLOWED = {
    ("todo", "submitted"),
    ("todo", "to_redo"),
    ("submitted", "submitted"),
    ("submitted", "approved"),
    ("submitted", "to_rework"),
    ("submitted", "to_redo"),
    ("to_rework", "submitted"),
    ("to_rework", "to_rework"),
    ("to_rework", "to_redo"),
    ("to_redo", "submitted"),
    ("to_redo", "to_redo"),
    ("approved", "defended"),
    ("approved", "to_rework"),
    ("approved", "to_redo"),
    ("defended", "to_rework"),
    ("defended", "to_redo"),
}


@pytest.mark.parametrize("before", WorkState)
@pytest.mark.parametrize("after", WorkState)
def test_what_may_follow_what(before: WorkState, after: WorkState) -> None:
    assert (after in TRANSITIONS[before]) == ((before.value, after.value) in ALLOWED)
    if (before.value, after.value) in ALLOWED:
        check_move(before, after)
    else:
        with pytest.raises(RuleError):
            check_move(before, after)


@pytest.mark.parametrize("before", DefenceState)
@pytest.mark.parametrize("after", DefenceState)
def test_an_outcome_of_a_defence_stands(before: DefenceState, after: DefenceState) -> None:
    open_still = before is DefenceState.BOOKED and after is not DefenceState.BOOKED
    assert (after in defences.TRANSITIONS[before]) == open_still


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_a_version_of_the_last_day_is_in_time_in_every_zone(instant: datetime) -> None:
    for zone in ("Europe/Paris", "America/New_York", "Pacific/Auckland"):
        from zoneinfo import ZoneInfo

        day = instant.astimezone(ZoneInfo(zone)).date()
        assert not is_late(instant, day, zone)
        assert is_late(instant, day - timedelta(days=1), zone)
    assert not is_late(instant, None, "Europe/Paris")


def test_t2_the_last_second_of_the_day_and_the_clock_change() -> None:
    # The night in which Paris' clocks go forward: the day ends at 22:00 UTC.
    last = datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert not is_late(last - TICK, date(2026, 3, 29), "Europe/Paris")
    assert is_late(last, date(2026, 3, 29), "Europe/Paris")


@pytest.mark.parametrize(
    ("state", "now", "earlier", "refused"),
    [
        ("todo", ["a"], [], ""),
        ("todo", [], [], "Choose"),
        ("submitted", ["a"], ["a"], "very file"),
        ("submitted", ["a", "b"], ["a"], ""),
        ("to_rework", ["a"], ["a", "b"], "very file"),
        ("to_rework", ["a", "c"], ["a", "b"], ""),
        ("to_redo", ["a", "c"], ["a", "b"], "entirely redone"),
        ("to_redo", ["c"], ["a", "b"], ""),
        ("approved", ["c"], ["a"], "approved"),
        ("defended", ["c"], ["a"], "approved"),
    ],
)
def test_pl3_what_may_be_handed_in(state: str, now: list[str], earlier: list[str], refused: str) -> None:
    if not refused:
        check_version(state, now, earlier)
        return
    with pytest.raises(RuleError, match=refused) as error:
        check_version(state, now, earlier)
    assert error.value.field == "files"


def test_pl3_only_a_version_after_the_finding_counts() -> None:
    assert unmet([AT], AT)
    assert unmet([AT - TICK, AT], AT)
    assert not unmet([AT], AT + TICK)
    assert not unmet([], AT)


states = st.sampled_from([str(each) for each in WorkState])
skills = st.lists(st.tuples(st.text("abc", min_size=1, max_size=2), st.booleans()), max_size=3).map(tuple)
facts = st.builds(ProjectFacts, st.integers(1, 9), st.just("P"), states, st.booleans(), skills)


@given(st.lists(facts, max_size=6))
def test_t1_ready_means_that_everything_is_approved(projects: list[ProjectFacts]) -> None:
    wanted = bool(projects) and all(
        each.state in FINISHED
        and (
            not each.in_depth
            or (all(approved for _, approved in each.skills) and (each.skills or each.state == "defended"))
        )
        for each in projects
    )
    found = graduation_readiness(projects)
    assert found.ready == wanted
    assert found.clause == "2.2"


def test_t1_every_missing_skill_is_named_and_others_are_not() -> None:
    deep = ProjectFacts(1, "A", "approved", True, (("x", True), ("y", False), ("z", False)))
    shallow = ProjectFacts(2, "B", "to_redo", False, (("w", False),))
    found = [(gap.what, gap.project_id, gap.skill) for gap in graduation_readiness([deep, shallow]).missing]
    assert found == [(Missing.SKILL, 1, "y"), (Missing.SKILL, 1, "z"), (Missing.PROJECT, 2, "")]


YES, NO = Assessment(True, "Well shown"), Assessment(False, "Not shown")


def judge(assessed, required=(1, 2), already=(), recorded=True, decided_at=AT):
    return judge_defence(
        assessed, required, frozenset(already), recorded=recorded, starts_at=AT, decided_at=decided_at
    )


def test_t1_a_defence_passes_once_every_skill_is_approved() -> None:
    assert judge({1: YES, 2: YES}).outcome == "passed"
    failed = judge({1: YES, 2: NO})
    assert (failed.outcome, failed.approved) == ("failed", (1,))
    assert judge({2: YES}, already=(1,)).outcome == "passed"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"assessed": {1: YES, 2: YES}, "recorded": False}, "recording"),
        ({"assessed": {1: YES}}, "skill_2"),
        ({"assessed": {1: YES, 2: Assessment(True, " ")}}, "skill_2"),
        ({"assessed": {1: YES, 2: YES, 3: YES}}, "skill_3"),
        ({"assessed": {1: YES, 2: YES}, "already": (1,)}, "skill_1"),
        ({"assessed": {1: YES, 2: YES}, "decided_at": AT - TICK}, "state"),
    ],
)
def test_2_6_what_no_outcome_can_rest_on(given: dict, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        judge(**given)
    assert refused.value.field == field


def test_2_6_without_a_recording_a_defence_can_only_fail() -> None:
    assert judge({1: NO, 2: NO}, recorded=False).outcome == "failed"
    assert judge({}, required=(), recorded=False).outcome == "failed"
    assert judge({}, required=(), recorded=True).outcome == "passed"
