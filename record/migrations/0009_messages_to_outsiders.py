"""Messages to an address outside of the school; the guards again, for SQLite rebuilds the table, and with the address,
which is as final as the recipient."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from record.migrations_ops import VendorSQL

BEFORE = ("recipient_id", "channel", "kind", "occasion", "context", "due_at", "created_at")
ALWAYS = (*BEFORE, "address")
SENT = ("state", "to_address", "subject", "body_text", "body_html", "provider_id", "sent_at", "attachments")


def _tampered(always: tuple[str, ...], word: str) -> str:
    def differs(columns: tuple[str, ...]) -> str:
        return " OR ".join(f"NEW.{column} {word} OLD.{column}" for column in columns)

    return f"{differs(always)} OR (OLD.state = 'sent' AND ({differs(SENT)}))"


def _postgresql(always: tuple[str, ...]) -> list[str]:
    return [
        "DROP TRIGGER IF EXISTS record_message_as_sent ON record_message",
        f"""
        CREATE TRIGGER record_message_as_sent BEFORE UPDATE ON record_message
        FOR EACH ROW WHEN ({_tampered(always, "IS DISTINCT FROM")}) EXECUTE FUNCTION record_refuse()
        """,
    ]


def _sqlite(always: tuple[str, ...]) -> list[str]:
    return [
        "DROP TRIGGER IF EXISTS record_message_no_delete",
        """
        CREATE TRIGGER record_message_no_delete BEFORE DELETE ON record_message
        BEGIN SELECT RAISE(ABORT, 'the record refuses DELETE on record_message'); END
        """,
        "DROP TRIGGER IF EXISTS record_message_as_sent",
        f"""
        CREATE TRIGGER record_message_as_sent BEFORE UPDATE ON record_message
        WHEN {_tampered(always, "IS NOT")}
        BEGIN SELECT RAISE(ABORT, 'the record refuses UPDATE on record_message'); END
        """,
    ]


# Back: the column goes after its trigger, and a rebuilt table has none to drop.
GUARDS_BEFORE = VendorSQL(reverse_postgresql=_postgresql(BEFORE), reverse_sqlite=_sqlite(BEFORE))
NO_GUARDS = VendorSQL(
    postgresql=["DROP TRIGGER IF EXISTS record_message_as_sent ON record_message"],
    sqlite=[
        "DROP TRIGGER IF EXISTS record_message_as_sent",
        "DROP TRIGGER IF EXISTS record_message_no_delete",
    ],
    reverse_postgresql=["SELECT 1"],
    reverse_sqlite=["SELECT 1"],
)
GUARDS = VendorSQL(
    postgresql=_postgresql(ALWAYS),
    sqlite=_sqlite(ALWAYS),
    reverse_postgresql=["DROP TRIGGER IF EXISTS record_message_as_sent ON record_message"],
    reverse_sqlite=[
        "DROP TRIGGER IF EXISTS record_message_as_sent",
        "DROP TRIGGER IF EXISTS record_message_no_delete",
    ],
)


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0008_message_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        GUARDS_BEFORE,
        NO_GUARDS,
        migrations.AddField(
            model_name="message",
            name="address",
            field=models.EmailField(
                blank=True,
                default="",
                help_text="Of a recipient without an account, a funder for instance; empty: that of the account.",
                max_length=254,
                verbose_name="address",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="recipient",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recipient",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("address", ""), ("recipient__isnull", False)),
                    models.Q(("recipient__isnull", True), models.Q(("address", ""), _negated=True)),
                    _connector="OR",
                ),
                name="record_message_recipient",
            ),
        ),
        GUARDS,
    ]
