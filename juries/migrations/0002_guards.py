"""Frozen records, votes and decisions are written once; the database itself refuses a vote that may not be cast, a
decision before the votes are closed, and a step that ``rulebook.jury.TRANSITIONS`` does not know (J1–J3)."""

from django.db import migrations

from record.migrations_ops import VendorSQL
from rulebook.jury import TRANSITIONS

FROZEN = (
    "juries_dossier",
    "juries_addendum",
    "juries_dossierpart",
    "juries_juryvote",
    "juries_skilltoimprove",
)
# These columns are filled in once, and no other changes.
FILLED = {"juries_jurydecision": "announced_at", "juries_remedialproject": "approved_at"}
COLUMNS = {
    "juries_jurydecision": (
        "candidacy_id",
        "item_id",
        "round",
        "outcome",
        "reasons",
        "decided_at",
        "decided_by_id",
        "votes_award",
        "votes_refuse",
        "dossier_digest",
        "policy_id",
    ),
    "juries_remedialproject": ("decision_id", "work_id"),
}

_ITEM = """
    FROM juries_agendaitem AS item
    JOIN juries_jurymeeting AS meeting ON meeting.id = item.meeting_id
    JOIN juries_candidacy AS candidacy ON candidacy.id = item.candidacy_id
"""
# A vote: by a member of this jury who accepted, was not removed, sits at this meeting and has no conflict; in a
# meeting that is open; before the votes are closed; with every penalty in the record that was before them.
VOTE = {
    "juries_vote_member": f"""
        SELECT 1 {_ITEM}
        WHERE item.id = NEW.item_id AND NOT EXISTS (
            SELECT 1 FROM juries_jurymember AS member
            JOIN juries_panelseat AS seat ON seat.member_id = member.id AND seat.meeting_id = meeting.id
            WHERE member.id = NEW.member_id AND member.jury_id = meeting.jury_id AND member.accepted_at IS NOT NULL
              AND member.removed_at IS NULL AND seat.present)
    """,
    "juries_vote_conflict": """
        SELECT 1 FROM juries_agendaitem AS item
        JOIN juries_conflictofinterest AS conflict ON conflict.candidacy_id = item.candidacy_id
        WHERE item.id = NEW.item_id AND conflict.member_id = NEW.member_id
    """,
    "juries_vote_time": f"""
        SELECT 1 {_ITEM}
        WHERE item.id = NEW.item_id AND (meeting.state <> 'open' OR NEW.cast_at < meeting.starts_at
              OR item.state <> 'planned' OR item.votes_closed_at IS NOT NULL)
    """,
    "juries_vote_record": f"""
        SELECT 1 {_ITEM}
        JOIN students_enrolment AS training ON training.id = candidacy.enrolment_id
        JOIN discipline_penalty AS penalty ON penalty.student_id = training.student_id
        WHERE item.id = NEW.item_id AND NOT EXISTS (
            SELECT 1 FROM juries_dossierpart AS part JOIN juries_dossier AS dossier ON dossier.id = part.dossier_id
            WHERE dossier.candidacy_id = candidacy.id AND part.source = 'discipline.penalty:' || penalty.id)
    """,
}
DECISION = {
    "juries_decision_votes": """
        SELECT 1 FROM juries_agendaitem AS item
        WHERE item.id = NEW.item_id
          AND (item.votes_closed_at IS NULL OR item.candidacy_id <> NEW.candidacy_id
               OR (SELECT count(*) FROM juries_juryvote AS vote
                    WHERE vote.item_id = item.id AND vote.choice = 'award') <> NEW.votes_award
               OR (SELECT count(*) FROM juries_juryvote AS vote
                    WHERE vote.item_id = item.id AND vote.choice = 'refuse') <> NEW.votes_refuse
               OR NEW.votes_award + NEW.votes_refuse = 0)
    """,
    "juries_decision_final": """
        SELECT 1 FROM juries_jurydecision AS earlier
        WHERE earlier.candidacy_id = NEW.candidacy_id AND earlier.outcome = 'award'
    """,
}
CERTIFICATE = {
    "juries_certificate_award": """
        SELECT 1 FROM juries_jurydecision AS decision
        WHERE decision.id = NEW.decision_id AND (decision.outcome <> 'award' OR decision.announced_at IS NULL)
    """,
}
CHECKS = {
    "juries_juryvote": VOTE,
    "juries_jurydecision": DECISION,
    "juries_certificate": CERTIFICATE,
}

