"""What the database itself refuses about defences (2.2, 2.6).

- An assessor or a student at two defences, or at a defence and a session, at once. PostgreSQL settles races between
  two defences by exclusion constraints; a session and a defence meet at the locks of their mentorships and mentors
  (``services.defences``), and triggers look at the other table. SQLite has one writer at a time and triggers alone.
- An assessor who approved the project as its mentor, or whose own project it is.
- A skill approved at a defence that was not recorded, or by no defence at all; another word once it was given.
- Another time, and another outcome than the first.

SQLite loses a table's triggers when Django rebuilds it: a migration that alters a field or constraint of Defence,
SkillAssessment, SkillApproval or Session runs ``guard_defences()`` again.
"""

from __future__ import annotations

from record.migrations_ops import VendorSQL

from ._overlaps import BY_INDEX, at_once

ALWAYS = (
    "work_id",
    "student_id",
    "assessor_id",
    "attempt",
    "starts_at",
    "ends_at",
    "booked_at",
    "booked_by_id",
)
DECIDED = ("state", "decided_at", "decided_by_id", "comment", "recording_id", "recorded_at")

_EXCLUSION = """
ALTER TABLE mentoring_defence ADD CONSTRAINT mentoring_defence_{person}_excluded
EXCLUDE USING gist ({person}_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (state <> 'cancelled')
"""

# Of a defence that is booked: what stands against it. ``{assessor}`` and ``{student}``: who is elsewhere then.
_AGAINST = {
    "mentoring_defence_assessor_session": """
        SELECT 1 FROM mentoring_session AS other WHERE {assessor} AND other.released_at IS NULL
    """,
    "mentoring_defence_student_session": """
        SELECT 1 FROM mentoring_session AS other WHERE {student} AND other.released_at IS NULL
    """,
    "mentoring_defence_own": """
        SELECT 1 FROM mentoring_mentor AS assessor
        JOIN students_student AS student ON student.user_id = assessor.user_id
        WHERE assessor.id = NEW.assessor_id AND student.id = NEW.student_id
    """,
    "mentoring_defence_approver": """
        SELECT 1 FROM mentoring_mentor AS assessor
        JOIN students_review AS review ON review.decided_by_id = assessor.user_id
        JOIN students_deliverable AS version ON version.id = review.deliverable_id
        WHERE assessor.id = NEW.assessor_id AND version.work_id = NEW.work_id AND review.decision = 'approve'
    """,
}
_OVERLAPS = {
    f"mentoring_defence_{person}_overlap": f"""
        SELECT 1 FROM mentoring_defence AS other WHERE other.{person}_id = NEW.{person}_id AND other.id <> NEW.id
        AND other.state <> 'cancelled' AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at
    """
    for person in ("assessor", "student")
}
# Of a session: a defence of either of its people.
_SESSION = {
    f"mentoring_session_{person}_defence": f"""
        SELECT 1 FROM mentoring_defence AS other WHERE {{{person}}} AND other.state <> 'cancelled'
    """
    for person in ("mentor", "student")
}
# A person on both sides: by which column in the other row, and by which in the new one.
_ON_BOTH_SIDES = {
    "assessor": ("mentor_id", "assessor_id"),
    "mentor": ("assessor_id", "mentor_id"),
    "student": ("student_id", "student_id"),
}


def _at_once_sqlite(theirs: str, mine: str) -> str:
    return (
        f"other.{theirs} = NEW.{mine} AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at"
        " AND other.starts_at > datetime(NEW.starts_at, '-1 day')"
    )


_POSTGRESQL_SIDES = {person: at_once(*columns) for person, columns in _ON_BOTH_SIDES.items()}
_SQLITE_SIDES = {person: _at_once_sqlite(*columns) for person, columns in _ON_BOTH_SIDES.items()}
_ASSESSED = {
    "mentoring_assessment_unrecorded": """
        SELECT 1 FROM mentoring_defence AS held WHERE held.id = NEW.defence_id
        AND (held.state <> 'booked' OR (held.recording_id IS NULL AND NEW.approved))
    """,
}
_APPROVED = {
    "students_skill_undefended": """
        SELECT 1 WHERE NEW.carried_from_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM mentoring_skillassessment AS given
            JOIN mentoring_defence AS held ON held.id = given.defence_id
            WHERE held.work_id = NEW.work_id AND given.skill_id = NEW.skill_id AND given.approved
            AND held.recording_id IS NOT NULL
        )
    """,
}
_SESSION_COLUMNS = "mentor_id, student_id, starts_at, ends_at, released_at"


