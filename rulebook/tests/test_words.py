"""Verdicts in plain sentences."""

import string
from datetime import timedelta

import pytest

from rulebook.attendance import Ground, Outcome, SessionFacts, Verdict, judge_notice, judge_session
from rulebook.terms import AttendanceTerms
from rulebook.tests.clocks import LENGTH, STARTS, TERMS, US
from rulebook.words import TITLES, Reader, explain, explain_facts, foretell_notice, spell_length

START = STARTS[0].utc
DAY = timedelta(hours=24)


def notice(before: timedelta, terms: AttendanceTerms = TERMS, exception: bool = False) -> Verdict:
    return judge_notice(START - before, START, terms, exception)


def session(after: timedelta | None, terms: AttendanceTerms = TERMS) -> Verdict:
    verdict = judge_session(
        SessionFacts(
            starts_at=START,
            ends_at=START + LENGTH,
            mentor_joined_at=START,
            student_joined_at=None if after is None else START + after,
            known_until=START + DAY,
        ),
        terms,
    )
    assert isinstance(verdict, Verdict)
    return verdict


def said(verdict: Verdict, reader: Reader = Reader.STUDENT) -> str:
    text, params = explain(verdict, reader)
    return text % params


@pytest.mark.parametrize(
    ("before", "early"),
    [
        (timedelta(hours=23, minutes=40), "23 h 40 min"),
        (DAY - US, "23 h 59 min 59 s"),
        (DAY - timedelta(minutes=1), "23 h 59 min"),
        (DAY - timedelta(minutes=2, seconds=30), "23 h 57 min"),
        (timedelta(seconds=20), "20 s"),
        (US, "0 s"),
    ],
)
def test_a_late_notice_is_told_by_how_early_it_came(before: timedelta, early: str) -> None:
    assert said(notice(before)) == (
        f"This absence is unauthorised because your notice came {early} before the start (3.2 asks for 24 h)."
    )


def test_a_notice_in_time_is_told_the_same_way() -> None:
    assert said(notice(DAY)) == (
        "This absence is authorised because your notice came 24 h before the start (3.2 asks for 24 h)."
    )


@pytest.mark.parametrize(
    ("after", "late"),
    [
        (timedelta(minutes=15) + US, "15 min 1 s"),
        (timedelta(minutes=15, seconds=20), "15 min 20 s"),
        (timedelta(minutes=17, seconds=20), "17 min"),
    ],
)
def test_a_late_arrival_is_told_by_how_late_it_was(after: timedelta, late: str) -> None:
    assert said(session(after)) == (
        f"This absence is unauthorised because you joined {late} after the start (3.2 allows 15 min)."
    )


def test_others_read_about_the_student() -> None:
    assert "because the student's notice came 23 h before" in said(notice(timedelta(hours=23)), Reader.OTHER)
    assert "because the student joined 20 min after" in said(session(timedelta(minutes=20)), Reader.OTHER)
    assert "because the student did not join" in said(session(None), Reader.OTHER)


def test_2_4_an_adapted_rule_is_named_as_adapted() -> None:
    terms = TERMS.adapted(notice=timedelta(hours=2), lateness=timedelta(minutes=30))
    assert "(your adapted programme, 2.4, asks for 2 h)" in said(notice(timedelta(hours=3), terms))
    assert "(your adapted programme, 2.4, asks for 2 h)" in said(notice(timedelta(hours=1), terms))
    assert "(their adapted programme, 2.4, allows 30 min)" in said(
        session(timedelta(minutes=31), terms), Reader.OTHER
    )


def test_a_notice_is_foretold_before_it_is_sent() -> None:
    told = [
        foretell_notice(verdict)
        for verdict in (notice(DAY), notice(DAY - US), notice(timedelta(hours=1), exception=True))
    ]
    sentences = [text % params for text, params in told]
    assert "will be authorised: it is 24 h before" in sentences[0]
    assert "will be unauthorised: it is 23 h 59 min 59 s before" in sentences[1]
    assert "Student Success accepted" in sentences[2]


@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("ground", Ground)
def test_every_outcome_and_ground_has_a_sentence_even_without_facts(
    outcome: Outcome, ground: Ground, reader: Reader
) -> None:
    for facts in ({}, {"adapted_rule": "notice"}, {"lateness_seconds": 900}):
        text, params = explain_facts(outcome, ground, facts, reader)
        assert text % params
        assert {name for _, name, _, _ in string.Formatter().parse(text) if name} == set()


def test_no_text_for_others_says_you() -> None:
    for outcome in Outcome:
        text, _ = explain_facts(outcome, "", {"lateness_seconds": 900}, Reader.OTHER)
        assert "you" not in text.lower().split()
    for ground in Ground:
        facts = {
            "starts_at": "2026-02-03T13:00:00+00:00",
            "notice_at": "2026-02-03T12:00:00+00:00",
            "student_joined_at": "2026-02-03T13:20:00+00:00",
            "lateness_seconds": 900,
        }
        text, _ = explain_facts("unauthorised_absence", ground, facts, Reader.OTHER)
        assert not {"you", "your"} & set(text.lower().split())


def test_the_same_sentence_comes_from_what_the_record_keeps() -> None:
    verdict = notice(timedelta(hours=3))
    assert explain_facts("unauthorised_absence", "late_notice", dict(verdict.facts)) == explain(verdict)


@pytest.mark.parametrize(("reader", "who"), [(Reader.STUDENT, "you"), (Reader.OTHER, "the student")])
def test_what_a_person_found_is_told_as_such(reader: Reader, who: str) -> None:
    facts = {"starts_at": "2026-02-03T13:00:00+00:00", "decided_by_person": True}
    text, params = explain_facts("unauthorised_absence", "no_show", facts, reader)
    assert f"Student Success found that {who} w" in text % params


def test_titles_name_every_outcome_and_ground() -> None:
    assert {*Outcome, *Ground} - {Ground.NONE} == set(TITLES)


@pytest.mark.parametrize(
    ("seconds", "spelt"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (61, "1 min"),
        (3600, "1 h"),
        (3661, "1 h 1 min"),
        (172800, "48 h"),
    ],
)
def test_lengths_are_spelt_in_units_that_need_no_translation(seconds: int, spelt: str) -> None:
    assert spell_length(seconds) == spelt
