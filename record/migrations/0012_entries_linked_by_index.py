"""The check of an entry's link looks by the index, also where it was planned while there were no entries."""

from django.db import migrations

from record.migrations_ops import VendorSQL


class Migration(migrations.Migration):
    dependencies = [("record", "0011_letter_guards")]

    operations = [
        VendorSQL(
            postgresql="ALTER FUNCTION record_entry_linked() SET enable_seqscan = off",
            reverse_postgresql="ALTER FUNCTION record_entry_linked() RESET enable_seqscan",
        )
    ]
