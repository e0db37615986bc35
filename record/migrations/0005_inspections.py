from datetime import UTC, datetime

from django.db import migrations, models


def begin(apps, schema_editor):
    """The one line; the first inspection is due at once."""
    inspection = apps.get_model("record", "StoreInspection")
    inspection.objects.get_or_create(pk=1, defaults={"inspected_at": datetime(2000, 1, 1, tzinfo=UTC)})


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0004_documents"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoreInspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("inspected_at", models.DateTimeField(db_index=True, verbose_name="inspected at")),
                (
                    "removed",
                    models.PositiveBigIntegerField(
                        default=0, verbose_name="files without a row removed so far"
                    ),
                ),
            ],
            options={
                "verbose_name": "inspection of the store",
                "verbose_name_plural": "inspections of the store",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="record_inspection_once")
                ],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
