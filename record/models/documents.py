"""Private files: what is kept of whom and why, uploads under way, and who looked at what."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ScanState(models.TextChoices):
    """What a virus scanner said. A file that it objects to is refused and has no row."""

    UNSCANNED = "unscanned", _("not scanned")
    CLEAN = "clean", _("nothing found")


class Document(models.Model):
    """One private file, written once and never changed.

    The row says where its file lies; a file without a row is nobody's and is swept. Deleting takes the
    promise back first (``deleted_at``), then the file (``removed_at``); the row stays as a stub that says
    what was there, when it went and why.
    """

    key = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=48)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
        db_index=False,
        verbose_name=_("whose data it is"),
        help_text=_("Empty: nobody's in particular."),
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("uploaded by"),
        help_text=_("Empty: the platform."),
    )
    about = models.CharField(_("about"), max_length=100, blank=True)
    file_name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored_at = models.DateTimeField(_("stored at"))
    stored_name = models.CharField(_("name in the store"), max_length=200, blank=True)
    scan_state = models.CharField(
        _("virus scan"), max_length=12, choices=ScanState, default=ScanState.UNSCANNED
    )
    delete_after = models.DateTimeField(_("to be deleted after"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("deleted by"),
    )
    deleted_why = models.CharField(_("why it was deleted"), max_length=200, blank=True)
    deleted_clause = models.CharField(_("clause of the deletion"), max_length=32, blank=True)
    removed_at = models.DateTimeField(_("file removed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = (
            # A row that promises a file names it; one whose file is gone has said before that it goes, and why.
            models.CheckConstraint(
                condition=(Q(removed_at__isnull=True) & ~Q(stored_name=""))
                | Q(removed_at__isnull=False, deleted_at__isnull=False, stored_name=""),
                name="record_document_promise",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True, deleted_why="", deleted_clause="")
                | (Q(deleted_at__isnull=False) & ~Q(deleted_why="")),
                name="record_document_stub",
            ),
            # Two rows never share a file: deleting one would break the other's promise.
            models.UniqueConstraint(
                fields=["stored_name"], condition=~Q(stored_name=""), name="record_document_file"
            ),
        )
        indexes = (
            # Serve a person's documents, and PROTECT when a person is deleted.
            models.Index(fields=["subject", "-id"], name="record_document_of"),
            models.Index(fields=["uploaded_by", "-id"], name="record_document_by"),
            # Serves what belongs to one thing ("students.leaverequest:12").
            models.Index(fields=["about"], condition=~Q(about=""), name="record_document_about"),
            # Serves the sweep of what may no longer be kept.
            models.Index(
                fields=["delete_after"],
                condition=Q(deleted_at__isnull=True, delete_after__isnull=False),
                name="record_document_expired",
            ),
            # Serves the sweep that removes files whose row was deleted.
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False, removed_at__isnull=True),
                name="record_document_to_remove",
            ),
        )

    def __str__(self) -> str:
        # Not its name, which can tell what only its readers may know: lists and titles show this.
        return f"{self.purpose} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.key])

    @property
    def is_kept(self) -> bool:
        """Whether the file is still promised."""
        return self.deleted_at is None

    @property
    def is_video(self) -> bool:
        return self.content_type.startswith("video/")


class StagedUpload(models.Model):
    """A file on its way in pieces (tus), or arrived and not yet taken by a form. Its owner's alone."""

    key = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staged_uploads"
    )
    purpose = models.CharField(_("purpose"), max_length=48)
    file_name = models.CharField(_("file name"), max_length=150)
    length = models.PositiveBigIntegerField(_("length in bytes"))
    offset = models.PositiveBigIntegerField(_("received so far"), default=0)
    created_at = models.DateTimeField(_("begun at"))
    expires_at = models.DateTimeField(_("expires at"))
    finished_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    # What was found out about the whole file, and where it lies then.
    stored_name = models.CharField(_("name in the store"), max_length=200, blank=True)
    content_type = models.CharField(_("type"), max_length=100, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    scan_state = models.CharField(
        _("virus scan"), max_length=12, choices=ScanState, default=ScanState.UNSCANNED
    )

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = (
            models.CheckConstraint(condition=Q(offset__lte=F("length")), name="record_upload_offset"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, stored_name="")
                | (Q(finished_at__isnull=False, offset=F("length")) & ~Q(stored_name="")),
                name="record_upload_finished",
            ),
        )
        indexes = (
            # Serves the sweep of uploads that nobody finished.
            models.Index(fields=["expires_at"], name="record_upload_expired"),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"


class Viewing(models.Model):
    """Somebody opened a document whose purpose asks that this is told (V3)."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="viewings", db_index=False)
    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("seen by")
    )
    began_at = models.DateTimeField(_("from"))
    last_at = models.DateTimeField(
        _("until"), help_text=_("When the last piece of it was asked for: a video comes in many.")
    )

    class Meta:
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        constraints = (
            models.CheckConstraint(condition=Q(last_at__gte=F("began_at")), name="record_viewing_order"),
        )
        indexes = (
            # Serves a document's viewings, and "is this one still going on?".
            models.Index(fields=["document", "viewer", "-last_at"], name="record_viewing_of"),
        )

    def __str__(self) -> str:
        return f"{self.viewer_id}: {self.document_id}"


class StoreInspection(models.Model):
    """When the store was last looked through for files without a row: one line for the whole store."""

    inspected_at = models.DateTimeField(_("inspected at"), db_index=True)
    removed = models.PositiveBigIntegerField(_("files without a row removed so far"), default=0)

    class Meta:
        verbose_name = _("inspection of the store")
        verbose_name_plural = _("inspections of the store")
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="record_inspection_once"),)

    def __str__(self) -> str:
        return f"{self.inspected_at:%Y-%m-%d %H:%M}"
