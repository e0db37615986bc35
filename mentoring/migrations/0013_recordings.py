import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.migrations_ops import in_one_go


class Migration(migrations.Migration):
    dependencies = [
        ("mentoring", "0012_absence_key"),
        ("record", "0006_chain_key"),
        ("students", "0008_written_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FilmingConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agreed", models.BooleanField(verbose_name="agreed")),
                ("said_at", models.DateTimeField(verbose_name="said at")),
                ("policy_id", models.CharField(max_length=32, verbose_name="policy version")),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filming_consents",
                        to="students.student",
                    ),
                ),
            ],
            options={
                "verbose_name": "word on being filmed",
                "verbose_name_plural": "words on being filmed",
                "ordering": ("-said_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[("case", "an open case"), ("jury", "the jury's decision")],
                        max_length=8,
                        verbose_name="needed for",
                    ),
                ),
                ("about", models.CharField(max_length=100, verbose_name="about")),
                ("placed_at", models.DateTimeField(verbose_name="from")),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "enrolment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="students.enrolment",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="students.student",
                    ),
                ),
            ],
            options={
                "verbose_name": "hold on recordings",
                "verbose_name_plural": "holds on recordings",
                "indexes": [
                    models.Index(
                        condition=models.Q(("released_at__isnull", True)),
                        fields=["student"],
                        name="mentoring_hold_standing",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("about",), name="mentoring_hold_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_at__isnull", True),
                            ("released_at__gte", models.F("placed_at")),
                            _connector="OR",
                        ),
                        name="mentoring_hold_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("about", ""), _negated=True), name="mentoring_hold_about"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kept_until", models.DateTimeField(verbose_name="kept until")),
                ("policy_id", models.CharField(max_length=32, verbose_name="policy version")),
                ("deleted_at", models.DateTimeField(blank=True, null=True, verbose_name="deleted at")),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recording",
                        to="record.document",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="students.enrolment"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recordings",
                        to="mentoring.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "recording of a session",
                "verbose_name_plural": "recordings of sessions",
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["kept_until"],
                        name="mentoring_recording_due",
                    )
                ],
            },
        ),
    ]
    operations = in_one_go(operations)
