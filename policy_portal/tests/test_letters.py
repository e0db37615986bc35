"""Every e-mail of the platform: what to do first, then why, in both forms, escaped, with addresses that work."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import User
from record.rendering import render

from .letters_of_proceedings import BOARDS, EVIL, PORTFOLIO, PROCEEDINGS, STARTS

SESSION = {
    "session": 7,
    "starts_at": STARTS,
    "student": "Ilse Montcalm",
    "mentor": "Odile Brancourt",
    "clause": "3.2",
    "policy": "2026-01",
    "rescheduling_due_at": "2026-11-26T13:00:00+00:00",
}
LATE = {
    **SESSION,
    "outcome": "unauthorised_absence",
    "ground": "late_notice",
    "reason": EVIL,
    "facts": {"starts_at": STARTS, "notice_at": "2026-11-23T13:20:00+00:00", "notice_seconds": 86400},
}
TIMELY = {**LATE, "outcome": "authorised_absence", "ground": "timely_notice"}
DUTY = {**SESSION, "has_reasons": False, "has_booking": False}
WEEKLY = {
    **SESSION,
    "path": "Python developer",
    "weekday": 2,
    "local_time": "14:00",
    "zone": "Europe/Paris",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-31",
    "former_mentor": "Noor Vandamme",
}
CASE = {
    **SESSION,
    "case": 3,
    "path": "Python developer",
    "opened_at": STARTS,
    "absences": [{"starts_at": STARTS, "outcome": "unauthorised_absence", "ground": "no_show"}],
}
CANCELLED = {
    "sessions": [{"session": 7, "starts_at": STARTS, "student": EVIL, "mentor": EVIL}],
    "count": 1,
    "by_mentor": True,
    "cause": "time_off",
    "reason": EVIL,
    "clause": "3.2",
}
LEAVE = {
    "leave": 4,
    "student": "Ilse Montcalm",
    "path": "Python developer",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-31",
    "days": 31,
    "limit": 15,
    "reason": EVIL,
    "decision": EVIL,
    "back_on": "2026-12-10",
    "training_ends_on": "2027-03-01",
    "clause": "2.7",
}
CHANGE = {
    "change": 5,
    "enrolment": 1,
    "student": "Ilse Montcalm",
    "from_path": "Python developer",
    "to_path": "Data engineer",
    "reason": EVIL,
    "decision": EVIL,
    "earliest_on": "2026-12-01",
    "takes_effect_on": "2026-12-08",
    "ends_on": "2027-03-01",
    "clause": "2.8",
}
ANSWER = {
    "leave": 4,
    "student": "Ilse Montcalm",
    "funder": "France Travail (made up)",
    "reasons": EVIL,
    "clause": "2.7",
}
ASKED = {
    "addressee": "France Travail (made up)",
    "approval": 12,
    "reference": "FT-1",
    "student": "Ilse Montcalm",
    "path": "Python developer",
    "to_path": "",
    "starts_on": "",
    "ends_on": "",
    "days": 0,
    "clause": "2.7",
}
LEAVE_EVENTS = (
    "requested complete to_decide told approved validated refused withdrawn returned lapsed reminder"
)
CHANGE_EVENTS = "consulted requested accepted recounted scheduled refused withdrawn effective reminder"
ANSWERS = "funder_approval_received funder_approved funder_approval_sent_back funder_refused"
REQUESTS: list[tuple[str, dict[str, Any]]] = [
    *(
        ("leave", {**LEAVE, "event": event, "is_student": own, "by_mentor": own, "needs_email": not own})
        for event in LEAVE_EVENTS.split()
        for own in (True, False)
    ),
    ("leave_email", LEAVE),
    *(
        ("path_change", {**CHANGE, "event": event, "is_student": own, "waits": own})
        for event in CHANGE_EVENTS.split()
        for own in (True, False)
    ),
    *(("funder_answer", {**ANSWER, "event": event, "is_student": True}) for event in ANSWERS.split()),
    ("funder_answer", {**ANSWER, "event": "funder_refused", "is_student": False, "leave": None, "change": 5}),
    *(
        ("funder_asked", {**ASKED, **asks})
        for asks in ({"to_path": EVIL}, {"starts_on": "2026-12-24", "ends_on": "2027-01-08", "days": 16})
    ),
    *(("training_ends", {**LEAVE, "is_student": own, "ends_on": "2026-12-31"}) for own in (True, False)),
    *(
        ("adaptation", {"request": 6, "event": event, "student": "Ilse", "decision": EVIL, "clause": "2.4"})
        for event in ("to_decide", "accepted", "refused")
    ),
]
STUDY = {
    "session": 4,
    "group": 3,
    "group_title": "SQL",
    "title": EVIL,
    "starts_at": "2026-03-10T18:00:00+00:00",
    "ends_at": "2026-03-10T19:00:00+00:00",
    "link": "",
    "by": "Ilse Montcalm",
    "clause": "PL.6",
}
STAY = {
    "stay": 4,
    "place": "The workshop",
    "starts_on": "2026-03-10",
    "ends_on": "2026-03-12",
    "clause": "5",
}
WORK = {
    "work": 5,
    "project": "Query a database",
    "path": "Data analyst",
    "student": "Ilse Montcalm",
    "clause": "2.2",
}
DEFENCE = {
    **WORK,
    "defence": 6,
    "assessor": "Ange Arbitre",
    "starts_at": STARTS,
    "attempt": 1,
    "clause": "2.2",
}
PENALTY = {
    "case": 2,
    "penalty": 3,
    "enrolment": 1,
    "student": "Ilse Montcalm",
    "path": "Python developer",
    "outcome": "suspension",
    "effective_at": "2026-01-31T09:00:00+00:00",
    "clause": "4.2",
}
STANDING: list[tuple[str, dict[str, Any]]] = [
    (
        "suspension_lifted",
        {"enrolment": 1, "path": EVIL, "starts_on": "2026-01-31", "ends_on": "2026-02-28", "clause": "4.2"},
    ),
    (
        "identity_flagged",
        {"flag": 3, "student": "Ilse Montcalm", "until": "2027-03-14", "matched": "name", "clause": "4.2"},
    ),
    *(
        (kind, {**PENALTY, "outcome": outcome, **days})
        for kind in ("penalty_effective", "penalty_effective_staff", "penalty_effective_mentor")
        for outcome, days in (
            ("warning", {}),
            ("suspension", {"starts_on": "2026-01-31", "ends_on": "2026-02-28"}),
            ("exclusion", {"ban_until": "2027-01-30"}),
        )
        if (kind, outcome) != ("penalty_effective_mentor", "warning")
    ),
    ("penalty_day_set", {**PENALTY, "day": "2026-01-31", "reasons": EVIL}),
]
DECIDED = {
    "case": 3, "decision": 1, "student": EVIL, "path": EVIL, "penalty": "warning", "reasons": EVIL,
    "decided_at": "2026-03-03T13:00:00+00:00", "clause": "3.5", "policy": "2026-01",
}  # fmt: skip
WATCHED = {
    "letter": "0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11", "title": "Decision", "to": EVIL, "why": "",
    "escalates_at": None, "latest_at": "2026-03-17T23:00:00+00:00", "clause": "4.1", "policy": "2026-01",
}  # fmt: skip
POSTED: list[tuple[str, dict[str, Any]]] = [
    *(("letter_watch", {**WATCHED, "event": event}) for event in ("to_print", "escalated", "late")),
    ("letter_watch", {**WATCHED, "event": "uncertain:1", "why": "This carrier is not set up any more."}),
    ("decision", DECIDED),
    *(
        ("decision_copy", {**DECIDED, "addressee": EVIL, "penalty": penalty})
        for penalty in ("warning", "suspension", "exclusion", "discontinuation")
    ),
    *(
        (
            "sign_in_address",
            {"former": EVIL, "new": EVIL, "addressee": EVIL, "to_former": told, "clause": "2.4"},
        )
        for told in (True, False)
    ),
    *(
        ("address_needed", {"case": 3, "person": 4, "student": EVIL, "own": own, "clause": "4.1"})
        for own in (True, False)
    ),
]
EXCEPTION = {**SESSION, "by": "Odile Brancourt", "reason": EVIL, "reasons": EVIL, "own": True}
LETTERS: list[tuple[str, dict[str, Any]]] = [
    *REQUESTS,
    *PROCEEDINGS,
    *BOARDS,
    ("portfolio_submitted", PORTFOLIO),
    ("portfolio_submitted_staff", PORTFOLIO),
    *(
        (
            "sign_in_address",
            {
                "to_former": former,
                "new": "new@example.org",
                "former": "old@example.org",
                "clause": "1",
                "policy": "2026-01",
            },
        )
        for former in (True, False)
    ),
    *STANDING,
    *POSTED,
    ("exception_asked", EXCEPTION),
    ("exception_declined", EXCEPTION),
    ("exception_declined", {**EXCEPTION, "own": False}),
    ("exception_to_decide", EXCEPTION),
    ("report_submitted", {"report": 3, "mentor": EVIL, "monthly": False, "clause": "3.3"}),
    ("report_added_to", {"report": 3, "mentor": EVIL, "monthly": True, "clause": "3.3"}),
    (
        "commitment_alert",
        {
            "alert": 3,
            "student": "Ilse Montcalm",
            "path": EVIL,
            "silent_since_at": "2026-01-06T13:45:00+00:00",
            "clause": "3.3",
        },
    ),
    (
        "reports_owed",
        {
            "count": 1,
            "reports": [{"student": "Ilse", "monthly": True, "owed_since_at": "2026-01-06T13:45:00+00:00"}],
            "clause": "3.3",
        },
    ),
    ("stay_arranged", STAY),
    ("study_session", STUDY),
    ("study_session_cancelled", STUDY),
    ("group_handed_over", {"group": 3, "title": "SQL", "by": EVIL, "clause": "PL.6"}),
    ("stay_rules_due", STAY),
    ("stay_cancelled", STAY),
    ("conduct_reported", {"report": 3, "safety": True, "clause": "5"}),
    ("project_given", WORK),
    ("project_taken_out", WORK),
    ("deliverable_submitted", {**WORK, "version": 2, "note": EVIL}),
    ("project_approved", {**WORK, "version": 2, "comment": EVIL, "mentor": "Odile Brancourt"}),
    ("project_to_rework", {**WORK, "version": 2, "comment": EVIL, "mentor": "Odile Brancourt"}),
    ("rework_required", {**WORK, "clause": "PL.3", "reason": EVIL}),
    ("redo_required", {**WORK, "clause": "PL.3", "reason": EVIL}),
    ("rework_required_mentor", {**WORK, "clause": "PL.3", "reason": EVIL}),
    ("remark_to_student", {**WORK, "author": "Odile Brancourt", "text": EVIL}),
    ("remark_to_mentor", {**WORK, "author": "Ilse Montcalm", "text": EVIL}),
    ("due_day_set", {**WORK, "due_on": "2026-11-30"}),
    ("defence_booked", DEFENCE),
    ("defence_booked_assessor", DEFENCE),
    ("defence_cancelled", {**DEFENCE, "reason": EVIL}),
    ("defence_cancelled_assessor", {**DEFENCE, "reason": EVIL}),
    ("defence_cancelled_mentor", {**DEFENCE, "reason": EVIL}),
    ("defence_decided", {**DEFENCE, "comment": EVIL}),
    ("defence_decided_mentor", {**DEFENCE, "comment": EVIL}),
    ("absence_recorded", LATE),
    ("absence_recorded", {**LATE, "count": 2, "remaining": 1, "size": 3}),
    ("absence_recorded", TIMELY),
    ("absences_so_far", {**SESSION, "count": 1, "remaining": 2, "size": 3}),
    ("absences_so_far", {**SESSION, "count": 2, "remaining": 1, "size": 3}),
    ("mentor_absent", {**SESSION, "outcome": "mentor_absent", "ground": "", "facts": {}}),
    (
        "session_unattended",
        {**SESSION, "outcome": "unattended", "ground": "", "facts": {"lateness_seconds": 900}},
    ),
    ("notice_received", LATE),
    ("notice_received", TIMELY),
    ("notice_received_mentor", TIMELY),
    ("verdict_changed", TIMELY),
    ("verdict_changed", {**SESSION, "outcome": "held", "ground": ""}),
    ("exception_authorised", {**SESSION, "retroactive": True}),
    ("exception_authorised", {**SESSION, "retroactive": False}),
    ("contest_received", {**SESSION, "statement": EVIL}),
    ("contest_to_decide", {**SESSION, "contest": 2, "statement": EVIL}),
    ("contest_decided", {**SESSION, "outcome": "rejected", "reasons": EVIL}),
    ("contest_decided", {**SESSION, "outcome": "present", "reasons": EVIL}),
    ("reasons_given", {**SESSION, "reasons": EVIL}),
    ("rescheduling_reminder", DUTY),
    ("rescheduling_reminder", {**DUTY, "has_reasons": True}),
    ("rescheduling_breach", DUTY),
    ("rescheduling_breach_staff", {**DUTY, "has_booking": True}),
    ("rescheduling_waits", DUTY),
    ("rescheduling_waits_staff", DUTY),
    ("session_booked", {**SESSION, "replaced_starts_at": STARTS, "audio": True, "by": "Ilse"}),
    ("session_booked_mentor", {**SESSION, "replaced_starts_at": STARTS, "audio": False, "by": "Ilse"}),
    ("sessions_cancelled", CANCELLED),
    ("sessions_cancelled_mentor", {**CANCELLED, "count": 2}),
    ("week_skipped", {**SESSION, "mentorship": 1}),
    ("mentorship_started", {**WEEKLY, "is_student": True}),
    ("mentorship_started", {**WEEKLY, "is_student": False}),
    ("mentorship_ended", {**WEEKLY, "is_student": False}),
    ("mentor_replaced", {**WEEKLY, "is_student": True}),
    ("mentor_replaced", {**WEEKLY, "is_student": False}),
    ("case_opened", CASE),
    ("case_opened_staff", CASE),
    ("case_withdrawn", CASE),
    ("case_withdrawn_staff", CASE),
]


@pytest.fixture
def recipient() -> User:
    return User(email="ilse@example.org", given_name="Ilse", family_name="Montcalm", time_zone="Europe/Paris")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("kind", "context"), LETTERS, ids=[f"{n}-{kind}" for n, (kind, _) in enumerate(LETTERS)]
)
def test_a_letter_says_the_matter_what_to_do_and_where(kind, context, language, recipient):
    recipient.language = language
    letter = render(kind, json.dumps(context), recipient)
    assert 8 < len(letter.subject) <= 90 and "\n" not in letter.subject
    assert "<script" not in letter.html
    assert "{%" not in letter.text + letter.html + letter.subject
    assert "&amp;" not in letter.text and "&lt;" not in letter.text
    assert settings.SITE_URL in letter.text and f'href="{settings.SITE_URL}/' in letter.html
    assert "%(" not in letter.text + letter.subject
    for missing in ("None", ": \n", "by ,", "  "):
        assert missing not in letter.text, letter.text
    assert letter.text.split("\n")[0].strip().endswith((".", "!")), letter.text


def test_an_absence_tells_the_verdict_with_its_facts_and_the_rule(recipient):
    letter = render("absence_recorded", json.dumps(LATE), recipient)
    assert letter.subject == "Unauthorised absence: your session of Tue 24 Nov 2026, 14:00"
    assert letter.text.startswith(
        "Give Odile Brancourt your reasons and book another session, "
        "both by Thursday 26 November 2026, 14:00 Paris time."
    )
    assert "your notice came 23 h 40 min before the start (3.2 asks for 24 h)" in letter.text
    assert "Your notice was received: Monday 23 November 2026, 14:20 Paris time" in letter.text
    assert f"{settings.SITE_URL}/policy/2026-01/#3.2" in letter.text
    assert f"{settings.SITE_URL}/portal/sessions/7/" in letter.text


def test_what_people_wrote_is_kept_word_for_word_and_never_read_as_a_template(recipient):
    letter = render("contest_to_decide", json.dumps({**SESSION, "contest": 1, "statement": EVIL}), recipient)
    assert EVIL in letter.text and "&lt;script&gt;" in letter.html and "{{ SITE_URL }}" in letter.html


def test_every_kind_that_is_written_has_its_three_templates():
    """Kinds are given to NewMessage by name, or stand in pairs of person and kind beside it."""
    known = {
        path.name.split(".")[0]
        for path in (Path(settings.BASE_DIR) / "templates" / "messages").glob("*.subject.txt")
    }
    assert known == {kind for kind, _context in LETTERS}
    written: set[str] = set()
    for app in ("mentoring", "discipline", "students"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if "tests" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NewMessage":
                    for keyword in node.keywords:
                        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant):
                            written.add(keyword.value.value)
    assert written and written <= known
    templates = Path(settings.BASE_DIR) / "templates" / "messages"
    for kind in known:
        assert (templates / f"{kind}.txt").is_file() and (templates / f"{kind}.html").is_file()


def test_a_letter_holds_no_placeholder_that_reads_internals():
    folder = Path(settings.BASE_DIR) / "templates" / "messages"
    for path in folder.iterdir():
        assert not re.search(r"\{\{\s*(settings|request|user)\b", path.read_text()), path
