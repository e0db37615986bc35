"""A work that was begun can be closed by a change of Path (2.8): what is finished cannot.

SQLite rebuilds the table, and refuses to while a trigger elsewhere names it: the one on decisions is made again.
"""

from importlib import import_module

from django.db import migrations, models

from record.migrations_ops import VendorSQL

MADE = next(
    each for each in import_module("students.migrations.0008_written_once").SQLITE if "review_check" in each
)
GONE = "DROP TRIGGER students_review_check"


class Migration(migrations.Migration):
    dependencies = [
        ("students", "0008_written_once"),
    ]

    operations = [
        VendorSQL(
            postgresql=["SELECT 1"], sqlite=[GONE], reverse_postgresql=["SELECT 1"], reverse_sqlite=[MADE]
        ),
        migrations.RemoveConstraint(
            model_name="projectwork",
            name="students_work_dropped",
        ),
        migrations.AddConstraint(
            model_name="projectwork",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dropped_at__isnull", True),
                    models.Q(("state", "defended"), _negated=True),
                    _connector="OR",
                ),
                name="students_work_dropped",
            ),
        ),
        VendorSQL(
            postgresql=["SELECT 1"], sqlite=[MADE], reverse_postgresql=["SELECT 1"], reverse_sqlite=[GONE]
        ),
    ]
