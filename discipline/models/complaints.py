"""The written complaint (B1), the facts and documents under it, and what the student replied."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record.models import Document

from .cases import Case


class Complaint(models.Model):
    """What is held against the student, in writing: facts and clauses. No penalty of any kind comes before it (B1).

    A draft until ``issued_at``; from then on it and the evidence under it are frozen. ``sent_at`` is when the message
    really went out, copied from it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="complaints")
    facts = models.TextField(_("complaint"))
    clauses = models.JSONField(_("clauses"), default=list)
    drafted_at = models.DateTimeField(_("drafted"))
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Record's message that carries it: the proof.
    message_occasion = models.CharField(max_length=200, null=True, blank=True, unique=True)
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # SHA-256 over the complaint, its facts and its documents' digests, in canonical form.
    evidence_digest = models.CharField(_("digest of the evidence"), max_length=64, blank=True)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ("drafted_at", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(facts=""), name="discipline_complaint_facts"),
            models.CheckConstraint(
                condition=Q(
                    issued_at__isnull=True,
                    issued_by__isnull=True,
                    message_occasion__isnull=True,
                    evidence_digest="",
                    sent_at__isnull=True,
                )
                | (
                    Q(issued_at__isnull=False, issued_by__isnull=False, message_occasion__isnull=False)
                    & ~Q(evidence_digest="")
                    & ~Q(clauses=[])
                ),
                name="discipline_complaint_issued",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(sent_at__gte=F("issued_at")),
                name="discipline_complaint_sent",
            ),
            # One draft a case.
            models.UniqueConstraint(
                fields=["case"], condition=Q(issued_at__isnull=True), name="discipline_one_draft"
            ),
        )
        indexes: ClassVar = [
            # sweeps: complaints whose message may have gone out.
            models.Index("issued_at", condition=Q(sent_at__isnull=True), name="discipline_unsent_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.drafted_at:%Y-%m-%d}"


class CaseFact(models.Model):
    """One fact of a case. Frozen with the complaint that names it, or once the student was told of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="case_facts")
    text = models.TextField(_("fact"))
    clause = models.CharField(_("clause"), max_length=16)
    about = models.CharField(_("about"), max_length=100, blank=True)
    happened_at = models.DateTimeField(_("happened"), null=True, blank=True)
    # Nobody: the platform.
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added"))
    complaint = models.ForeignKey(
        Complaint, null=True, blank=True, on_delete=models.PROTECT, related_name="frozen_facts"
    )
    # Added after the complaint: when the student's message about it was written.
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    class Meta:
        verbose_name = _("fact of a case")
        verbose_name_plural = _("facts of cases")
        ordering = ("added_at", "pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="discipline_fact_text"),)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.clause}"


class Reply(models.Model):
    """What the student answered to the complaint, in the portal: also while access to the training is closed."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField(_("reply"))
    received_at = models.DateTimeField(_("received"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("reply to a complaint")
        verbose_name_plural = _("replies to complaints")
        ordering = ("received_at", "pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="discipline_reply_text"),)

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.received_at:%Y-%m-%d}"


class CaseDocument(models.Model):
    """A document in a case: the school's evidence, or what came with the student's reply.

    ``restricted``: a proof of health or of a disability; the student, the chair and the Learning Manager alone
    read it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="case_documents")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="case_document")
    title = models.CharField(_("title"), max_length=200)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added"))
    complaint = models.ForeignKey(
        Complaint, null=True, blank=True, on_delete=models.PROTECT, related_name="frozen_documents"
    )
    reply = models.ForeignKey(
        Reply, null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    visible_to_student = models.BooleanField(_("the student reads it"), default=True)
    restricted = models.BooleanField(_("not for the representative or the companion"), default=False)

    class Meta:
        verbose_name = _("document of a case")
        verbose_name_plural = _("documents of cases")
        ordering = ("added_at", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="discipline_document_title"),
            # What a penalty may rest on, the student can read (B1): hidden evidence is never under a complaint.
            models.CheckConstraint(
                condition=Q(visible_to_student=True) | Q(complaint__isnull=True, reply__isnull=True),
                name="discipline_document_shown",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}: {self.title}"
