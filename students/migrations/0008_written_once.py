"""What the database itself refuses about deliverables: changing or removing a version, its files or a decision (T2),
and approving what may not be approved (2.2, PL.3).

PostgreSQL raises ``restrict_violation`` and SQLite ABORT: an IntegrityError on both.
"""

from django.db import migrations

from record.migrations_ops import VendorSQL

FROZEN = (
    "students_deliverable",
    "students_deliverablefile",
    "students_review",
    "students_remark",
)
# One column of these is filled in later; the others stay, and the row as well.
FILLED = {"students_requirement": "met_by_id", "students_skillapproval": "withdrawn_at"}
COLUMNS = {
    "students_requirement": (
        "work_id",
        "kind",
        "clause",
        "reason",
        "about",
        "required_at",
        "required_by_id",
    ),
    "students_skillapproval": (
        "work_id",
        "skill_id",
        "approved_at",
        "approved_by_id",
        "comment",
        "carried_from_id",
    ),
}

# An approval of a version, or of a student's own work.
UNMET = """
    SELECT 1 FROM students_deliverable AS judged
    JOIN students_requirement AS asked ON asked.work_id = judged.work_id
    WHERE judged.id = NEW.deliverable_id AND NEW.decision = 'approve' AND asked.required_at >= judged.submitted_at
"""
OUTDATED = """
    SELECT 1 FROM students_deliverable AS judged
    JOIN students_deliverable AS later ON later.work_id = judged.work_id AND later.version > judged.version
    WHERE judged.id = NEW.deliverable_id
"""
OWN = """
    SELECT 1 FROM students_deliverable AS judged
    JOIN students_projectwork AS work ON work.id = judged.work_id
    JOIN students_enrolment AS training ON training.id = work.enrolment_id
    JOIN students_student AS student ON student.id = training.student_id
    WHERE judged.id = NEW.deliverable_id AND student.user_id = NEW.decided_by_id
"""
REFUSALS = {
    "students_review_unmet": UNMET,
    "students_review_outdated": OUTDATED,
    "students_review_own": OWN,
}


def _tampered(table: str, word: str) -> str:
    kept = " OR ".join(f"NEW.{column} {word} OLD.{column}" for column in COLUMNS[table])
    filled = FILLED[table]
    return f"{kept} OR (OLD.{filled} IS NOT NULL AND NEW.{filled} {word} OLD.{filled})"


POSTGRESQL = [
    """
    CREATE FUNCTION students_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION students_refuse()
        """
        for table in FROZEN
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        FOR EACH ROW WHEN ({_tampered(table, "IS DISTINCT FROM")}) EXECUTE FUNCTION students_refuse()
        """
        for table in FILLED
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION students_refuse()
        """
        for table in (*FROZEN, *FILLED)
    ),
    "CREATE FUNCTION students_review_check() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    + " ".join(
        f"""
        IF EXISTS ({query}) THEN
            RAISE EXCEPTION '{name}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
        END IF;
        """
        for name, query in REFUSALS.items()
    )
    + " RETURN NEW; END $$",
    """
    CREATE TRIGGER students_review_check BEFORE INSERT ON students_review
    FOR EACH ROW EXECUTE FUNCTION students_review_check()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER students_review_check ON students_review",
    "DROP FUNCTION students_review_check()",
    *(f"DROP TRIGGER {table}_no_delete ON {table}" for table in (*FROZEN, *FILLED)),
    *(f"DROP TRIGGER {table}_no_update ON {table}" for table in (*FROZEN, *FILLED)),
    "DROP FUNCTION students_refuse()",
]
SQLITE = [
    *(
        f"""
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, 'UPDATE is refused on {table}'); END
        """
        for table in FROZEN
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        WHEN {_tampered(table, "IS NOT")}
        BEGIN SELECT RAISE(ABORT, 'UPDATE is refused on {table}'); END
        """
        for table in FILLED
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
        BEGIN SELECT RAISE(ABORT, 'DELETE is refused on {table}'); END
        """
        for table in (*FROZEN, *FILLED)
    ),
    "CREATE TRIGGER students_review_check BEFORE INSERT ON students_review BEGIN "
    + " ".join(f"SELECT RAISE(ABORT, '{name}') WHERE EXISTS ({query});" for name, query in REFUSALS.items())
    + " END",
]
SQLITE_BACK = [
    "DROP TRIGGER students_review_check",
    *(f"DROP TRIGGER {table}_no_delete" for table in (*FROZEN, *FILLED)),
    *(f"DROP TRIGGER {table}_no_update" for table in (*FROZEN, *FILLED)),
]


class Migration(migrations.Migration):
    dependencies = [("students", "0007_deliverables")]

    operations = [
        VendorSQL(
            postgresql=POSTGRESQL,
            sqlite=SQLITE,
            reverse_postgresql=POSTGRESQL_BACK,
            reverse_sqlite=SQLITE_BACK,
        )
    ]
