"""Absences without a key of their own to the enrolment: their session has it."""

import django.db.models.deletion
from django.db import migrations, models

from record.migrations_ops import VendorSQL


class Migration(migrations.Migration):
    dependencies = [("mentoring", "0011_guard_defences")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                VendorSQL(
                    postgresql="ALTER TABLE mentoring_absence"
                    " DROP CONSTRAINT mentoring_absence_enrolment_id_a6811874_fk_students_",
                    reverse_postgresql="ALTER TABLE mentoring_absence"
                    " ADD CONSTRAINT mentoring_absence_enrolment_id_a6811874_fk_students_"
                    " FOREIGN KEY (enrolment_id) REFERENCES students_enrolment DEFERRABLE INITIALLY DEFERRED",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="absence",
                    name="enrolment",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to="students.enrolment",
                    ),
                )
            ],
        )
    ]
