"""Policy versions: what a file must hold, what an error says, and which version judges what."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rulebook import policy
from rulebook.attendance import judge_notice
from rulebook.errors import PolicyError
from rulebook.loading import CITED, read_policy
from rulebook.policy import SHIPPED, get_policy, load, policy_at, read_book

TEXT = (SHIPPED / "2026-01.toml").read_text(encoding="utf-8")
US = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _shipped_versions_again() -> Iterator[None]:
    yield
    load()


def write(directory: Path, *changes: tuple[str, str], name: str = "school.toml") -> Path:
    """The shipped version with these pieces of text replaced, each of which must be there."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def own_version(directory: Path, identifier: str, day: str, *changes: tuple[str, str]) -> Path:
    return write(
        directory,
        ('id = "2026-01"', f'id = "{identifier}"'),
        ("effective_from = 2015-01-01", f"effective_from = {day}"),
        *changes,
        name=f"{identifier}.toml",
    )


def test_the_shipped_version_holds_the_policys_own_numbers() -> None:
    shipped = get_policy("2026-01")
    terms = shipped.attendance
    assert (terms.notice, terms.lateness) == (timedelta(hours=24), timedelta(minutes=15))
    assert (terms.rescheduling, terms.reminder_before) == (timedelta(hours=48), timedelta(hours=24))
    assert (terms.statement_window, terms.session_length) == (timedelta(hours=48), timedelta(minutes=45))
    assert (terms.streak, terms.max_sessions_per_week, terms.horizon_weeks) == (3, 2, 4)
    assert (terms.postponement_weeks, terms.join_opens_before) == (1, timedelta(minutes=15))
    assert (shipped.leave.mentor_approves_up_to, shipped.leave.email_beyond) == (7, 15)
    assert shipped.change.processing == 7
    assert (shipped.commitment.silence, shipped.commitment.report_every) == (timedelta(weeks=4), 1)
    assert (shipped.recordings.mentoring_kept, shipped.recordings.defence_kept) == (90, 0)
    assert shipped.board.summons == timedelta(hours=72)
    board = shipped.board
    assert (board.letter_earliest, board.letter_escalates, board.letter_latest) == (2, 10, 15)
    assert (board.reminder_before, board.remind_after) == (timedelta(hours=24), timedelta(hours=48))
    penalties = shipped.penalties
    assert (penalties.suspension, penalties.exclusion_ban, penalties.discontinuation_ban) == (1, 1, 2)
    assert (shipped.jury.professionals, shipped.jury.representatives) == (1, 1)


def test_the_shipped_version_explains_every_clause_in_two_languages() -> None:
    clauses = get_policy("2026-01").clauses
    assert set(CITED) <= set(clauses)
    for number, clause in clauses.items():
        assert clause.number == number
        assert clause.title and clause.summary
        assert clause.in_language("fr").summary != clause.summary


def test_a_clause_falls_back_to_its_own_language() -> None:
    clause = get_policy("2026-01").clauses["3.2"]
    assert clause.in_language("fr-ca") == clause.in_language("fr")
    assert clause.in_language("de") is clause


def test_a_version_is_in_force_from_its_first_instant_to_the_microsecond(tmp_path: Path) -> None:
    own_version(tmp_path, "2030", "2030-04-01")
    load(tmp_path)
    first = datetime(2030, 3, 31, 22, tzinfo=UTC)  # midnight in Paris, in summer
    assert policy_at(first).id == "2030"
    assert policy_at(first - US).id == "2026-01"
    assert policy_at(datetime(2015, 1, 1, tzinfo=UTC)).id == "2026-01"


def test_an_instant_before_every_version_is_refused() -> None:
    with pytest.raises(LookupError, match=r"No version .* 2014"):
        policy_at(datetime(2014, 12, 31, 22, 59, 59, tzinfo=UTC))


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(LookupError, match="'1999'"):
        get_policy("1999")


def test_a_fact_is_judged_by_the_version_in_force_when_it_happened(tmp_path: Path) -> None:
    """From April the school asks for 36 hours; 30 hours before are in time in March only."""
    own_version(tmp_path, "2030", "2030-04-01", ('notice = "24 hours"', 'notice = "36 hours"'))
    load(tmp_path)
    outcomes = {}
    for month in (3, 4):
        start = datetime(2030, month, 20, 12, tzinfo=UTC)
        received = start - timedelta(hours=30)
        verdict = judge_notice(received, start, policy_at(received).attendance, exception=False)
        outcomes[verdict.policy_id] = verdict.outcome.value
    assert outcomes == {"2026-01": "authorised_absence", "2030": "unauthorised_absence"}


