"""P3: the ladder of PL.3, row by row, and what counts as "again"."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.decisions import Measure
from rulebook.ladder import CLAUSES, LADDER, OTHERS, Found, History, Rung, is_again, propose
from rulebook.projects import Requirement

DONE = datetime(2026, 3, 4, 12, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
DAY = timedelta(days=1)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("found", "measure", "project"),
    [
        (Found.MAKING, Measure.WARNING, None),
        (Found.SUBMITTED, Measure.WARNING, Requirement.REWORK),
        (Found.THROUGHOUT, Measure.WARNING, Requirement.REDO),
    ],
)
def test_p3_the_first_time_is_a_warning_and_the_project_follows_how_far_it_went(found, measure, project):
    proposal = propose(found, DONE, History())
    assert (proposal.rung, proposal.measure, proposal.project) == (Rung(found), measure, project)
    assert proposal.clause == "PL.3"


@pytest.mark.parametrize("found", Found)
def test_p3_again_after_a_warning_ends_the_training(found):
    proposal = propose(found, DONE, History(warnings=[DONE - DAY]))
    assert (proposal.rung, proposal.measure) == (Rung.AGAIN, Measure.DISCONTINUATION)
    assert proposal.project == propose(found, DONE, History()).project


@pytest.mark.parametrize(("warned", "again"), [(DONE - MICRO, True), (DONE, True), (DONE + MICRO, False)])
def test_p3_what_was_handed_in_before_the_warning_took_effect_is_not_again(warned, again):
    assert is_again(DONE, History(warnings=[warned])) is again


@pytest.mark.parametrize(
    ("finding", "evaluation", "again"),
    [
        (DONE - 2 * DAY, DONE - DAY, True),
        (DONE - 2 * DAY, DONE + MICRO, False),
        (DONE - DAY, DONE - 2 * DAY, False),
        (DONE - DAY, DONE - DAY, True),
    ],
)
def test_p3_again_once_a_deliverable_was_evaluated_after_a_finding(finding, evaluation, again):
    assert is_again(DONE, History(findings=[finding], evaluated=[evaluation])) is again


def test_abuse_52_two_findings_at_once_climb_one_rung_not_two():
    together = History(findings=[DONE], evaluated=[DONE - 30 * DAY])
    assert propose(Found.SUBMITTED, DONE, together).rung == Rung.SUBMITTED


def test_abuse_52_an_evaluation_alone_skips_no_rung():
    assert propose(Found.MAKING, DONE, History(evaluated=[DONE - DAY])).rung == Rung.MAKING


@given(st.sampled_from(Found), INSTANTS, st.lists(INSTANTS), st.lists(INSTANTS), st.lists(INSTANTS))
def test_p3_the_ladder_only_ever_proposes_a_warning_or_the_end(found, done, warnings, findings, evaluated):
    history = History(warnings=warnings, findings=findings, evaluated=evaluated)
    proposal = propose(found, done, history)
    assert proposal.measure in (Measure.WARNING, Measure.DISCONTINUATION)
    assert (proposal.measure == Measure.DISCONTINUATION) == is_again(done, history)
    # More history never leads down again, and its order never matters.
    more = History(warnings=[*warnings[::-1], done], findings=findings[::-1], evaluated=evaluated[::-1])
    assert propose(found, done, more).rung == Rung.AGAIN


def test_p3_the_table_has_one_row_a_rung_and_every_kind_of_case_its_words():
    assert [row.rung for row in LADDER] == list(Rung)
    assert set(OTHERS) | {"plagiarism"} == set(CLAUSES)
