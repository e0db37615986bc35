"""The Board of a case over the API."""

from __future__ import annotations

from .grades import EVERYBODY, Bodies, Calls, table

READ = table(404, student=200, staff=200)
ARRANGERS = ("head_of_learning", "learning_manager", "administrator")


def arranged(status: int, **more: int) -> dict[str, int]:
    """What arrangers get; who sees the case is refused (403), the rest find nothing."""
    return table(404, student=403, student_success=403, **dict.fromkeys(ARRANGERS, status), **more)


DRAFT = table(404, head_of_learning=200, learning_manager=200)
"""A draft is read by the two who sign."""

CALLS: Calls = {
    **{
        f"GET api-board-{name}-{page}": EVERYBODY if page == "list" else READ
        for name in ("member", "companion", "summons", "meeting")
        for page in ("list", "detail")
    },
    "POST api-board-member-list": table(
        400, student=403, student_success=403, **dict.fromkeys(ARRANGERS, 422)
    ),
    "POST api-board-member-step-back": arranged(204),
    "POST api-board-member-availability": table(404, student=403, staff=403, head_of_learning=200),
    "POST api-board-companion-list": table(400, student=422, staff=403),
    "POST api-board-companion-reply": table(404, student=403, staff=403),
    "POST api-board-companion-end": table(404, student=204, staff=403),
    "POST api-board-summons-list": table(
        400, student=403, student_success=403, **dict.fromkeys(ARRANGERS, 201)
    ),
    "POST api-board-summons-receipt": table(404, student=400, staff=400),  # nobody's upload
    "POST api-board-summons-acknowledge": table(404, student=200, staff=403),
    # The meeting has not begun; and it was not held yet.
    "POST api-board-meeting-minutes": table(
        404, student=403, student_success=403, administrator=403, head_of_learning=422, learning_manager=422
    ),
    "POST api-board-meeting-call-off": arranged(200),
    "POST api-board-meeting-excuses": table(404, student=400, staff=400),  # nobody's upload
    "POST api-board-meeting-decide-excuse": table(
        404, student=403, student_success=403, administrator=403, head_of_learning=200, learning_manager=200
    ),
    "POST api-board-meeting-votes": table(404, student=422, staff=422),
    "POST api-board-meeting-advice": table(404, student=422, staff=422),
    "GET api-board-decision-list": EVERYBODY,
    "GET api-board-decision-detail": DRAFT,
    "POST api-board-decision-list": table(400, student=403, staff=403, head_of_learning=422),
    "POST api-board-decision-confirm": table(404, head_of_learning=403, learning_manager=422),
    "POST api-board-decision-give-back": table(404, head_of_learning=403, learning_manager=200),
}

BODIES: Bodies = {
    "POST api-board-member-list": lambda world: {
        "case": world.rows["board_case"].pk,
        "seat": "chair",
        "user": world.people["head_of_learning"].pk,
    },
    "POST api-board-member-step-back": {"recused": False, "reason": "Ill"},
    "POST api-board-member-availability": {"available": True},
    "POST api-board-companion-list": lambda world: {
        "case": world.rows["board_case"].pk,
        "email": world.people["mentor"].email,
    },
    "POST api-board-companion-reply": {"accept": True},
    "POST api-board-summons-list": lambda world: {
        "case": world.rows["board_case"].pk,
        "purpose": "A penalty is considered",
        "grounds": "Insults",
        "starts_at": "2026-03-12T14:00:00+01:00",
        "ends_at": "2026-03-12T15:00:00+01:00",
        "place": "By video",
        "video_link": "https://video.example.org/board",
    },
    "POST api-board-summons-receipt": {"upload": "0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11"},
    "POST api-board-meeting-minutes": lambda world: {
        "grounds_stated": "Insults",
        "explanations": "Sorry",
        "present": [world.rows["board_chair"].pk],
        "student_present": True,
    },
    "POST api-board-meeting-call-off": {"reason": "Ill"},
    "POST api-board-meeting-excuses": {
        "ground": "illness",
        "upload": "0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11",
    },
    "POST api-board-meeting-decide-excuse": {"accept": True},
    "POST api-board-meeting-votes": {"choice": "warning", "reasons": "A first time"},
    "POST api-board-meeting-advice": {"text": "A warning"},
    "POST api-board-decision-list": lambda world: {
        "case": world.rows["board_heard"].pk,
        "penalty": "warning",
        "reasons": "A first time",
    },
    "POST api-board-decision-give-back": {"remarks": "Name the day"},
}

ROWS = {
    "board-member": "board_chair",
    "board-companion": "board_companion",
    "board-summons": "board_summons",
    "board-meeting": "board_meeting",
    "board-decision": "board_draft",
}
