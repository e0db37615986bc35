"""The chain of an entry is checked once a statement, together with the link, and no longer once a row."""

import django.db.models.deletion
from django.db import migrations, models

from record.migrations_ops import VendorSQL


def _linked(also: str = "") -> str:
    return f"""
    CREATE OR REPLACE FUNCTION record_entry_linked() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- Set-based: once a statement, over all the rows that it inserted.
        -- A look-up for each by the index, whatever the planner thinks of the table's size.
        IF EXISTS (
            SELECT FROM added WHERE prev_hash IS DISTINCT FROM
                CASE WHEN seq = 1 THEN repeat('0', 64) ELSE (
                    SELECT hash FROM record_entry AS before
                    WHERE before.chain_id = added.chain_id AND before.seq = added.seq - 1
                ) END
        ) {also} THEN
            RAISE EXCEPTION 'an entry does not follow the one before it'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$
    """


class Migration(migrations.Migration):
    dependencies = [("record", "0005_inspections")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # On SQLite the key stays: a rebuilt table would lose its triggers, and it costs nothing there.
                VendorSQL(
                    postgresql=[
                        _linked(
                            "OR EXISTS (SELECT FROM added WHERE NOT EXISTS ("
                            "SELECT FROM record_chain WHERE record_chain.id = added.chain_id))"
                        ),
                        "ALTER TABLE record_entry DROP CONSTRAINT record_entry_chain_id_1f0561cf_fk_record_chain_id",
                    ],
                    reverse_postgresql=[
                        "ALTER TABLE record_entry ADD CONSTRAINT record_entry_chain_id_1f0561cf_fk_record_chain_id"
                        " FOREIGN KEY (chain_id) REFERENCES record_chain DEFERRABLE INITIALLY DEFERRED",
                        _linked(),
                    ],
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="entry",
                    name="chain",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="record.chain",
                    ),
                )
            ],
        )
    ]
