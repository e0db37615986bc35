"""Every message of a Board has words, for each event and each recipient (R2)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import User
from record.canonical import to_json
from record.rendering import render

from .board_world import HOUR, NOW, START

SERVICES = Path(settings.BASE_DIR) / "discipline" / "services"
BOARDS = ("companions", "decisions", "meetings", "members", "reminders", "summonses", "votes")
CONTEXT = {
    "case": 7, "meeting": 8, "companion": 9, "summons": 10, "is_student": False, "student": "Sam Example",
    "path": "Data", "clause": "4.1", "policy": "2026-01", "member": "Max Example", "seat": "chair",
    "who": "Kim Example", "starts_at": START, "ends_at": START + HOUR, "told_at": NOW, "sequence": 1,
    "place": "Video", "video_link": "https://video.example.org/board", "dispatched_at": NOW, "latest_at": NOW,
    "earliest_at": START, "late_at": START + 48 * HOUR, "reasons": "These reasons", "remarks": "This remark",
    "reason": "This reason", "explanations": "Sorry", "purpose": "P", "grounds": "G", "right": "R", "members": [],
}  # fmt: skip


def events() -> set[str]:
    """What the services tell people of, by the names that stand in them."""
    found = {"companion_accepted", "companion_declined"}  # made from the answer
    for name in BOARDS:
        text = (SERVICES / f"{name}.py").read_text()
        found |= set(re.findall(r'\bnews\(\s*"([a-z_]+)"', text))
        found |= set(re.findall(r'"((?:[a-z]+)_owed)"', text))
    return found - {"summoned"}


def test_the_scan_finds_what_is_told() -> None:
    assert {"named", "soon", "minutes_owed", "drafted", "summons_late"} <= events()


@pytest.mark.parametrize("event", sorted(events()))
def test_r2_each_event_of_a_board_has_words(event: str) -> None:
    said = render("board_news", to_json({**CONTEXT, "event": event}), User(email="a@example.org"))
    assert said.subject.strip()
    first = said.text.strip().splitlines()[0]
    assert len(first) > 20, said.text
    assert first.replace("'", "&#x27;") in said.html or first in said.html
    for gap in ("None", "{{", "%("):
        assert gap not in said.subject + said.text


@pytest.mark.parametrize("event", ["adjourned", "called_off", "case_ended", "not_yours"])
def test_r2_a_meeting_that_is_off_says_so_and_takes_its_invitation_back(event: str) -> None:
    said = render("board_meeting_off", to_json({**CONTEXT, "event": event}), User(email="a@example.org"))
    assert said.subject.strip() and len(said.text.strip().splitlines()[0]) > 20
    assert ("/cases/7/" in said.text) is (event != "not_yours")
    [attached] = said.attachments
    assert (attached.method, "STATUS:CANCELLED" in attached.body) == ("CANCEL", True)