def test_a_verdict_keeps_its_version_when_a_newer_one_is_added(tmp_path: Path) -> None:
    before = get_policy("2026-01")
    own_version(tmp_path, "2030", "2030-04-01")
    load(tmp_path)
    assert get_policy("2026-01") == before
    assert get_policy("2030").attendance.policy_id == "2030"


def test_a_date_with_a_time_and_an_offset_is_an_instant(tmp_path: Path) -> None:
    path = own_version(tmp_path, "2030", "2030-04-01T12:00:00+02:00")
    assert read_policy(path).effective_from == datetime(2030, 4, 1, 10, tzinfo=UTC)


def test_two_versions_with_one_first_instant_overlap(tmp_path: Path) -> None:
    own_version(tmp_path, "2030a", "2030-04-01")
    second = own_version(tmp_path, "2030b", "2030-04-01")
    with pytest.raises(PolicyError, match=r"effective_from: overlaps .*2030a\.toml") as error:
        read_book([tmp_path])
    assert error.value.file == str(second)


def test_a_school_cannot_start_with_the_shipped_version_on_the_same_day(tmp_path: Path) -> None:
    own_version(tmp_path, "mine", "2015-01-01")
    with pytest.raises(PolicyError, match=r"overlaps .*2026-01\.toml"):
        load(tmp_path)


def test_two_versions_cannot_share_an_id(tmp_path: Path) -> None:
    write(tmp_path, ("effective_from = 2015-01-01", "effective_from = 2031-01-01"))
    with pytest.raises(PolicyError, match=r"school\.toml: id: '2026-01' is the id of .*2026-01\.toml too"):
        load(tmp_path)


def test_a_failed_load_leaves_the_versions_in_use_alone(tmp_path: Path) -> None:
    own_version(tmp_path, "2030", "2030-04-01")
    load(tmp_path)
    write(tmp_path, ("[leave]", "[leaves]"))
    with pytest.raises(PolicyError):
        load(tmp_path)
    assert get_policy("2030").id == "2030"


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="nowhere: is not a directory"):
        load(tmp_path / "nowhere")


