"""What the messages of disciplinary proceedings and of juries are rendered with, to be read as recipients do."""

from __future__ import annotations

from typing import Any

EVIL = '<script>alert("x")</script> & {{ SITE_URL }}'
STARTS = "2026-11-24T13:00:00+00:00"

CASE_NEWS = {
    "case": 3, "report": 3, "suspicion": 3, "student": EVIL, "path": EVIL, "project": EVIL, "what": EVIL,
    "reasons": EVIL, "is_student": False, "clause": "3.5", "policy": "2026-01",
}  # fmt: skip
COMPLAINT = {
    "case": 3, "facts": EVIL, "named": [EVIL], "clauses": ["3.5", "PL.3"], "papers": 2, "addition": False,
    "digest": "0" * 64, "student": EVIL, "path": EVIL, "clause": "4.2", "policy": "2026-01",
}  # fmt: skip
PROCEEDINGS: list[tuple[str, dict[str, Any]]] = [
    *(
        ("case_news", {**CASE_NEWS, "event": event})
        for event in ("opened", "reported", "report_handled", "suspected", "replied", "closed")
    ),
    *(
        ("case_news", {**CASE_NEWS, "event": event, "is_student": True})
        for event in ("opened", "fact_added", "document_added", "closed")
    ),
    ("case_news", {**CASE_NEWS, "event": "informed", "sent_at": STARTS}),
    *(("case_news", {**CASE_NEWS, "event": "suspicion_decided", "found": found}) for found in (True, False)),
    *(("complaint", {**COMPLAINT, "addition": addition}) for addition in (True, False)),
]
BOARD = {
    "case": 3, "companion": 3, "summons": 3, "meeting": 3, "student": "Ilse Montcalm", "path": EVIL,
    "member": "Odile Brancourt",
    "who": "Odile Brancourt",
    "starts_at": STARTS, "ends_at": STARTS, "dispatched_at": STARTS, "latest_at": STARTS,
    "earliest_at": STARTS, "late_at": STARTS, "place": EVIL, "video_link": "https://video.example.org/board",
    "purpose": EVIL, "grounds": EVIL, "right": "You may be accompanied.", "members": [{"seat": "chair", "name": EVIL}],
    "reasons": EVIL, "remarks": EVIL, "reason": EVIL, "explanations": EVIL, "is_student": False, "sequence": 1,
    "told_at": STARTS, "clause": "4.1", "policy": "2026-01",
}  # fmt: skip
TO_STUDENT = ("companion_accepted", "companion_declined", "companion_ended", "excuse_refused", "soon", "held")
TO_BOARD = (
    "named",
    "stepped_back",
    "unavailable",
    "companion_asked",
    "summons_late",
    "excuse_sent",
    "voted",
    "drafted",
    "returned",
    "confirmed",
    "minutes_owed",
    "vote_owed",
    "draft_owed",
    "confirmation_owed",
)
BOARDS: list[tuple[str, dict[str, Any]]] = [
    *(("board_news", {**BOARD, "event": event, "is_student": True}) for event in TO_STUDENT),
    *(("board_news", {**BOARD, "event": event}) for event in TO_BOARD),
    ("board_summons", {**BOARD, "event": "summoned", "is_student": True}),
    ("board_invitation", {**BOARD, "event": "invited"}),
    ("board_meeting_off", {**BOARD, "event": "called_off"}),
]
PORTFOLIO = {
    "candidacy": 3, "path": "Python developer", "parts": 12, "digest": "0" * 64, "student": "Ilse Montcalm",
    "clause": "2.3", "policy": "2026-01",
}  # fmt: skip
