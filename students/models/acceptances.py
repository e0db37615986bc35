"""What students agreed to (2.1, 3.4) and what they checked before they began (2.4)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .enrolments import Student


class TermsDocument(models.TextChoices):
    POLICY = "policy", _("student policy")
    CONDUCT = "conduct", _("code of conduct")


class Acceptance(models.Model):
    """A student's word that they read and accept one version of a document (P6). Never changed, never deleted.

    With the policy goes the licence of the school's content (3.4), which its version names.
    """

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="acceptances", db_index=False)
    document = models.CharField(_("document"), max_length=16, choices=TermsDocument)
    version = models.CharField(_("version"), max_length=32)
    # SHA-256 of the words that stood there.
    digest = models.CharField(_("digest"), max_length=64)
    accepted_at = models.DateTimeField(_("accepted"))

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        ordering = ("-accepted_at", "-pk")
        constraints = (
            # Accepting twice is accepting once; also serves "has this student accepted the version in force?".
            models.UniqueConstraint(
                fields=["student", "document", "version"], name="students_acceptance_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.student_id}: {self.document} {self.version}"


class Finding(models.TextChoices):
    """What a check of one device found."""

    WORKS = "works", _("works")
    FAILS = "fails", _("does not work")
    UNCHECKED = "unchecked", _("not checked")


class EquipmentCheck(models.Model):
    """One check of connection, webcam and microphone (2.4): measured by the student's browser, or stated by them."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="equipment_checks", db_index=False
    )
    done_at = models.DateTimeField(_("done"))
    measured = models.BooleanField(_("measured in the browser"))
    connection = models.CharField(_("connection"), max_length=16, choices=Finding)
    # What came through in a second, as the browser measured it; null where it was stated.
    kilobits = models.PositiveIntegerField(_("kilobits a second"), null=True, blank=True)
    camera = models.CharField(_("webcam"), max_length=16, choices=Finding)
    microphone = models.CharField(_("microphone"), max_length=16, choices=Finding)

    class Meta:
        verbose_name = _("equipment check")
        verbose_name_plural = _("equipment checks")
        ordering = ("-done_at", "-pk")
        indexes: ClassVar = [
            # A student's latest check.
            models.Index(fields=["student", "-done_at"], name="students_equipment_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id}: {self.done_at:%Y-%m-%d}"

    @property
    def complete(self) -> bool:
        return {self.connection, self.camera, self.microphone} == {Finding.WORKS}
