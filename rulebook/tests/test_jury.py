from datetime import UTC, date, datetime, timedelta

import pytest

from rulebook.errors import RuleError
from rulebook.jury import (
    TRANSITIONS,
    CandidacyState,
    Choice,
    Kind,
    Remedy,
    Step,
    Voter,
    after,
    check_composition,
    check_refusal,
    check_submission,
    check_vote,
    result_of,
)
from rulebook.terms import JuryTerms

ONE_EACH = JuryTerms(professionals=1, representatives=1)
STARTS = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TODAY = date(2026, 3, 2)
SITTING = Voter(accepted=True, removed=False, conflict=False, present=True)


@pytest.mark.parametrize("state", list(CandidacyState))
@pytest.mark.parametrize("step", list(Step))
def test_j3_every_step_leads_where_the_table_says_or_is_refused(state, step):
    if step in TRANSITIONS[state]:
        assert after(state, step) is TRANSITIONS[state][step]
    else:
        with pytest.raises(RuleError) as refused:
            after(state, step)
        assert refused.value.field == "state"


@pytest.mark.parametrize("step", list(Step))
def test_j3_nothing_reopens_an_award(step):
    with pytest.raises(RuleError, match="final"):
        after("awarded", step)


def test_t1_a_complete_portfolio_is_submitted():
    check_submission(missing=0, in_training=True, submitted=False)


@pytest.mark.parametrize(
    ("missing", "in_training", "submitted", "clause"),
    [(1, True, False, "2.2"), (0, False, False, "4.2"), (0, True, True, "2.3")],
)
def test_t1_one_that_is_not_or_not_now_is_refused(missing, in_training, submitted, clause):
    with pytest.raises(RuleError) as refused:
        check_submission(missing=missing, in_training=in_training, submitted=submitted)
    assert (refused.value.field, refused.value.clause) == ("portfolio", clause)


@pytest.mark.parametrize(
    ("members", "complete"),
    [
        ([Kind.PROFESSIONAL, Kind.REPRESENTATIVE], True),
        ([Kind.PROFESSIONAL] * 3, False),
        ([Kind.REPRESENTATIVE] * 3, False),
        ([], False),
    ],
)
def test_j1_a_jury_has_at_least_one_of_each(members, complete):
    if complete:
        check_composition(members, ONE_EACH)
        return
    with pytest.raises(RuleError) as refused:
        check_composition(members, ONE_EACH)
    assert refused.value.field == "members"


def _vote(voter=SITTING, now=STARTS, closed=False, record_current=True):
    check_vote(voter, now=now, starts_at=STARTS, closed=closed, record_current=record_current)


def test_j3_a_member_who_sits_votes_from_the_meetings_start_on():
    _vote()
    _vote(now=STARTS + timedelta(days=1))


@pytest.mark.parametrize(
    "changed",
    [
        {"voter": Voter(accepted=False, removed=False, conflict=False, present=True)},
        {"voter": Voter(accepted=True, removed=True, conflict=False, present=True)},
        {"voter": Voter(accepted=True, removed=False, conflict=True, present=True)},
        {"voter": Voter(accepted=True, removed=False, conflict=False, present=False)},
        {"now": STARTS - TICK},
        {"closed": True},
    ],
)
def test_j3_nobody_else_and_not_before(changed):
    with pytest.raises(RuleError) as refused:
        _vote(**changed)
    assert refused.value.field == "vote"


def test_j2_a_penalty_that_is_not_in_the_record_comes_first():
    with pytest.raises(RuleError) as refused:
        _vote(record_current=False)
    assert refused.value.clause == "4.2"


@pytest.mark.parametrize(
    ("votes", "chair", "result"),
    [
        ({}, 1, None),
        ({1: "award"}, 1, "award"),
        ({1: "award", 2: "award", 3: "refuse"}, 3, "award"),
        ({1: "award", 2: "refuse", 3: "refuse"}, 1, "refuse"),
        ({1: "award", 2: "refuse"}, 1, "award"),
        ({1: "award", 2: "refuse"}, 2, "refuse"),
        ({1: "award", 2: "refuse"}, None, None),
        ({1: "award", 2: "refuse"}, 3, None),
    ],
)
def test_j3_the_majority_decides_and_where_they_are_even_the_chair(votes, chair, result):
    found = result_of({who: Choice(choice) for who, choice in votes.items()}, chair)
    assert found == (Choice(result) if result else None)


def _remedy(*skills, days=30):
    return Remedy(skills=frozenset(skills), due_on=TODAY + timedelta(days=days))


def test_j3_a_refusal_offers_projects_on_all_the_skills_it_names():
    check_refusal([1, 2, 3], [_remedy(1, 2), _remedy(2, 3)], [1, 2, 3, 4], TODAY)


@pytest.mark.parametrize(
    ("skills", "remedies", "field"),
    [
        ([], [_remedy(1)], "skills"),
        ([9], [_remedy(9)], "skills"),
        ([1], [], "projects"),
        ([1], [_remedy(1, 2)], "projects"),
        ([1], [_remedy()], "projects"),
        ([1, 2], [_remedy(1)], "projects"),
        ([1], [_remedy(1, days=0)], "due_on"),
    ],
)
def test_j3_one_that_does_not_is_refused(skills, remedies, field):
    with pytest.raises(RuleError) as refused:
        check_refusal(skills, remedies, [1, 2, 3, 4], TODAY)
    assert refused.value.field == field
