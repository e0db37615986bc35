"""Doors through which a training is used, and what stands open whatever became of it (4.2, abuse 71).

Every door that writes and that a student finds is in one of the two tables; beside them stand the doors of mentors and
staff that use a training for its student. A door that is in neither fails ``tests/test_doors.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.factories import make_file
from tests.matrix.world import World

Fields = dict[str, Any] | Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Door:
    """A request that would go through while the training is open; ``who`` makes it."""

    sends: Fields = field(default_factory=dict)
    who: str = "student"

    def fields(self, world: World) -> dict[str, Any]:
        return self.sends(world) if callable(self.sends) else dict(self.sends)


def _leave(world: World) -> dict[str, Any]:
    return {"enrolment": world.enrolment.pk, "starts_on": "2026-06-15", "ends_on": "2026-06-17"}


ASKS: dict[str, Door] = {
    # Sessions: joining, notices and what is asked ahead, booking another.
    "POST student-join": Door(),
    "POST student-notice": Door({"reason": "Ill"}),
    "POST student-exception": Door({"reason": "A summons"}),
    "POST student-book": Door({"starts_at": "2026-03-05T13:00:00+00:00"}),
    # Projects: handing in, comments, defences.
    "POST student-submit": Door(lambda world: {"file": make_file()}),
    "POST student-remark": Door({"text": "Look"}),
    "POST student-defence": Door({"starts_at": "2026-03-10T13:00:00+00:00"}),
    "POST student-defence-join": Door(),
    # Leaves and changes of Path.
    "POST student-leave-ask": Door({"starts_on": "2026-06-15", "ends_on": "2026-06-17", "reason": "Rest"}),
    "POST student-leave-back": Door({"back_on": "2026-04-08", "confirmed": "yes"}),
    "POST student-change-ask": Door(
        lambda world: {
            "consultation": world.rows["advice"].pk,
            "reason": "Rather",
            "confirmed": "yes",
        }
    ),
    # Groups: all of their pages are closed together.
    **dict.fromkeys(
        (
            "POST group-new",
            "POST group-join",
            "POST group-leave",
            "POST group-hand-over",
            "POST group-plan",
            "POST group-post",
            "POST group-share",
            "POST group-take-down",
            "POST group-report",
            "POST group-report-row",
            "POST study-session-cancel",
        ),
        Door({"text": "On my way."}),
    ),
    # Days elsewhere.
    "POST stay-check-in": Door(),
    # Those who use a training for its student.
    "POST mentor-book": Door({"starts_at": "2026-03-05T13:00:00+00:00"}, "mentor"),
    "POST mentor-join": Door(who="mentor"),
    "POST mentor-exception": Door({"reason": "A summons"}, "mentor"),
    "POST mentor-consultation": Door(
        lambda world: {
            "to_path": world.rows["another_path"].pk,
            "advice": "Go",
            "confirmed": "yes",
        },
        "mentor",
    ),
    "POST staff-mentorship-start": Door(
        lambda world: {
            "mentor": world.rows["new_mentor"].pk,
            "weekday": 4,
            "local_time": "10:00",
            "starts_on": "2026-03-05",
            "confirmed": "yes",
        },
        "student_success",
    ),
    "POST staff-session-book": Door({"starts_at": "2026-03-05T13:00:00+00:00"}, "student_success"),
    "POST staff-leave-ask": Door(
        {"starts_on": "2026-06-15", "ends_on": "2026-06-17", "reason": "Rest", "confirmed": "yes"},
        "student_success",
    ),
    "POST staff-leave-back": Door({"back_on": "2026-04-08", "confirmed": "yes"}, "student_success"),
    "POST staff-stay-arrange": Door(
        lambda world: {
            "place": world.rows["place"].pk,
            "starts_on": "2026-05-01",
            "ends_on": "2026-05-02",
        },
        "student_success",
    ),
    # The same over the API.
    "POST api-session-join": Door(),
    "POST api-session-notice": Door({"reason": "Ill"}),
    "POST api-session-ask-exception": Door({"reason": "A summons"}),
    "POST api-session-book-replacement": Door({"starts_at": "2026-03-05T13:00:00Z"}),
    "POST api-work-submit": Door({"uploads": []}),
    "POST api-work-comment": Door({"text": "Look"}),
    "POST api-defence-list": Door(
        lambda world: {
            "work": world.rows["projectwork"].pk,
            "assessor": world.rows["new_mentor"].pk,
            "starts_at": "2026-03-10T13:00:00Z",
        }
    ),
    "POST api-defence-join": Door(),
    "POST api-leave-list": Door(_leave),
    "POST api-leave-come-back": Door({"back_on": "2026-04-08"}),
    "POST api-group-list": Door({"title": "Another", "cohort": "2026-01-01", "none_fits": True}),
    "POST api-group-join": Door(),
    "POST api-group-leave": Door(),
    "POST api-group-posts": Door({"text": "On my way."}),
    "POST api-group-resources": Door({"title": "A manual", "url": "https://www.example.org/sql"}),
    "POST api-group-study-sessions": Door(
        {"title": "Joins", "starts_at": "2026-03-06T18:00Z", "ends_at": "2026-03-06T19:00Z"}
    ),
    "POST api-group-hand-over": Door(),
    "POST api-group-take-down": Door(),
    "POST api-study-session-cancel": Door(),
    "POST api-change-list": Door(lambda world: {"consultation": world.rows["advice"].pk, "reason": "Rather"}),
    "POST api-consultation-list": Door(
        lambda world: {
            "enrolment": world.enrolment.pk,
            "to_path": world.rows["another_path"].pk,
            "advice": "Go",
        },
        "mentor",
    ),
    "POST api-stay-check-in": Door(),
    "POST api-mentorship-list": Door(
        lambda world: {
            "enrolment": world.enrolment.pk,
            "mentor": world.rows["new_mentor"].pk,
            "weekday": 4,
            "local_time": "10:00",
            "starts_on": "2026-03-05",
        },
        "student_success",
    ),
    "POST api-stay-list": Door(
        lambda world: {
            "enrolment": world.enrolment.pk,
            "place": world.rows["place"].pk,
            "starts_on": "2026-05-01",
            "ends_on": "2026-05-02",
        },
        "student_success",
    ),
}
"""Each asks ``students.permissions.access_of``, and is closed while a penalty says so."""

OWN_DEFENCE = "what somebody says for themselves: reasons, a contest, a reply, a report of abuse"
OWN_FILE = "their own file, account, letters and messages"
TAKING_BACK = "taking back what they asked for, or ending the training themselves"
SAFETY = "rules and equipment: nothing is gained by it"
GUARDED_LATER = "keeps a file aside; what it is for asks when it is used"

OPEN: dict[str, str] = {
    **dict.fromkeys(
        (
            "POST student-reasons",
            "POST student-contest",
            "POST stay-report",
            "POST api-absence-reasons",
            "POST api-absence-contest",
            "POST api-conduct-report-list",
        ),
        OWN_DEFENCE,
    ),
    **dict.fromkeys(
        (
            "POST calendar",
            "POST calendar-close",
            "POST api-calendar-feed",
            "PUT api-calendar-feed",
            "POST message-read",
            "POST messages-read",
            "POST api-message-read",
            "POST postal-address",
            "POST api-postal-address-list",
            "POST student-kept",
            "POST student-adaptation-ask",
            "POST theme",
        ),
        OWN_FILE,
    ),
    **dict.fromkeys(
        (
            "POST student-leave-withdraw",
            "POST student-change-withdraw",
            "POST api-change-withdraw",
            "POST student-defence-cancel",
            "POST student-adaptation-withdraw",
            "POST student-approval",
            "POST api-approval-send",
            "POST student-training-end",
            "POST api-leave-withdraw",
            "POST api-defence-cancel",
        ),
        TAKING_BACK,
    ),
    **dict.fromkeys(
        (
            "POST terms",
            "POST equipment",
            "POST stay",
            "POST api-acceptance-list",
            "POST api-equipment-check-list",
            "POST api-stay-acknowledge",
        ),
        SAFETY,
    ),
    **dict.fromkeys(
        (
            "POST upload",
            "POST uploads",
            "POST api-uploads",
            "PATCH api-upload",
            "DELETE api-upload",
        ),
        GUARDED_LATER,
    ),
}
"""Doors that do not ask: somebody shut out of a training is not shut out of their own affairs."""

PROCEEDINGS = (
    "case-",
    "discipline-report",
    "api-case-",
    "api-complaint",
    "api-board-",
    "api-discipline-report",
)
"""A case itself: its complaint is answered, its Board met, its decision read and abuse reported whatever is closed."""

ELSEWHERE = ("account_", "mfa_", "openid_connect_", "socialaccount_", "admin:", "letter-hook")
"""Doors of the account, of the staff admin and of carriers, which know of no training."""
