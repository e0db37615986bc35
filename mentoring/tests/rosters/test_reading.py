"""What is wrong with a roster's files is told with file, line and column, all of it; hostile ones are not opened."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from mentoring.roster.importing import import_roster
from students.models import ExternalId
from tests.factories import at

from .files import HEADERS, enrolment, manifest, packed, roster, school, table, texts, user

pytestmark = pytest.mark.django_db
NOW = at("2026-03-02 09:00")
HEADER = HEADERS["users"].encode() + b"\r\n"


def told(content: bytes | Path) -> list[str]:
    outcome = import_roster(source=content, by=None, now=NOW, dry_run=True)
    return [str(problem) for problem in outcome.problems]


def with_file(name: str, content: str | bytes) -> list[str]:
    return told(packed({**texts(school()), name: content}))


def test_every_problem_is_told_not_only_the_first():
    tables = school()
    tables["users"][1] |= {"email": "no address", "enabledUser": "yes"}
    tables["users"][2]["givenName"] = ""
    tables["academicSessions"][0] |= {"startDate": "05/01/2026", "type": "holiday"}
    assert told(roster(tables)) == [
        "academicSessions.csv:2 (startDate): This is not a date like 2026-09-01.",
        "academicSessions.csv:2 (type): holiday is none of gradingPeriod, schoolYear, semester, term.",
        "users.csv:3 (email): This is not an e-mail address.",
        "users.csv:3 (enabledUser): This has to be true or false.",
        "users.csv:4 (givenName): This cell is empty.",
    ]


def test_an_id_that_points_nowhere_names_the_file_it_should_be_in():
    tables = school(1)
    tables["enrollments"].append(enrolment("nobody", class_id="class-9"))
    assert told(roster(tables)) == [
        "enrollments.csv:4 (classSourcedId): classes.csv holds no row class-9.",
        "enrollments.csv:4 (userSourcedId): users.csv holds no row nobody.",
    ]


def test_the_line_is_the_one_on_which_a_row_begins():
    rows = [user("a", "A", middleName="two\r\nlines"), user("b", "", identifier="B")]
    assert "users.csv:4 (givenName): This cell is empty." in with_file(
        "users.csv", table(HEADERS["users"], rows)
    )


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_utf_8_with_and_without_a_mark_and_either_line_end(mark, end):
    rows = [user("s1", "Zoë", 'Ünal, geb. "Quote"', email="zoe@example.org")]
    files = texts({**school(0), "users": rows, "roles": [], "enrollments": []})
    files["users.csv"] = mark + table(HEADERS["users"], rows, end=end)
    assert told(packed(files)) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Nom\n".encode("utf-16"), "users.csv:1: This file is not in UTF-8 but in UTF-16."),
        (HEADER + b"Zo\xeb\n", "users.csv:2: This line is not in UTF-8."),
        (HEADER + b"a\x00b\n", "users.csv:2: This line holds a NUL character."),
        (HEADER + b'"a\n', "users.csv:2: The quotation marks of this row do not match."),
    ],
)
def test_text_that_is_none(content, reason):
    assert reason in with_file("users.csv", content)


def test_headers_are_case_sensitive_and_a_column_stands_once():
    header = HEADERS["courses"].replace("title", "Title") + ",courseCode"
    assert with_file("courses.csv", header + "\r\n")[:2] == [
        "courses.csv:1 (courseCode): This column is there twice.",
        "courses.csv:1 (title): This column is missing.",
    ]


def test_a_row_has_as_many_cells_as_the_header():
    problems = with_file("orgs.csv", HEADERS["orgs"] + "\r\norg-1,,,School\r\n")
    assert problems[0] == "orgs.csv:2: This row has 4 cells, the header 7."


def test_a_row_stands_once():
    tables = school(1)
    tables["orgs"].append(dict(tables["orgs"][0]))
    assert told(roster(tables)) == ["orgs.csv:3 (sourcedId): This id is there already, on line 2."]


def test_bulk_holds_no_deleted_rows_and_delta_dates_every_row():
    tables = school(1)
    tables["orgs"][0]["status"] = "tobedeleted"
    assert "leave out what is gone" in told(roster(tables))[0]
    problems = told(
        roster({"orgs": [{**tables["orgs"][0], "dateLastModified": "", "status": ""}]}, mode="delta")
    )
    assert problems == [
        "orgs.csv:2 (dateLastModified): A delta file dates every row.",
        "orgs.csv:2 (status): This has to be active or tobedeleted.",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("name,value\r\n", "manifest.csv:1: The header has to be propertyName,value."),
        (
            manifest({"users": "sometimes"}),
            "manifest.csv:4 (file.users): This has to be absent, bulk or delta.",
        ),
        (manifest({}, "2.0"), "manifest.csv:3 (oneroster.version): This has to be 1.1 or 1.2."),
        (manifest({"users": "absent"}), "but the manifest has it absent."),
        (
            manifest({}) + "manifest.version,1.0\r\n",
            "manifest.csv:4 (manifest.version): This property is there twice.",
        ),
    ],
)
def test_the_manifest_says_what_each_file_is(content, reason):
    assert any(reason in problem for problem in with_file("manifest.csv", content))


def test_no_manifest_and_a_file_that_is_missing():
    files = texts(school())
    files.pop("users.csv")
    assert "manifest.csv:8 (file.users): The manifest names this file, but it is missing." in told(
        packed(files)
    )
    files.pop("manifest.csv")
    assert "The manifest is missing" in told(packed(files))[0]


def test_abuse_64_a_formula_is_a_text_like_any_other():
    tables = school(1)
    tables["users"][1] |= {"givenName": '=HYPERLINK("https://evil.example.org")', "familyName": "@SUM(1)"}
    assert told(roster(tables)) == []


def test_a_password_in_users_csv_is_never_read():
    tables = school(1)
    tables["users"][1]["password"] = "correct horse"
    import_roster(source=roster(tables), by=None, now=NOW, dry_run=False)
    assert not any("correct horse" in row.told for row in ExternalId.objects.all())


# --- Hostile archives (abuse 61, 62) -------------------------------------------------------------------------------


def raw(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for entry, content in entries:
            made.writestr(entry, content)
    return archive.getvalue()


@pytest.mark.parametrize(
    "name", ["../users.csv", "/etc/users.csv", "a/users.csv", "..\\users.csv", "C:users.csv", ".users.csv"]
)
def test_abuse_62_names_that_lead_elsewhere_are_refused(name):
    assert "top of the archive" in told(raw((name, b"")))[0]


def test_abuse_61_a_link_inside_an_archive_is_refused():
    link = zipfile.ZipInfo("users.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert told(raw((link, b"/etc/passwd"))) == ["users.csv: Links are not followed."]


def test_abuse_61_a_link_in_a_folder_is_refused(tmp_path: Path):
    (tmp_path / "users.csv").symlink_to("/etc/passwd")
    assert told(tmp_path) == ["users.csv: Links are not followed."]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused():
    assert "two files of this name" in told(raw(("users.csv", b"a"), ("Users.csv", b"b")))[0]


def test_abuse_61_what_unpacks_too_large_is_refused(settings):
    settings.ROSTER_MAX_UNPACKED = 100_000
    assert "larger than the 100000 bytes" in told(raw(("users.csv", b"a" * 200_000)))[0]


def test_abuse_61_an_archive_that_lies_about_its_size_is_refused(settings):
    settings.ROSTER_MAX_UNPACKED = 100_000
    line = b"manifest.csv,x\n" * 10
    bomb = bytearray(raw(("manifest.csv", line * 2_000)))
    real = (len(line) * 2_000).to_bytes(4, "little")
    assert bomb.count(real) == 2
    assert told(bytes(bomb.replace(real, (10).to_bytes(4, "little"))))


def test_a_line_without_end_is_refused(settings):
    settings.ROSTER_MAX_LINE = 1_000
    assert "longer than 1000 bytes" in with_file("manifest.csv", "x" * 5_000)[0]


def test_too_many_rows_files_or_bytes_are_refused(settings):
    assert "more than 100 files" in told(raw(*((f"{n}.csv", b"") for n in range(101))))[0]
    settings.ROSTER_MAX_ROWS = 10
    assert "at most 10 rows" in told(roster(school()))[0]
    settings.ROSTER_MAX_FILE = 100
    assert "larger than 100 bytes" in told(roster(school()))[0]


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip" * 100, roster(school())[:-40]])
def test_what_is_no_archive_is_refused(content):
    assert told(content) == ["This is not a ZIP archive, or it is damaged."] or told(content)


def test_a_damaged_file_inside_is_told():
    content = bytearray(roster(school()))
    at_name = content.find(b"users.csv")
    content[at_name + 30 : at_name + 40] = b"\0" * 10
    assert told(bytes(content))[0].startswith("users.csv: This file cannot be read")


def test_a_folder_works_as_an_archive_does(tmp_path: Path):
    for name, text in texts(school()).items():
        (tmp_path / name).write_bytes(text.encode())
    (tmp_path / "notes.txt").write_text("not a roster's file")
    first = import_roster(source=tmp_path, by=None, now=NOW, dry_run=False)
    assert first.applied
    again = import_roster(source=roster(school()), by=None, now=NOW, dry_run=True)
    assert again.changed == []


def test_files_that_hold_nothing_for_the_portal_are_named():
    outcome = import_roster(
        source=packed({**texts(school()), "demographics.csv": "x", "pets.csv": "x"}),
        by=None,
        now=NOW,
        dry_run=True,
    )
    assert "demographics.csv was not read: holds nothing for the portal." in outcome.notes
    assert "pets.csv was not read: OneRoster knows no such file." in outcome.notes