def test_the_shipped_versions_are_read_when_nobody_loaded_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "_book", None)
    assert policy_at(datetime(2026, 1, 1, tzinfo=UTC)).id == "2026-01"


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('notice = "24 hours"', "", "attendance.notice", 'is missing; write for example "24 hours"'),
        ('streak = "3 absences"', "", "attendance.streak", 'is missing; write for example "3 absences"'),
        (
            'notice = "24 hours"',
            "notice = 24",
            "attendance.notice",
            "24 must be a number and a unit in quotes",
        ),
        ('notice = "24 hours"', 'notice = "1.5 hours"', "attendance.notice", "must be a number and a unit"),
        ('notice = "24 hours"', 'notice = "-24 hours"', "attendance.notice", "must be a number and a unit"),
        (
            'notice = "24 hours"',
            'notice = "24 moons"',
            "attendance.notice",
            "known here: minutes, hours, days",
        ),
        ('notice = "24 hours"', 'notice = "1 duration"', "attendance.notice", "known here: minutes, hours"),
        ('notice = "24 hours"', 'notice = "0 hours"', "attendance.notice", "must be at least 1"),
        ('streak = "3 absences"', 'streak = "3 days"', "attendance.streak", "known here: absences"),
        ('streak = "3 absences"', 'streak = "0 absences"', "attendance.streak", "must be at least 1"),
        ("horizon_weeks", "horizons", "attendance.horizons", "is not known; known here: horizon_weeks"),
        ("[leave]", "[leaves]", "leaves", "is not known"),
        ('title = "Student policy', 'titel = "Student policy', "titel", "is not known"),
        ('id = "2026-01"', 'id = "a b"', "id", "must be up to 32 letters"),
        ('id = "2026-01"', "id = 2026", "id", "must be a text in quotes"),
        ('title = "Student policy, first version in the platform"', 'title = " "', "title", "not empty"),
        ('"Europe/Paris"', '"Europe/Atlantis"', "time_zone", "'Europe/Atlantis' is not a known time zone"),
        ('"Europe/Paris"', '"../Paris"', "time_zone", "is not a known time zone"),
        ("= 2015-01-01", '= "2015-01-01"', "effective_from", "must be a date, such as 2026-01-01"),
        ("= 2015-01-01", "= 2015-01-01T00:00:00", "effective_from", "needs its offset from UTC"),
        ("effective_from = 2015-01-01", "", "effective_from", "must be a date"),
        ('[clauses."3.2"]', '[clauses."3.2b"]', "clauses.3.2", "is missing; decisions refer to it"),
        ('title = "Attendance"', "", "clauses.3.1.title", "must be a text in quotes"),
        ('summary = "You are expected at every session."', "", "clauses.3.1.summary", "must be a text"),
        ('fr.title = "Assiduité"', "", "clauses.3.1.fr.title", "must be a text in quotes"),
        ('fr.title = "Assiduité"', 'fr.titre = "x"', "clauses.3.1.fr.titre", "is not known"),
        ('fr.title = "Assiduité"', 'note = "x"', "clauses.3.1.note", "is not known"),
        ('fr.title = "Assiduité"', 'FR.title = "x"', "clauses.3.1.FR", "is not known"),
        (
            'reminder_before = "24 hours"',
            'reminder_before = "48 hours"',
            "attendance.reminder_before",
            "shorter",
        ),
        ('lateness = "15 minutes"', 'lateness = "45 minutes"', "attendance.lateness", "must be shorter"),
        ('up_to = "7 days"', 'up_to = "16 days"', "leave.mentor_approves_up_to", "must not be more"),
        ('escalates = "10 days"', 'escalates = "16 days"', "board.letter_escalates", "must lie from"),
        ('escalates = "10 days"', 'escalates = "1 day"', "board.letter_escalates", "must lie from"),
    ],
)
def test_an_error_names_file_key_and_reason(
    tmp_path: Path, old: str, new: str, key: str, reason: str
) -> None:
    path = write(tmp_path, (old, new))
    with pytest.raises(PolicyError) as error:
        read_policy(path)
    assert (error.value.file, error.value.key) == (str(path), key)
    assert reason in error.value.reason
    assert str(error.value) == f"{path}: {key}: {error.value.reason}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('up_to = "7 days"', 'up_to = "15 days"'),
        ('escalates = "10 days"', 'escalates = "15 days"'),
        ('escalates = "10 days"', 'escalates = "2 days"'),
        ('lateness = "15 minutes"', 'lateness = "44 minutes"'),
        ('lateness = "15 minutes"', 'lateness = "1 minute"'),
        ('join_opens_before = "15 minutes"', 'join_opens_before = "0 minutes"'),
        ('postponement_weeks = "1 week"', 'postponement_weeks = "0 weeks"'),
        ('silence = "4 weeks"', 'silence = "28 days"'),
    ],
)
def test_the_limits_of_what_a_file_may_say_are_accepted(tmp_path: Path, old: str, new: str) -> None:
    assert read_policy(write(tmp_path, (old, new))).id == "2026-01"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"id = ", "Invalid value"),
        (b"\xff\xfe", "codec can't decode"),
        (b'clauses = "x"\nid = "x"\n', "attendance: this section is missing"),
    ],
)
def test_a_file_that_is_no_policy_at_all_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(PolicyError, match=r"broken\.toml") as error:
        read_policy(path)
    assert reason in str(error.value)


def test_2_4_an_accommodation_on_an_accommodation_keeps_both_names() -> None:
    terms = get_policy("2026-01").attendance
    adapted = terms.adapted(lateness=timedelta(minutes=30)).adapted(notice=timedelta(hours=2))
    assert adapted.adapted_rules == ("lateness", "notice")
    assert adapted.rescheduling == terms.rescheduling
    assert terms.adapted() == terms


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("90 minutes", timedelta(minutes=90)),
        ("1 hour", timedelta(hours=1)),
        ("1 day", timedelta(hours=24)),
        ("2 days", timedelta(hours=48)),
        ("1 week", timedelta(days=7)),
    ],
)
def test_durations_are_exact_lengths(tmp_path: Path, written: str, length: timedelta) -> None:
    path = write(tmp_path, ('notice = "24 hours"', f'notice = "{written}"'))
    assert read_policy(path).attendance.notice == length