def _differs(columns: tuple[str, ...], word: str) -> str:
    return " OR ".join(f"NEW.{column} {word} OLD.{column}" for column in columns)


def _tampered(word: str) -> str:
    return f"{_differs(ALWAYS, word)} OR (OLD.state <> 'booked' AND ({_differs(DECIDED, word)}))"


def _function(
    name: str, checks: dict[str, str], skip: str = "false", code: str = "restrict_violation"
) -> str:
    raised = " ".join(
        f"""
        IF EXISTS ({query.format(**_POSTGRESQL_SIDES)}) THEN
            RAISE EXCEPTION '{check}' USING ERRCODE = '{code}', CONSTRAINT = '{check}';
        END IF;
        """
        for check, query in checks.items()
    )
    return f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {BY_INDEX} AS $$ BEGIN
        IF {skip} THEN RETURN NEW; END IF; {raised} RETURN NEW; END $$
    """


DEFENCE_FUNCTIONS = [
    _function("mentoring_defence_check", _AGAINST, "NEW.state <> 'booked'", "exclusion_violation"),
    _function("mentoring_session_defence", _SESSION, "NEW.released_at IS NOT NULL", "exclusion_violation"),
    _function("mentoring_assessment_check", _ASSESSED),
    _function("students_skillapproval_check", _APPROVED),
]
_POSTGRESQL = [
    *(_EXCLUSION.format(person=person) for person in ("assessor", "student")),
    """
    CREATE OR REPLACE FUNCTION mentoring_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *DEFENCE_FUNCTIONS,
    """
    CREATE TRIGGER mentoring_defence_check BEFORE INSERT ON mentoring_defence
    FOR EACH ROW EXECUTE FUNCTION mentoring_defence_check()
    """,
    f"""
    CREATE TRIGGER mentoring_defence_no_update BEFORE UPDATE ON mentoring_defence
    FOR EACH ROW WHEN ({_tampered("IS DISTINCT FROM")}) EXECUTE FUNCTION mentoring_refuse()
    """,
    """
    CREATE TRIGGER mentoring_defence_no_delete BEFORE DELETE ON mentoring_defence
    FOR EACH ROW EXECUTE FUNCTION mentoring_refuse()
    """,
    """
    CREATE TRIGGER mentoring_session_defence_insert BEFORE INSERT ON mentoring_session
    FOR EACH ROW EXECUTE FUNCTION mentoring_session_defence()
    """,
    f"""
    CREATE TRIGGER mentoring_session_defence_update BEFORE UPDATE OF {_SESSION_COLUMNS} ON mentoring_session
    FOR EACH ROW WHEN (
        (OLD.mentor_id, OLD.student_id, OLD.starts_at, OLD.ends_at, OLD.released_at)
        IS DISTINCT FROM (NEW.mentor_id, NEW.student_id, NEW.starts_at, NEW.ends_at, NEW.released_at)
    ) EXECUTE FUNCTION mentoring_session_defence()
    """,
    """
    CREATE TRIGGER mentoring_skillassessment_check BEFORE INSERT ON mentoring_skillassessment
    FOR EACH ROW EXECUTE FUNCTION mentoring_assessment_check()
    """,
    *(
        f"""
        CREATE TRIGGER mentoring_skillassessment_no_{event.lower()} BEFORE {event} ON mentoring_skillassessment
        FOR EACH ROW EXECUTE FUNCTION mentoring_refuse()
        """
        for event in ("UPDATE", "DELETE")
    ),
    """
    CREATE TRIGGER students_skillapproval_check BEFORE INSERT ON students_skillapproval
    FOR EACH ROW EXECUTE FUNCTION students_skillapproval_check()
    """,
]
_TRIGGERS = {
    "mentoring_defence_check": "mentoring_defence",
    "mentoring_defence_no_update": "mentoring_defence",
    "mentoring_defence_no_delete": "mentoring_defence",
    "mentoring_session_defence_insert": "mentoring_session",
    "mentoring_session_defence_update": "mentoring_session",
    "mentoring_skillassessment_check": "mentoring_skillassessment",
    "mentoring_skillassessment_no_update": "mentoring_skillassessment",
    "mentoring_skillassessment_no_delete": "mentoring_skillassessment",
    "students_skillapproval_check": "students_skillapproval",
}
_POSTGRESQL_BACK = [
    *(f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table in _TRIGGERS.items()),
    *(
        f"DROP FUNCTION IF EXISTS {name}()"
        for name in (
            "mentoring_defence_check",
            "mentoring_session_defence",
            "mentoring_assessment_check",
            "students_skillapproval_check",
            "mentoring_refuse",
        )
    ),
    *(
        f"ALTER TABLE mentoring_defence DROP CONSTRAINT IF EXISTS mentoring_defence_{person}_excluded"
        for person in ("assessor", "student")
    ),
]


