"""The floor: the same work as one raw CTE a round, on lean tables of its own."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

_TABLES = """
DROP TABLE IF EXISTS floor_entries, floor_messages, floor_absences, floor_sessions, floor_people;
CREATE TABLE floor_people (id bigint PRIMARY KEY);
INSERT INTO floor_people SELECT generate_series(1, %(pairs)s);
CREATE TABLE floor_sessions (
  id bigserial PRIMARY KEY, student_id bigint NOT NULL REFERENCES floor_people,
  mentor_id bigint NOT NULL REFERENCES floor_people, starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
  status text NOT NULL, joined_at timestamptz, decided_at timestamptz, extra boolean NOT NULL DEFAULT false);
CREATE TABLE floor_absences (
  id bigserial PRIMARY KEY, session_id bigint UNIQUE NOT NULL REFERENCES floor_sessions, ground text NOT NULL,
  happened_at timestamptz NOT NULL);
CREATE TABLE floor_messages (
  id bigserial PRIMARY KEY, key text UNIQUE NOT NULL, recipient_id bigint NOT NULL REFERENCES floor_people,
  kind text NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE floor_entries (
  id bigserial PRIMARY KEY, student_id bigint NOT NULL REFERENCES floor_people, kind text NOT NULL,
  facts jsonb NOT NULL, happened_at timestamptz NOT NULL);
INSERT INTO floor_sessions (student_id, mentor_id, starts_at, ends_at, status, joined_at, decided_at)
SELECT who, who, at, at + interval '45 minutes', CASE WHEN at < %(now)s THEN 'held' ELSE 'scheduled' END,
       CASE WHEN at < %(now)s THEN at END, CASE WHEN at < %(now)s THEN at END
  FROM (SELECT n %% %(pairs)s + 1 AS who,
               %(now)s + (n / %(pairs)s - %(past)s) * interval '7 days' + interval '3 days' AS at
          FROM generate_series(0, %(total)s - 1) AS n) AS slots;
CREATE INDEX floor_due ON floor_sessions (starts_at) WHERE status = 'scheduled' AND joined_at IS NULL;
"""

_DUE = """
INSERT INTO floor_sessions (student_id, mentor_id, starts_at, ends_at, status, extra)
SELECT who, who, at, at + interval '45 minutes', 'scheduled', true
  FROM (SELECT who, %(now)s - interval '20 minutes' - who %% 1440 * interval '1 minute' AS at
          FROM (SELECT (n * %(stride)s) %% %(pairs)s + 1 AS who FROM generate_series(0, %(due)s - 1) AS n) AS w)
       AS slots
"""

_SETTLE = """
WITH due AS (
  UPDATE floor_sessions SET status = 'absent', decided_at = starts_at + interval '15 minutes'
   WHERE status = 'scheduled' AND joined_at IS NULL AND starts_at < %(now)s - interval '15 minutes'
  RETURNING id, student_id, starts_at, decided_at
), absences AS (
  INSERT INTO floor_absences (session_id, ground, happened_at) SELECT id, 'no_show', decided_at FROM due
), messages AS (
  INSERT INTO floor_messages (key, recipient_id, kind, created_at)
  SELECT 'absence:' || id, student_id, 'absence_recorded', %(now)s FROM due
), entries AS (
  INSERT INTO floor_entries (student_id, kind, facts, happened_at)
  SELECT student_id, 'absence', jsonb_build_object('session', id, 'starts_at', starts_at), decided_at FROM due
)
SELECT count(*) FROM due
"""

_IDLE = """
SELECT id FROM floor_sessions WHERE status = 'scheduled' AND joined_at IS NULL
   AND starts_at < %(now)s - interval '15 minutes' ORDER BY starts_at LIMIT 500
"""


def lay(total: int, pairs: int, now: datetime) -> None:
    rounds = max(1, total // pairs)
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, {"pairs": pairs, "total": total, "now": now, "past": round(rounds * 0.95)})
        for table in ("sessions", "absences", "messages", "entries"):
            cursor.execute(f"VACUUM ANALYZE floor_{table}")


def fall_due(due: int, pairs: int, now: datetime) -> None:
    with connection.cursor() as cursor:
        stride = pairs // due if due < pairs else 1
        cursor.execute(_DUE, {"pairs": pairs, "due": due, "now": now, "stride": stride})
        cursor.execute("ANALYZE floor_sessions")


def settle(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"now": now})
        (settled,) = cursor.fetchone()
    return int(settled)


def idle(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_IDLE, {"now": now})
        cursor.fetchall()


def take_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE floor_absences, floor_messages, floor_entries")
        cursor.execute("DELETE FROM floor_sessions WHERE extra")
        cursor.execute("VACUUM ANALYZE floor_sessions")
