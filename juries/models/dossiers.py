"""The candidate's record, frozen when the portfolio goes to the jury (J2), and what came later.

Dossiers, addenda and their parts are written once: triggers in the migrations refuse to change or remove them.
``juries.sealing`` says what each digest covers.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record.models import Document

from .candidacies import Candidacy


class PartKind(models.TextChoices):
    """What a part of the record is; the order here is the order of the record."""

    PROFILE = "profile", _("profile")
    ATTENDANCE = "attendance", _("attendance")
    REPORT = "report", _("monitoring report")
    PROJECT = "project", _("project")
    DELIVERABLE = "deliverable", _("deliverable")
    DEFENCE = "defence", _("defence")
    PENALTY = "penalty", _("penalty")
    DECISION = "decision", _("decision of the jury")


class Dossier(models.Model):
    """The frozen record of one candidate; ``manifest`` names the digest of every part, ``digest`` is its own."""

    candidacy = models.OneToOneField(Candidacy, on_delete=models.PROTECT, related_name="dossier")
    frozen_at = models.DateTimeField(_("frozen"))
    manifest = models.TextField(_("manifest"))  # canonical JSON
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)
    signer = models.CharField(_("key"), max_length=16)
    signature = models.CharField(_("signature"), max_length=128)

    class Meta:
        verbose_name = _("candidate's record")
        verbose_name_plural = _("candidates' records")
        ordering = ("-frozen_at", "-pk")

    def __str__(self) -> str:
        return f"{self.candidacy_id}: {self.digest[:12]}"


class Addendum(models.Model):
    """Later facts, bound to what was there before: its manifest names the digest of the one before it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="addenda")
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    made_at = models.DateTimeField(_("made"))
    manifest = models.TextField(_("manifest"))  # canonical JSON
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)
    signer = models.CharField(_("key"), max_length=16)
    signature = models.CharField(_("signature"), max_length=128)

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ("dossier", "number")
        constraints = (
            models.UniqueConstraint(fields=["dossier", "number"], name="juries_addendum_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="juries_addendum_first"),
        )

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.number}: {self.digest[:12]}"


class DossierPart(models.Model):
    """One thing in the record, as it was: its content as canonical JSON, and the file that belongs to it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="parts")
    addendum = models.ForeignKey(
        Addendum, null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    # Through the dossier and its addenda, from 1.
    position = models.PositiveIntegerField(_("position"), validators=[MinValueValidator(1)])
    kind = models.CharField(_("kind"), max_length=16, choices=PartKind)
    title = models.CharField(_("title"), max_length=300)
    # What it was taken from ("mentoring.monitoringreport:12").
    source = models.CharField(_("source"), max_length=100)
    content = models.TextField(_("content"))  # canonical JSON
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="dossier_parts"
    )
    # The file's digest stays when the file itself is deleted one day (V2).
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    file_size = models.PositiveBigIntegerField(_("bytes"), null=True, blank=True)
    file_sha256 = models.CharField(_("file's SHA-256"), max_length=64, blank=True)
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)

    class Meta:
        verbose_name = _("part of a record")
        verbose_name_plural = _("parts of records")
        ordering = ("dossier", "position")
        constraints = (
            models.UniqueConstraint(fields=["dossier", "position"], name="juries_part_position"),
            # A fact stands in the record once.
            models.UniqueConstraint(
                fields=["dossier", "source", "file_sha256"],
                condition=~Q(kind__in=["profile", "attendance"]),
                name="juries_part_once",
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="juries_part_first"),
            models.CheckConstraint(
                condition=Q(document__isnull=True, file_sha256="", file_size__isnull=True)
                | (~Q(file_sha256="") & Q(file_size__isnull=False)),
                name="juries_part_file",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dossier_id}#{self.position}: {self.title}"


class ExportKind(models.TextChoices):
    PDF = "pdf", _("PDF")
    ARCHIVE = "archive", _("archive with the files")


class ExportState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    WORKING = "working", _("being made")
    DONE = "done", _("ready")
    FAILED = "failed", _("failed")


class DossierExport(models.Model):
    """A file made of a record in the background, for the one who asked; a sweep makes it, and makes it again where
    the worker died."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="exports")
    # Of the record with its addenda: another addendum makes another file.
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)
    kind = models.CharField(_("kind"), max_length=8, choices=ExportKind)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=8, choices=ExportState, default=ExportState.QUEUED)
    # When it is (next) tried; while it is being made, when the claim on it lapses.
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    done_parts = models.PositiveIntegerField(_("parts done"), default=0)
    all_parts = models.PositiveIntegerField(_("parts in all"), default=0)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("file of a record")
        verbose_name_plural = _("files of records")
        ordering = ("-asked_at", "-pk")
        constraints = (
            # Asked twice is made once.
            models.UniqueConstraint(
                fields=["dossier", "digest", "kind", "asked_by"], name="juries_export_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(document__isnull=False, finished_at__isnull=False),
                name="juries_export_done",
            ),
        )
        indexes: ClassVar = [
            # sweeps.exports: what waits to be made, and claims that lapsed.
            models.Index(
                "next_attempt_at",
                condition=Q(next_attempt_at__isnull=False),
                name="juries_export_due_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.kind}"
