"""Who is in training, on what, from when to when, and on which terms."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

DEFAULT_ZONE = "Europe/Paris"


class Path(models.Model):
    """A training programme: an ordered set of projects, each with its skills."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=200)
    learning_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Learning Manager"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="managed_paths",
    )
    active = models.BooleanField(_("open to new enrolments"), default=True)

    class Meta:
        verbose_name = _("Path")
        verbose_name_plural = _("Paths")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class Student(models.Model):
    """A person in training; the account is in ``accounts``, the training in ``Enrolment``."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="student")
    reference = models.CharField(_("school reference"), max_length=64, unique=True, null=True, blank=True)

    class Meta:
        verbose_name = _("student")
        verbose_name_plural = _("students")

    def __str__(self) -> str:
        return str(self.user)


class EnrolmentState(models.TextChoices):
    ACTIVE = "active", _("in training")
    ENDED = "ended", _("ended")


class Enrolment(models.Model):
    """One student on one Path. Dates are inclusive, in the enrolment's own time zone."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="enrolments")
    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="enrolments")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    ended_on = models.DateField(_("ended early on"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default=DEFAULT_ZONE)
    state = models.CharField(_("state"), max_length=16, choices=EnrolmentState, default=EnrolmentState.ACTIVE)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="students_enrolment_dates",
            ),
            # One training at a time on one Path; an ended one may be followed by another.
            models.UniqueConstraint(
                fields=["student", "path"],
                condition=Q(state="active"),
                name="students_enrolment_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.student} · {self.path}"

    @property
    def last_day(self) -> datetime.date:
        return self.ended_on or self.ends_on


class InterruptionKind(models.TextChoices):
    LEAVE = "leave", _("leave")
    SUSPENSION = "suspension", _("suspension")


class Interruption(models.Model):
    """Days out of the training (2.7 leave, 4.2 suspension), both dates inclusive.

    No session is generated or booked inside one (A1).
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="interruptions")
    kind = models.CharField(_("kind"), max_length=16, choices=InterruptionKind)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("interruption")
        verbose_name_plural = _("interruptions")
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="students_interruption_dates",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on} – {self.ends_on}"


class Accommodation(models.Model):
    """What is adapted for a student with a disability (2.4, 2.5).

    Holds the measure only; the proof is seen by Student Success alone. An empty duration
    leaves the policy's own in force.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="accommodations")
    audio = models.BooleanField(_("audio conference allowed"), default=False)
    notice = models.DurationField(_("notice of absence"), null=True, blank=True)
    lateness = models.DurationField(_("lateness allowed"), null=True, blank=True)
    rescheduling = models.DurationField(_("time to reschedule"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until (inclusive)"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("accommodation")
        verbose_name_plural = _("accommodations")
        ordering = ("-valid_from", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="students_accommodation_dates",
            ),
        )

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.valid_from}"


class ExternalKind(models.TextChoices):
    """What a row of another system stands for; organisations, terms, classes and roles are only mirrored."""

    ORG = "org", _("organisation")
    USER = "user", _("person")
    COURSE = "course", _("Path")
    ENROLMENT = "enrolment", _("enrolment")
    ROLE = "role", _("role")
    CLASS = "class", _("class")
    TERM = "term", _("term")


class ExternalId(models.Model):
    """A row of another system (a school's roster), as that system last told it, and what it became here.

    ``told`` is what it said (canonical JSON). A later roster changes here what it changed there, so that
    a correction made here stands until the source itself moves.
    """

    system = models.CharField(_("system"), max_length=64)
    kind = models.CharField(_("kind"), max_length=16, choices=ExternalKind)
    sourced_id = models.CharField(_("id in that system"), max_length=255)
    # The row's primary key here (person: accounts.User), or null where it stands for nothing of its own.
    object_id = models.BigIntegerField(null=True)
    told = models.TextField(_("as it was told"))
    current = models.BooleanField(_("still told"), default=True)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        constraints = (
            # One row of theirs is one thing of ours; also finds a system's rows by kind.
            models.UniqueConstraint(fields=["system", "kind", "sourced_id"], name="students_external_once"),
            # Two people of one system never become one person here.
            models.UniqueConstraint(
                fields=["system", "kind", "object_id"],
                condition=Q(object_id__isnull=False),
                name="students_external_object_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.system} {self.kind} {self.sourced_id}"


class RosterImport(models.Model):
    """An uploaded roster: what it would change, and, once confirmed, that exactly this was applied.

    The file is kept only until it is confirmed or laid aside; its digest stays.
    """

    digest = models.CharField(_("SHA-256"), max_length=64)
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(null=True)
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roster_imports"
    )
    # The dry run: canonical JSON, and its digest, which the confirmation repeats.
    outcome = models.TextField(_("what it changes"))
    outcome_digest = models.CharField(max_length=64)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        ordering = ("-uploaded_at", "-pk")

    def __str__(self) -> str:
        return self.file_name
