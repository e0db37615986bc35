"""Recordings of sessions, the student's word on being filmed, and what may not be deleted yet (2.5, 2.6)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record.models import Document
from students.models import Enrolment, Student

from .sessions import Session


class FilmingConsent(models.Model):
    """What a student said about being filmed in mentoring sessions (2.5). The latest word stands; none is no."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="filming_consents")
    agreed = models.BooleanField(_("agreed"))
    said_at = models.DateTimeField(_("said at"))
    policy_id = models.CharField(_("policy version"), max_length=32)

    class Meta:
        verbose_name = _("word on being filmed")
        verbose_name_plural = _("words on being filmed")
        ordering = ("-said_at", "-pk")

    def __str__(self) -> str:
        return f"{self.student_id}: {self.agreed}"


class Recording(models.Model):
    """The recording of a mentoring session: internal quality only, and gone on its day, whatever else happens (V1).

    That of a defence is the defence's own (``Defence.recording``).
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="recordings")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="recording")
    kept_until = models.DateTimeField(_("kept until"))  # fixed by the policy in force at the session
    policy_id = models.CharField(_("policy version"), max_length=32)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recording of a session")
        verbose_name_plural = _("recordings of sessions")
        indexes = (
            # Serves the sweep: only what is still kept is in it.
            models.Index(
                fields=["kept_until"], condition=Q(deleted_at__isnull=True), name="mentoring_recording_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.session_id}: {self.document_id}"


class HoldReason(models.TextChoices):
    CASE = "case", _("an open case")
    JURY = "jury", _("the jury's decision")
    LEGAL = "legal", _("legal proceedings")


class Hold(models.Model):
    """Somebody above still needs the recordings of a student's defences: none is deleted while it stands (2.6).

    It never covers recordings of mentoring sessions, which no case and no jury may see (V1): a case that is left open
    keeps nothing of those.
    """

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="holds")
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    reason = models.CharField(_("needed for"), max_length=8, choices=HoldReason)
    about = models.CharField(_("about"), max_length=100)  # "discipline.case:12"
    placed_at = models.DateTimeField(_("from"))
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # A person's hold says why, and ends by itself (abuse 76).
    grounds = models.TextField(_("grounds"), blank=True)
    ends_at = models.DateTimeField(_("ends by itself"), null=True, blank=True)
    released_at = models.DateTimeField(_("until"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("hold on recordings")
        verbose_name_plural = _("holds on recordings")
        constraints = (
            # One thing holds once: released and placed again it would never end.
            models.UniqueConstraint(fields=["about"], name="mentoring_hold_once"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(released_at__gte=F("placed_at")),
                name="mentoring_hold_order",
            ),
            models.CheckConstraint(condition=~Q(about=""), name="mentoring_hold_about"),
            models.CheckConstraint(
                condition=~Q(reason="legal")
                | (
                    ~Q(grounds="")
                    & Q(placed_by__isnull=False, ends_at__isnull=False, ends_at__gt=F("placed_at"))
                ),
                name="mentoring_hold_legal",
            ),
        )
        indexes = (
            # Serves "does anything hold this student's recordings?".
            models.Index(
                fields=["student"], condition=Q(released_at__isnull=True), name="mentoring_hold_standing"
            ),
        )

    def __str__(self) -> str:
        return f"{self.student_id}: {self.about}"
