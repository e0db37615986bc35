"""What the database itself refuses: changing or removing what is recorded, and breaking a chain.

PostgreSQL raises ``restrict_violation`` and SQLite ABORT: an IntegrityError on both.
"""

from django.db import migrations

from record.migrations_ops import VendorSQL

# No column of these may ever change. Of a message, what it is about may not; nor what was sent, once it was.
FROZEN = ("record_entry", "record_checkpoint")
KEPT = (*FROZEN, "record_chain", "record_message")
MESSAGE_ALWAYS = ("recipient_id", "channel", "kind", "occasion", "context", "due_at", "created_at")
MESSAGE_SENT = ("state", "to_address", "subject", "body_text", "body_html", "provider_id", "sent_at")


def _differs(columns: tuple[str, ...], word: str) -> str:
    return " OR ".join(f"NEW.{column} {word} OLD.{column}" for column in columns)


def _message_tampered(word: str) -> str:
    return f"{_differs(MESSAGE_ALWAYS, word)} OR (OLD.state = 'sent' AND ({_differs(MESSAGE_SENT, word)}))"


def _chain_tampered(word: str) -> str:
    return (
        f"{_differs(('subject_id',), word)} OR NEW.head_seq < OLD.head_seq"
        " OR NEW.checkpointed_seq < OLD.checkpointed_seq"
    )


POSTGRESQL = [
    """
    CREATE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the record refuses % on %', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE FUNCTION record_entry_linked() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- Set-based: once a statement, over all the rows that it inserted.
        -- A look-up for each by the index, whatever the planner thinks of the table's size.
        IF EXISTS (
            SELECT FROM added WHERE prev_hash IS DISTINCT FROM
                CASE WHEN seq = 1 THEN repeat('0', 64) ELSE (
                    SELECT hash FROM record_entry AS before
                    WHERE before.chain_id = added.chain_id AND before.seq = added.seq - 1
                ) END
        ) THEN
            RAISE EXCEPTION 'an entry does not follow the one before it'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER record_entry_linked AFTER INSERT ON record_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION record_entry_linked()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION record_refuse()
        """
        for table in FROZEN
    ),
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
    f"""
    CREATE TRIGGER record_message_as_sent BEFORE UPDATE ON record_message
    FOR EACH ROW WHEN ({_message_tampered("IS DISTINCT FROM")}) EXECUTE FUNCTION record_refuse()
    """,
    f"""
    CREATE TRIGGER record_chain_forward BEFORE UPDATE ON record_chain
    FOR EACH ROW WHEN ({_chain_tampered("IS DISTINCT FROM")}) EXECUTE FUNCTION record_refuse()
    """,
]
POSTGRESQL_BACK = [
    *(f"DROP TRIGGER {table}_no_update ON {table}" for table in FROZEN),
    *(f"DROP TRIGGER {table}_no_delete ON {table}" for table in KEPT),
    *(f"DROP TRIGGER {table}_no_truncate ON {table}" for table in KEPT),
    "DROP TRIGGER record_message_as_sent ON record_message",
    "DROP TRIGGER record_chain_forward ON record_chain",
    "DROP TRIGGER record_entry_linked ON record_entry",
    "DROP FUNCTION record_entry_linked()",
    "DROP FUNCTION record_refuse()",
]
SQLITE = [
    # REPLACE takes a row away without firing the triggers of DELETE.
    """
    CREATE TRIGGER record_entry_no_replace BEFORE INSERT ON record_entry
    WHEN EXISTS (SELECT 1 FROM record_entry
        WHERE id = NEW.id OR (chain_id = NEW.chain_id AND seq = NEW.seq))
    BEGIN SELECT RAISE(ABORT, 'the record refuses REPLACE on record_entry'); END
    """,
    """
    CREATE TRIGGER record_checkpoint_no_replace BEFORE INSERT ON record_checkpoint
    WHEN EXISTS (SELECT 1 FROM record_checkpoint WHERE id = NEW.id OR seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'the record refuses REPLACE on record_checkpoint'); END
    """,
    """
    CREATE TRIGGER record_entry_linked BEFORE INSERT ON record_entry
    WHEN NEW.prev_hash IS NOT CASE WHEN NEW.seq = 1
        THEN '0000000000000000000000000000000000000000000000000000000000000000'
        ELSE (SELECT hash FROM record_entry WHERE chain_id = NEW.chain_id AND seq = NEW.seq - 1) END
    BEGIN SELECT RAISE(ABORT, 'an entry does not follow the one before it'); END
    """,
    *(
        f"""
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, 'the record refuses UPDATE on {table}'); END
        """
        for table in FROZEN
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
        BEGIN SELECT RAISE(ABORT, 'the record refuses DELETE on {table}'); END
        """
        for table in KEPT
    ),
    f"""
    CREATE TRIGGER record_message_as_sent BEFORE UPDATE ON record_message
    WHEN {_message_tampered("IS NOT")}
    BEGIN SELECT RAISE(ABORT, 'the record refuses UPDATE on record_message'); END
    """,
    f"""
    CREATE TRIGGER record_chain_forward BEFORE UPDATE ON record_chain
    WHEN {_chain_tampered("IS NOT")}
    BEGIN SELECT RAISE(ABORT, 'the record refuses UPDATE on record_chain'); END
    """,
]
SQLITE_BACK = [
    *(f"DROP TRIGGER {table}_no_replace" for table in FROZEN),
    *(f"DROP TRIGGER {table}_no_update" for table in FROZEN),
    *(f"DROP TRIGGER {table}_no_delete" for table in KEPT),
    "DROP TRIGGER record_message_as_sent",
    "DROP TRIGGER record_chain_forward",
    "DROP TRIGGER record_entry_linked",
]


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]

    operations = [
        VendorSQL(
            postgresql=POSTGRESQL,
            sqlite=SQLITE,
            reverse_postgresql=POSTGRESQL_BACK,
            reverse_sqlite=SQLITE_BACK,
        )
    ]
