"""No two standing leaves of one training share a day, kept by the database itself (2.7).

PostgreSQL: an exclusion constraint. SQLite: triggers with the same meaning; it has one writer at a time.
SQLite loses the triggers when Django rebuilds the table: a migration that alters a field or constraint of
LeaveRequest runs ``guard_leaves()`` again, or the tests of overlaps fail.
"""

from __future__ import annotations

from record.migrations_ops import VendorSQL

_STANDING = "('incomplete', 'requested', 'validated')"
_COLUMNS = "enrolment_id, starts_on, ends_on, state"

_POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"""
ALTER TABLE students_leaverequest ADD CONSTRAINT students_leave_excluded
EXCLUDE USING gist (enrolment_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)
WHERE (state IN {_STANDING})
""",
]
_POSTGRESQL_BACK = ["ALTER TABLE students_leaverequest DROP CONSTRAINT IF EXISTS students_leave_excluded"]

# AFTER, where an inserted row has its id. Days are stored as ISO text, which compares as days do.
_SQLITE = [
    f"""
CREATE TRIGGER IF NOT EXISTS students_leave_excluded_{event.split()[0].lower()}
AFTER {event} ON students_leaverequest FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'students_leave_excluded')
    WHERE NEW.state IN {_STANDING} AND EXISTS (
        SELECT 1 FROM students_leaverequest AS other
        WHERE other.enrolment_id = NEW.enrolment_id AND other.id <> NEW.id AND other.state IN {_STANDING}
          AND other.starts_on <= NEW.ends_on AND other.ends_on >= NEW.starts_on
    );
END
"""
    for event in ("INSERT", f"UPDATE OF {_COLUMNS}")
]
_SQLITE_BACK = [f"DROP TRIGGER IF EXISTS students_leave_excluded_{event}" for event in ("insert", "update")]


def guard_leaves() -> VendorSQL:
    """The operation that puts the guards in place, again where they are already."""
    return VendorSQL(
        postgresql=[*_POSTGRESQL_BACK, *_POSTGRESQL],
        sqlite=_SQLITE,
        reverse_postgresql=_POSTGRESQL_BACK,
        reverse_sqlite=_SQLITE_BACK,
    )