def _aborts(checks: dict[str, str], unless: str = "0") -> str:
    return " ".join(
        f"""
        SELECT RAISE(ABORT, '{check}')
        WHERE NOT ({unless}) AND EXISTS ({query.format(**_SQLITE_SIDES)});
        """
        for check, query in checks.items()
    )


# AFTER, where an inserted row has its id.
_SQLITE = [
    f"""
    CREATE TRIGGER IF NOT EXISTS mentoring_defence_check AFTER INSERT ON mentoring_defence
    BEGIN {_aborts({**_AGAINST, **_OVERLAPS}, "NEW.state = 'cancelled'")} END
    """,
    f"""
    CREATE TRIGGER IF NOT EXISTS mentoring_defence_no_update BEFORE UPDATE ON mentoring_defence
    WHEN {_tampered("IS NOT")}
    BEGIN SELECT RAISE(ABORT, 'UPDATE is refused on mentoring_defence'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS mentoring_defence_no_delete BEFORE DELETE ON mentoring_defence
    BEGIN SELECT RAISE(ABORT, 'DELETE is refused on mentoring_defence'); END
    """,
    *(
        f"""
        CREATE TRIGGER IF NOT EXISTS mentoring_session_defence_{event.split()[0].lower()}
        AFTER {event} ON mentoring_session FOR EACH ROW
        BEGIN {_aborts(_SESSION, "NEW.released_at IS NOT NULL")} END
        """
        for event in ("INSERT", f"UPDATE OF {_SESSION_COLUMNS}")
    ),
    f"""
    CREATE TRIGGER IF NOT EXISTS mentoring_skillassessment_check BEFORE INSERT ON mentoring_skillassessment
    BEGIN {_aborts(_ASSESSED)} END
    """,
    *(
        f"""
        CREATE TRIGGER IF NOT EXISTS mentoring_skillassessment_no_{event.lower()}
        BEFORE {event} ON mentoring_skillassessment
        BEGIN SELECT RAISE(ABORT, '{event} is refused on mentoring_skillassessment'); END
        """
        for event in ("UPDATE", "DELETE")
    ),
    f"""
    CREATE TRIGGER IF NOT EXISTS students_skillapproval_check BEFORE INSERT ON students_skillapproval
    BEGIN {_aborts(_APPROVED)} END
    """,
]
_SQLITE_BACK = [f"DROP TRIGGER IF EXISTS {name}" for name in _TRIGGERS]

GUARDS = frozenset(_TRIGGERS)


def guard_defences() -> VendorSQL:
    """The operation that puts the guards in place, again where they are already."""
    return VendorSQL(
        postgresql=[*_POSTGRESQL_BACK, *_POSTGRESQL],
        sqlite=_SQLITE,
        reverse_postgresql=_POSTGRESQL_BACK,
        reverse_sqlite=_SQLITE_BACK,
    )
