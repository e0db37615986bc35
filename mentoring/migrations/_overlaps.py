"""No two sessions of one mentor or one student at the same time, kept by the database itself (A3).

A released slot is in nobody's way; sessions may touch (half-open spans).

PostgreSQL: exclusion constraints over the sessions that are still to be judged, which settle every race between
two bookings; and a trigger that looks at all other sessions. Judging a session takes it out of the exclusion
constraints' indexes, so that a verdict never pays for searching them again, and the trigger fires for changes of
time, people and release only.
SQLite: triggers with the same meaning; it has one writer at a time, so there is no race to settle.

A session lasts a day at most: that bounds how far back the triggers look.

PL/pgSQL keeps the plan of a query for as long as the connection lives. A plan that was made while the table was empty
reads all of it, and the first import into a new school would take the square of its length. So the functions of
PostgreSQL plan without sequential scans, and name person and time as one pair: that fits one index, and no other,
whatever the planner knows of the table (a test looks at both).

SQLite loses the triggers when Django rebuilds the table: a migration that alters a field or constraint of
Session runs ``guard_overlaps()`` again, or the tests of overlaps fail.
"""

from __future__ import annotations

from record.migrations_ops import VendorSQL

_PEOPLE = ("mentor", "student")
_COLUMNS = "mentor_id, student_id, starts_at, ends_at, released_at"

_EXCLUSION = """
ALTER TABLE mentoring_session ADD CONSTRAINT mentoring_session_{person}_excluded
EXCLUDE USING gist ({person}_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
WHERE (released_at IS NULL AND falls_due_at IS NOT NULL)
"""


def at_once(theirs: str, mine: str) -> str:
    """PostgreSQL: that another row and the new one, of a person in common, are at the same time."""
    return (
        f"(other.{theirs}, other.starts_at) > (NEW.{mine}, NEW.starts_at - interval '1 day')"
        f" AND (other.{theirs}, other.starts_at) < (NEW.{mine}, NEW.ends_at) AND other.ends_at > NEW.starts_at"
    )


_LOOK_POSTGRESQL = """
    IF EXISTS (
        SELECT FROM mentoring_session other
        WHERE {at_once} AND other.id <> NEW.id AND other.released_at IS NULL
    ) THEN
        RAISE EXCEPTION 'this session overlaps another one of the {person}'
        USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'mentoring_session_{person}_overlap';
    END IF;
"""

BY_INDEX = "SET enable_seqscan = off"

OVERLAPS_FUNCTION = f"""
CREATE OR REPLACE FUNCTION mentoring_session_overlaps() RETURNS trigger LANGUAGE plpgsql {BY_INDEX} AS $$
BEGIN
    IF NEW.ends_at - NEW.starts_at > interval '1 day' THEN
        RAISE EXCEPTION 'a session lasts a day at most'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'mentoring_session_day';
    END IF;
    IF NEW.released_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
{"".join(_LOOK_POSTGRESQL.format(person=each, at_once=at_once(f"{each}_id", f"{each}_id")) for each in _PEOPLE)}
    RETURN NEW;
END $$
"""

_POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    *(_EXCLUSION.format(person=person) for person in _PEOPLE),
    OVERLAPS_FUNCTION,
    """
CREATE TRIGGER mentoring_session_overlaps_insert BEFORE INSERT ON mentoring_session
FOR EACH ROW EXECUTE FUNCTION mentoring_session_overlaps()
""",
    f"""
CREATE TRIGGER mentoring_session_overlaps_update BEFORE UPDATE OF {_COLUMNS} ON mentoring_session
FOR EACH ROW WHEN (
    (OLD.mentor_id, OLD.student_id, OLD.starts_at, OLD.ends_at, OLD.released_at)
    IS DISTINCT FROM (NEW.mentor_id, NEW.student_id, NEW.starts_at, NEW.ends_at, NEW.released_at)
) EXECUTE FUNCTION mentoring_session_overlaps()
""",
]

_POSTGRESQL_BACK = [
    "DROP TRIGGER IF EXISTS mentoring_session_overlaps_update ON mentoring_session",
    "DROP TRIGGER IF EXISTS mentoring_session_overlaps_insert ON mentoring_session",
    "DROP FUNCTION IF EXISTS mentoring_session_overlaps()",
    *(
        f"ALTER TABLE mentoring_session DROP CONSTRAINT IF EXISTS mentoring_session_{person}_excluded"
        for person in _PEOPLE
    ),
]

# Instants are stored as UTC text, so that comparing texts compares instants.
_LOOK_SQLITE = """
    SELECT RAISE(ABORT, 'mentoring_session_{person}_overlap')
    WHERE NEW.released_at IS NULL AND EXISTS (
        SELECT 1 FROM mentoring_session AS other
        WHERE other.{person}_id = NEW.{person}_id AND other.id <> NEW.id AND other.released_at IS NULL
          AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at
          AND other.starts_at > datetime(NEW.starts_at, '-1 day')
    );
"""
# AFTER, where an inserted row has its id.
_SQLITE = [
    f"""
CREATE TRIGGER IF NOT EXISTS mentoring_session_overlaps_{event.split()[0].lower()}
AFTER {event} ON mentoring_session FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'mentoring_session_day') WHERE julianday(NEW.ends_at) - julianday(NEW.starts_at) > 1.00001;
{"".join(_LOOK_SQLITE.format(person=person) for person in _PEOPLE)}
END
"""
    for event in ("INSERT", f"UPDATE OF {_COLUMNS}")
]
_SQLITE_BACK = [
    f"DROP TRIGGER IF EXISTS mentoring_session_overlaps_{event}" for event in ("insert", "update")
]


def guard_overlaps() -> VendorSQL:
    """The operation that puts the guards in place, again where they are already."""
    return VendorSQL(
        postgresql=[*_POSTGRESQL_BACK, *_POSTGRESQL],
        sqlite=_SQLITE,
        reverse_postgresql=_POSTGRESQL_BACK,
        reverse_sqlite=_SQLITE_BACK,
    )
