"""Every kind of entry that the platform writes has words for the people who read it (R1)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Role
from record.kinds import KINDS, SUBJECTS, VERDICTS
from record.models import Entry
from record.words import tell
from tests.factories import make_user

APPS = ("students", "mentoring", "discipline", "juries", "record", "policy_portal")
WRITTEN = re.compile(
    r'(?:NewEntry\([^"]{0,200}?kind=\(?\s*|\b_?(?:enter|(?:case_)?entry|measure|write_about)\(\s*(?:[\w.]+,\s*){0,2})"([a-z_.]+)"',
    re.S,
)
AT = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)


def kinds_written() -> dict[str, str]:
    found: dict[str, str] = {}
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            if "tests" not in path.parts and "migrations" not in path.parts:
                for kind in WRITTEN.findall(path.read_text()):
                    found.setdefault(kind, f"{app}/{path.name}")
    return found


def test_the_scan_finds_what_is_written():
    assert {"case_opened", "reasons_given", "enrolment_made", "availability_set"} <= kinds_written().keys()


def test_r1_every_kind_that_is_written_has_words():
    known = {key.split(":")[0] for key in KINDS} | VERDICTS.keys()
    missing = {kind: place for kind, place in kinds_written().items() if kind not in known}
    assert not missing


def test_no_two_subjects_have_words_for_one_kind():
    assert len(KINDS) == sum(len(subject.KINDS) for subject in SUBJECTS)


def entry(kind: str, **facts: object) -> Entry:
    return Entry(
        seq=1,
        kind=kind,
        clause="3.2",
        policy_id="2026-01",
        happened_at=AT,
        recorded_at=AT,
        about="mentoring.session:12",
        payload=json.dumps(facts),
    )


@pytest.fixture
def reader(db):
    return make_user(Role.STUDENT)


def test_a_verdict_tells_the_session_why_and_what_it_replaced(reader):
    told = tell(
        entry(
            "absence_unauthorised",
            outcome="unauthorised_absence",
            ground="late_arrival",
            starts_at="2026-03-03T13:00:00+00:00",
            student_joined_at="2026-03-03T13:21:00+00:00",
            lateness_seconds=900,
            previous_outcome="unauthorised_absence",
            previous_ground="no_show",
            cause="late_join",
        ),
        reader=reader,
    )
    assert told.title == "Unauthorised absence: late arrival"
    assert told.session_id == 12
    assert told.who == "The platform"
    assert told.plain() == (
        "Session of 2026-03-03T13:00:00+00:00. This absence is unauthorised because you joined 21 min after the "
        "start (3.2 allows 15 min). Before, it stood as: Unauthorised absence: no-show. "
        "What brought it about: the actual time at which the link was opened."
    )


def test_others_read_about_the_student_and_not_about_you(reader):
    facts = {"reasons": "100 % ill", "starts_at": "2026-03-03T13:00:00+00:00"}
    assert "You gave your mentor" in tell(entry("reasons_given", **facts), reader=reader).plain()
    others = tell(entry("reasons_given", **facts), reader=reader, own=False).plain()
    assert "The student gave the mentor" in others
    assert "“100 % ill”" in others


@pytest.mark.parametrize("kind", [*KINDS, *VERDICTS, "a_kind_of_tomorrow"])
def test_no_kind_breaks_on_missing_facts(kind, reader):
    told = tell(entry(kind.split(":")[0]), reader=reader)
    assert told.title
    assert "%(" not in told.plain()


def test_abuse_63_what_people_wrote_is_no_template(reader):
    told = tell(
        entry("absence_contested", statement="%(starts_at)s {{ x }} %s", starts_at="nonsense"), reader=reader
    )
    assert told.plain() == "You contested the absence of nonsense: “%(starts_at)s {{ x }} %s”"
