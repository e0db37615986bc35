"""Reports as the providers write them: encodings, sections, languages, and what their times mean."""

from __future__ import annotations

import pytest

from mentoring.conference.instants import Ambiguous, Reading, day_first
from mentoring.conference.reading import read_report
from rulebook.errors import RuleError
from tests.factories import at

from .files import ZOOM_HEADER_2023, ZOOM_HEADER_FR, teams, teams_2020, zoom

SAM = ("Sam Student", "Sam@Example.org", "03/03/2026 02:01:07 PM", "03/03/2026 02:44:00 PM")
GUEST = ("iPhone, Guest", "", "03/03/2026 02:05:00 PM", "03/03/2026 02:06:00 PM")


def lines(content: bytes) -> list[tuple[int, str, str]]:
    return [(each.line, each.name, each.email) for each in read_report(content).participants]


@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize("header", [None, ZOOM_HEADER_2023, ZOOM_HEADER_FR])
def test_zoom_with_its_block_about_the_meeting(header, mark):
    content = zoom([SAM, GUEST], mark=mark, **({"header": header} if header else {}))
    assert read_report(content).provider == "zoom"
    assert lines(content) == [(5, "Sam Student", "sam@example.org"), (6, "iPhone, Guest", "")]


def test_zoom_without_the_block():
    assert lines(zoom([SAM], block=False)) == [(2, "Sam Student", "sam@example.org")]


def test_zoom_without_times_asks_for_another_export():
    content = b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nSam,sam@example.org,40,No\n"
    with pytest.raises(RuleError, match="Show unique users"):
        read_report(content)


def test_a_spreadsheets_semicolons_and_latin_letters():
    content = "Name;User Email;Join Time;Leave Time\nZoë;zoe@example.org;2026-03-03 14:00;\n".encode("cp1252")
    assert lines(content) == [(2, "Zoë", "zoe@example.org")]


@pytest.mark.parametrize("mark", [True, False])
def test_teams_tells_each_coming_in_its_last_section(mark):
    row = ("Sam, Student", "sam@example.org", "3/3/26, 2:01:07 PM", "3/3/26, 2:44:00 PM")
    again = ("Sam, Student", "sam@example.org", "3/3/26, 2:20:00 PM", "3/3/26, 2:44:00 PM")
    report = read_report(teams([row], activities=[row, again], mark=mark))
    assert report.provider == "teams"
    assert [(each.email, each.joined) for each in report.participants] == [
        ("sam@example.org", "3/3/26, 2:01:07 PM"),
        ("sam@example.org", "3/3/26, 2:20:00 PM"),
    ]


def test_teams_nobody_of_the_summary_is_dropped():
    row = ("Sam", "sam@example.org", "3/3/26, 2:01:07 PM", "3/3/26, 2:44:00 PM")
    other = ("Phone", "", "3/3/26, 2:05:00 PM", "3/3/26, 2:06:00 PM")
    assert {each.name for each in read_report(teams([row, other], activities=[row])).participants} == {
        "Sam",
        "Phone",
    }


def test_teams_first_format_has_no_addresses():
    content = teams_2020(
        [
            ("Sam", "Joined before", "3/3/2026, 2:01:07 PM"),
            ("Sam", "Left", "3/3/2026, 2:10:00 PM"),
            ("Sam", "Joined", "3/3/2026, 2:12:00 PM"),
        ]
    )
    report = read_report(content)
    assert report.provider == "teams"
    assert [(each.line, each.email, each.left) for each in report.participants] == [
        (2, "", "3/3/2026, 2:10:00 PM"),
        (4, "", ""),
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"holiday photos", b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\x00\x00", b"a,b\n1,2\n", b"PK\x03\x04\0\0"],
)
def test_what_is_no_report_is_refused(content):
    with pytest.raises(RuleError) as refused:
        read_report(content)
    assert refused.value.field == "file"


def test_large_files_and_many_rows_are_refused(settings):
    settings.REPORT_MAX_ROWS = 5
    with pytest.raises(RuleError, match="rows"):
        read_report(zoom([SAM] * 10))
    settings.REPORT_MAX_FILE = 100
    with pytest.raises(RuleError, match="bytes"):
        read_report(zoom([SAM]))


# --- What the times mean ----------------------------------------------------------------------------------------------

PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("text", "day_first", "instant"),
    [
        ("03/04/2026 02:01:07 PM", False, "2026-03-04 13:01:07"),
        ("03/04/2026 02:01:07 PM", True, "2026-04-03 12:01:07"),
        ("3/4/26, 2:01:07\u202fPM", False, "2026-03-04 13:01:07"),
        ("03/04/2026 12:00:00 AM", False, "2026-03-03 23:00:00"),
        ("03/04/2026 12:30 PM", False, "2026-03-04 11:30:00"),
        ("13/03/2026 14:01:07", True, "2026-03-13 13:01:07"),
        ("13/03/2026 à 14:01", True, "2026-03-13 13:01:00"),
        ("13.03.2026, 14:01:07", False, "2026-03-13 13:01:07"),
        ("2026-03-13 14:01:07", True, "2026-03-13 13:01:07"),
        ("2026-03-13T14:01:07Z", True, "2026-03-13 14:01:07"),
        ("2026-03-13T14:01:07-05:00", True, "2026-03-13 19:01:07"),
        ("Mar 13, 2026 02:01 PM", True, "2026-03-13 13:01:00"),
        ("13 août 2026 14:01", False, "2026-08-13 12:01:00"),
    ],
)
def test_an_instant_is_read_in_the_zone_that_was_chosen(text, day_first, instant):
    assert Reading(day_first, PARIS).instant(text) == at(instant)


@pytest.mark.parametrize(
    "text",
    [
        *("", "14:01:07", "13/13/2026 10:00", "02/30/2026 10:00", "03/04/2026 13:00 PM", "x"),
        *(
            "2026-03-13T14:01:07+99:99",
            "0001-01-01 00:00:00",
            "9999-12-31T23:59:59-12:00",
            "1999-12-31 23:00:00",
        ),
    ],
)
def test_a_text_that_is_no_day_and_time(text):
    assert Reading(False, PARIS).instant(text) is None


def test_one_clear_date_decides_for_the_file():
    assert day_first(["03/04/2026 10:00", "13/04/2026 10:00"], "auto")
    assert not day_first(["03/04/2026 10:00", "03/14/2026 10:00"], "auto")
    assert day_first(["2026-03-04 10:00", "03/03/2026 10:00"], "auto")


@pytest.mark.parametrize("texts", [["03/04/2026 02:00 PM"], ["13/04/2026 10:00", "04/13/2026 10:00"]])
def test_a_date_that_can_be_read_in_two_ways_is_asked_about(texts):
    with pytest.raises(Ambiguous):
        day_first(texts, "auto")
    assert day_first(texts, "day") and not day_first(texts, "month")