_ALLOWED = " OR ".join(
    f"(OLD.state = '{state}' AND NEW.state = '{after}')"
    for state, steps in TRANSITIONS.items()
    for after in sorted(set(steps.values()))
)
FORBIDDEN = f"OLD.state <> NEW.state AND NOT ({_ALLOWED})"


def _tampered(table: str, word: str) -> str:
    kept = " OR ".join(f"NEW.{column} {word} OLD.{column}" for column in COLUMNS[table])
    filled = FILLED[table]
    return f"{kept} OR (OLD.{filled} IS NOT NULL AND NEW.{filled} {word} OLD.{filled})"


def _checking(table: str, checks: dict[str, str]) -> list[str]:
    body = " ".join(
        f"""
        IF EXISTS ({query}) THEN
            RAISE EXCEPTION '{name}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
        END IF;
        """
        for name, query in checks.items()
    )
    return [
        f"CREATE FUNCTION {table}_check() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$",
        f"CREATE TRIGGER {table}_check BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_check()",
    ]


POSTGRESQL = [
    """
    CREATE FUNCTION juries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION juries_refuse()"
        for table in FROZEN
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        FOR EACH ROW WHEN ({_tampered(table, "IS DISTINCT FROM")}) EXECUTE FUNCTION juries_refuse()
        """
        for table in FILLED
    ),
    *(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION juries_refuse()"
        for table in (*FROZEN, *FILLED, "juries_certificate", "juries_candidacy")
    ),
    f"""
    CREATE TRIGGER juries_candidacy_step BEFORE UPDATE OF state ON juries_candidacy
    FOR EACH ROW WHEN ({FORBIDDEN}) EXECUTE FUNCTION juries_refuse()
    """,
    *(statement for table, checks in CHECKS.items() for statement in _checking(table, checks)),
]
POSTGRESQL_BACK = [
    *(
        statement
        for table in CHECKS
        for statement in (f"DROP TRIGGER {table}_check ON {table}", f"DROP FUNCTION {table}_check()")
    ),
    "DROP TRIGGER juries_candidacy_step ON juries_candidacy",
    *(
        f"DROP TRIGGER {table}_no_delete ON {table}"
        for table in (*FROZEN, *FILLED, "juries_certificate", "juries_candidacy")
    ),
    *(f"DROP TRIGGER {table}_no_update ON {table}" for table in (*FROZEN, *FILLED)),
    "DROP FUNCTION juries_refuse()",
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
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {_tampered(table, "IS NOT")}
        BEGIN SELECT RAISE(ABORT, 'UPDATE is refused on {table}'); END
        """
        for table in FILLED
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
        BEGIN SELECT RAISE(ABORT, 'DELETE is refused on {table}'); END
        """
        for table in (*FROZEN, *FILLED, "juries_certificate", "juries_candidacy")
    ),
    f"""
    CREATE TRIGGER juries_candidacy_step BEFORE UPDATE OF state ON juries_candidacy WHEN {FORBIDDEN}
    BEGIN SELECT RAISE(ABORT, 'juries_candidacy_step'); END
    """,
    *(
        f"CREATE TRIGGER {table}_check BEFORE INSERT ON {table} BEGIN "
        + " ".join(f"SELECT RAISE(ABORT, '{name}') WHERE EXISTS ({query});" for name, query in checks.items())
        + " END"
        for table, checks in CHECKS.items()
    ),
]
SQLITE_BACK = [
    *(f"DROP TRIGGER {table}_check" for table in CHECKS),
    "DROP TRIGGER juries_candidacy_step",
    *(
        f"DROP TRIGGER {table}_no_delete"
        for table in (*FROZEN, *FILLED, "juries_certificate", "juries_candidacy")
    ),
    *(f"DROP TRIGGER {table}_no_update" for table in (*FROZEN, *FILLED)),
]


class Migration(migrations.Migration):
    dependencies = [
        ("juries", "0001_juries_and_records"),
        ("discipline", "0002_board_and_due_process"),
    ]

    operations = [
        VendorSQL(
            postgresql=POSTGRESQL,
            sqlite=SQLITE,
            reverse_postgresql=POSTGRESQL_BACK,
            reverse_sqlite=SQLITE_BACK,
        )
    ]
