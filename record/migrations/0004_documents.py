import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.migrations_ops import in_one_go


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0003_chain_fillfactor"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="public id"
                    ),
                ),
                ("purpose", models.CharField(max_length=48, verbose_name="purpose")),
                ("about", models.CharField(blank=True, max_length=100, verbose_name="about")),
                ("file_name", models.CharField(max_length=150, verbose_name="file name")),
                ("content_type", models.CharField(max_length=100, verbose_name="type")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("stored_at", models.DateTimeField(verbose_name="stored at")),
                (
                    "stored_name",
                    models.CharField(blank=True, max_length=200, verbose_name="name in the store"),
                ),
                (
                    "scan_state",
                    models.CharField(
                        choices=[("unscanned", "not scanned"), ("clean", "nothing found")],
                        default="unscanned",
                        max_length=12,
                        verbose_name="virus scan",
                    ),
                ),
                (
                    "delete_after",
                    models.DateTimeField(blank=True, null=True, verbose_name="to be deleted after"),
                ),
                ("deleted_at", models.DateTimeField(blank=True, null=True, verbose_name="deleted at")),
                (
                    "deleted_why",
                    models.CharField(blank=True, max_length=200, verbose_name="why it was deleted"),
                ),
                (
                    "deleted_clause",
                    models.CharField(blank=True, max_length=32, verbose_name="clause of the deletion"),
                ),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="file removed at")),
                (
                    "deleted_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deleted by",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="Empty: nobody's in particular.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="whose data it is",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="Empty: the platform.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("removed_at__isnull", True), models.Q(("stored_name", ""), _negated=True)
                            ),
                            models.Q(
                                ("deleted_at__isnull", False),
                                ("removed_at__isnull", False),
                                ("stored_name", ""),
                            ),
                            _connector="OR",
                        ),
                        name="record_document_promise",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("deleted_at__isnull", True), ("deleted_clause", ""), ("deleted_why", "")
                            ),
                            models.Q(
                                ("deleted_at__isnull", False), models.Q(("deleted_why", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="record_document_stub",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stored_name", ""), _negated=True),
                        fields=("stored_name",),
                        name="record_document_file",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["subject", "-id"], name="record_document_of"),
                    models.Index(fields=["uploaded_by", "-id"], name="record_document_by"),
                    models.Index(
                        condition=models.Q(("about", ""), _negated=True),
                        fields=["about"],
                        name="record_document_about",
                    ),
                    models.Index(
                        condition=models.Q(("delete_after__isnull", False), ("deleted_at__isnull", True)),
                        fields=["delete_after"],
                        name="record_document_expired",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", False), ("removed_at__isnull", True)),
                        fields=["deleted_at"],
                        name="record_document_to_remove",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StagedUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="public id"
                    ),
                ),
                ("purpose", models.CharField(max_length=48, verbose_name="purpose")),
                ("file_name", models.CharField(max_length=150, verbose_name="file name")),
                ("length", models.PositiveBigIntegerField(verbose_name="length in bytes")),
                ("offset", models.PositiveBigIntegerField(default=0, verbose_name="received so far")),
                ("created_at", models.DateTimeField(verbose_name="begun at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="arrived at")),
                (
                    "stored_name",
                    models.CharField(blank=True, max_length=200, verbose_name="name in the store"),
                ),
                ("content_type", models.CharField(blank=True, max_length=100, verbose_name="type")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
                (
                    "scan_state",
                    models.CharField(
                        choices=[("unscanned", "not scanned"), ("clean", "nothing found")],
                        default="unscanned",
                        max_length=12,
                        verbose_name="virus scan",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staged_uploads",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "upload",
                "verbose_name_plural": "uploads",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("offset__lte", models.F("length"))), name="record_upload_offset"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("stored_name", "")),
                            models.Q(
                                ("finished_at__isnull", False),
                                ("offset", models.F("length")),
                                models.Q(("stored_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="record_upload_finished",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["expires_at"], name="record_upload_expired"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Viewing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("began_at", models.DateTimeField(verbose_name="from")),
                (
                    "last_at",
                    models.DateTimeField(
                        help_text="When the last piece of it was asked for: a video comes in many.",
                        verbose_name="until",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="viewings",
                        to="record.document",
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="seen by",
                    ),
                ),
            ],
            options={
                "verbose_name": "viewing",
                "verbose_name_plural": "viewings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_at__gte", models.F("began_at"))),
                        name="record_viewing_order",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["document", "viewer", "-last_at"], name="record_viewing_of"),
                ],
            },
        ),
    ]
    operations = in_one_go(operations)
