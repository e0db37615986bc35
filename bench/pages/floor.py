"""The floor: a bare WSGI application that reads 50 sessions with their people through psycopg2, and no framework.

It shows the same fields of the same rows as the API's list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from importlib import import_module
from json import JSONEncoder
from typing import Any

import psycopg2


def _fastest() -> tuple[str, Callable[[Any], bytes]]:
    """The encoder of the floor by its name: orjson where it is installed, else the standard library's."""
    try:
        return "orjson", import_module("orjson").dumps
    except ImportError:
        encoder = JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=datetime.isoformat)
        return "json", lambda value: encoder.encode(value).encode()


JSON, dumps = _fastest()
PATH = "/sessions"
_LIST = """
SELECT s.id, s.enrolment_id AS enrolment, s.student_id AS student,
       su.given_name || ' ' || su.family_name AS student_name, s.mentor_id AS mentor,
       mu.given_name || ' ' || mu.family_name AS mentor_name, s.starts_at, s.ends_at, s.origin, s.medium,
       s.replaces_id AS replaces, s.student_joined_at, s.mentor_joined_at, s.state, s.ground, s.decided_at,
       s.clause, s.policy_id AS policy
  FROM mentoring_session s
  JOIN students_student st ON st.id = s.student_id JOIN accounts_user su ON su.id = st.user_id
  JOIN mentoring_mentor m ON m.id = s.mentor_id JOIN accounts_user mu ON mu.id = m.user_id
 ORDER BY s.starts_at DESC, s.id DESC LIMIT 50
"""


class Floor:
    """The application, with its own connection to the database of the benchmark."""

    def __init__(self) -> None:
        from django.db import connection

        self._connection = psycopg2.connect(**connection.get_connection_params())
        self._connection.autocommit = True

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH:
            start_response("404 Not Found", [])
            return []
        with self._connection.cursor() as cursor:
            cursor.execute(_LIST)
            names = [column.name for column in cursor.description]
            body = dumps({"results": [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]})
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def close(self) -> None:
        self._connection.close()
