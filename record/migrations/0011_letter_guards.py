"""What the database itself refuses of letters: another content, another end, a receipt of what was never handed over or
of another letter, and any change to what was told or proved (B6; abuse 54, 55)."""

from django.db import migrations

from record.migrations_ops import VendorSQL

KEPT = ("record_letter", "record_letterevent", "record_letterproof")
FROZEN = ("record_letterevent", "record_letterproof")

ALWAYS = (
    "key", "occasion", "template", "title", "about", "subject_id", "recipient_id", "addressee", "address", "clause",
    "policy_id", "document_id", "prepared_at", "earliest_at", "escalates_at", "latest_at",
)  # fmt: skip
ONCE_HANDED_OVER = ("carrier", "handed_over_at")


def _differs(columns: tuple[str, ...], word: str) -> str:
    return " OR ".join(f"NEW.{column} {word} OLD.{column}" for column in columns)


def _tampered(word: str) -> str:
    return (
        f"{_differs(ALWAYS, word)}"
        f" OR (OLD.handed_over_at IS NOT NULL AND ({_differs(ONCE_HANDED_OVER, word)}))"
        f" OR (OLD.provider_id <> '' AND NEW.provider_id {word} OLD.provider_id)"
        f" OR (OLD.delivered_at IS NOT NULL AND NEW.delivered_at {word} OLD.delivered_at)"
        f" OR (OLD.refused_at IS NOT NULL AND NEW.refused_at {word} OLD.refused_at)"
        f" OR (OLD.state IN ('delivered', 'refused', 'unclaimed', 'cancelled') AND NEW.state <> OLD.state)"
    )


STRAY = """
    NOT EXISTS (
        SELECT 1 FROM record_letter
        WHERE record_letter.id = NEW.letter_id
            AND record_letter.handed_over_at IS NOT NULL
            AND record_letter.state NOT IN ('prepared', 'uncertain', 'cancelled')
            AND NEW.happened_at >= record_letter.prepared_at
            AND (NEW.provider_id = '' OR NEW.provider_id = record_letter.provider_id)
    )
"""

POSTGRESQL = [
    f"""
    CREATE FUNCTION record_letterevent_stray() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {STRAY} THEN
            RAISE EXCEPTION 'the record refuses an event of another letter, or of one that was not handed over'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER record_letterevent_stray BEFORE INSERT ON record_letterevent
    FOR EACH ROW EXECUTE FUNCTION record_letterevent_stray()
    """,
    f"""
    CREATE TRIGGER record_letter_as_prepared BEFORE UPDATE ON record_letter
    FOR EACH ROW WHEN ({_tampered("IS DISTINCT FROM")}) EXECUTE FUNCTION record_refuse()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION record_refuse()
        """
        for table in KEPT
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()
        """
        for table in KEPT
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION record_refuse()
        """
        for table in FROZEN
    ),
]

SQLITE = [
    f"""
    CREATE TRIGGER record_letterevent_stray BEFORE INSERT ON record_letterevent WHEN {STRAY}
    BEGIN SELECT RAISE(ABORT, 'the record refuses an event of another letter, or of one that was not handed over'); END
    """,
    f"""
    CREATE TRIGGER record_letter_as_prepared BEFORE UPDATE ON record_letter WHEN {_tampered("IS NOT")}
    BEGIN SELECT RAISE(ABORT, 'the record refuses UPDATE on record_letter'); END
    """,
    *(
        f"""
        CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
        BEGIN SELECT RAISE(ABORT, 'the record refuses DELETE on {table}'); END
        """
        for table in KEPT
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, 'the record refuses UPDATE on {table}'); END
        """
        for table in FROZEN
    ),
]


def _drop(on: str) -> list[str]:
    names = {
        "record_letterevent_stray": "record_letterevent",
        "record_letter_as_prepared": "record_letter",
        **{f"{table}_no_delete": table for table in KEPT},
        **{f"{table}_no_update": table for table in FROZEN},
    }
    if on == "postgresql":
        names |= {f"{table}_no_truncate": table for table in KEPT}
        return [f"DROP TRIGGER {name} ON {table}" for name, table in names.items()] + [
            "DROP FUNCTION record_letterevent_stray()"
        ]
    return [f"DROP TRIGGER {name}" for name in names]


class Migration(migrations.Migration):
    dependencies = [("record", "0010_letters")]

    operations = [
        VendorSQL(
            postgresql=POSTGRESQL,
            sqlite=SQLITE,
            reverse_postgresql=_drop("postgresql"),
            reverse_sqlite=_drop("sqlite"),
        )
    ]
