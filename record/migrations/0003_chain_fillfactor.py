"""Room on the pages of the chains: a head that moves then stays on its page and no index is touched."""

from django.db import migrations

from record.migrations_ops import VendorSQL


class Migration(migrations.Migration):
    dependencies = [("record", "0002_append_only")]

    operations = [
        VendorSQL(
            postgresql="ALTER TABLE record_chain SET (fillfactor = 50)",
            reverse_postgresql="ALTER TABLE record_chain RESET (fillfactor)",
        )
    ]
