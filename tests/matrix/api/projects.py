"""Projects and skills; what is handed in, approved and defended."""

from __future__ import annotations

from .grades import EVERYBODY, SEEN, Bodies, Calls, table

CALLS: Calls = {
    "GET api-project-list": EVERYBODY,
    "GET api-project-detail": EVERYBODY,
    "POST api-project-list": table(403, learning_manager=201, administrator=201),
    "PATCH api-project-detail": table(403, learning_manager=200, administrator=200),
    "POST api-project-move": table(403, learning_manager=200, administrator=200),
    "POST api-project-give": table(403, learning_manager=200, administrator=200),
    "POST api-project-retire": table(403, learning_manager=200, administrator=200),
    "GET api-skill-list": EVERYBODY,
    "GET api-skill-detail": EVERYBODY,
    "POST api-skill-list": table(403, learning_manager=201, administrator=201),
    "PATCH api-skill-detail": table(403, learning_manager=200, administrator=200),
    "POST api-skill-retire": table(403, learning_manager=200, administrator=200),
    "GET api-work-list": EVERYBODY,
    "GET api-work-detail": SEEN,
    "GET api-work-defence-slots": SEEN,
    "POST api-work-submit": table(403, others=404, student=422),
    "POST api-work-comment": table(200, others=404),
    "POST api-work-due": table(403, others=404, mentor=422),
    "GET api-deliverable-list": EVERYBODY,
    "GET api-deliverable-detail": SEEN,
    "POST api-deliverable-decide": table(403, others=404, mentor=422),
    "GET api-defence-list": EVERYBODY,
    "GET api-defence-detail": SEEN,
    "POST api-defence-list": table(422, others=400),
    "POST api-defence-join": table(403, others=404, student=422),
    "POST api-defence-cancel": table(200, others=404),
    "POST api-defence-recording": table(403, others=404),
    "POST api-defence-decide": table(403, others=404),
}

BODIES: Bodies = {
    "POST api-project-list": lambda world: {"path": world.rows["path"].pk, "title": "Another"},
    "PATCH api-project-detail": {"title": "Other words"},
    "PATCH api-skill-detail": {"title": "Other words"},
    "POST api-project-move": {"place": 1},
    "POST api-skill-list": lambda world: {"project": world.rows["project"].pk, "code": "z", "title": "Z"},
    "POST api-work-submit": {"uploads": []},
    "POST api-work-comment": {"text": "Look"},
    "POST api-work-due": {"due_on": "2026-04-01"},
    "POST api-deliverable-decide": {"decision": "approve", "comment": "Good"},
    "POST api-defence-list": lambda world: {
        "work": world.rows["projectwork"].pk,
        "assessor": world.rows["new_mentor"].pk,
        "starts_at": "2026-03-10T03:00:00Z",
    },
    "POST api-defence-cancel": {"reason": "Because"},
    "POST api-defence-recording": {"upload": "0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11"},
    "POST api-defence-decide": {"skills": [], "comment": "Good"},
}

ROWS = {
    "project": "project",
    "skill": "skill",
    "work": "projectwork",
    "deliverable": "deliverable",
    "defence": "defence",
}
