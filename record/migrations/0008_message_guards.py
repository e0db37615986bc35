"""The guards of messages again: SQLite lost them when 0007 rebuilt the table, and what was sent along is as final as
what was sent."""

from django.db import migrations

from record.migrations_ops import VendorSQL

ALWAYS = ("recipient_id", "channel", "kind", "occasion", "context", "due_at", "created_at")
SENT = ("state", "to_address", "subject", "body_text", "body_html", "provider_id", "sent_at")
ATTACHED = (*SENT, "attachments")


def _tampered(sent: tuple[str, ...], word: str) -> str:
    def differs(columns: tuple[str, ...]) -> str:
        return " OR ".join(f"NEW.{column} {word} OLD.{column}" for column in columns)

    return f"{differs(ALWAYS)} OR (OLD.state = 'sent' AND ({differs(sent)}))"


def _postgresql(sent: tuple[str, ...]) -> list[str]:
    return [
        "DROP TRIGGER IF EXISTS record_message_as_sent ON record_message",
        f"""
        CREATE TRIGGER record_message_as_sent BEFORE UPDATE ON record_message
        FOR EACH ROW WHEN ({_tampered(sent, "IS DISTINCT FROM")}) EXECUTE FUNCTION record_refuse()
        """,
    ]


def _sqlite(sent: tuple[str, ...]) -> list[str]:
    return [
        "DROP TRIGGER IF EXISTS record_message_no_delete",
        """
        CREATE TRIGGER record_message_no_delete BEFORE DELETE ON record_message
        BEGIN SELECT RAISE(ABORT, 'the record refuses DELETE on record_message'); END
        """,
        "DROP TRIGGER IF EXISTS record_message_as_sent",
        f"""
        CREATE TRIGGER record_message_as_sent BEFORE UPDATE ON record_message
        WHEN {_tampered(sent, "IS NOT")}
        BEGIN SELECT RAISE(ABORT, 'the record refuses UPDATE on record_message'); END
        """,
    ]


class Migration(migrations.Migration):
    dependencies = [("record", "0007_message_attachments")]

    operations = [
        VendorSQL(
            postgresql=_postgresql(ATTACHED),
            sqlite=_sqlite(ATTACHED),
            reverse_postgresql=_postgresql(SENT),
            reverse_sqlite=_sqlite(SENT),
        )
    ]
