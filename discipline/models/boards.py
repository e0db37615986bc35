"""The Board of a case (B2): who sits on it, who accompanies the student, and who may represent the students."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from students.models import Path

from .cases import Case


class BoardRole(models.TextChoices):
    CHAIR = "chair", _("chair (Head of Learning)")
    LEARNING_MANAGER = "learning_manager", _("Learning Manager")
    REPRESENTATIVE = "representative", _("student representative (advisory)")


VOTING_ROLES = (BoardRole.CHAIR, BoardRole.LEARNING_MANAGER)
"""The student representative is heard and has no vote (B2)."""


class BoardMember(models.Model):
    """One person on the Board of one case, until they are recused or leave it.

    Nobody sits on their own case or on one that they reported: the database refuses it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="board_memberships",
    )
    role = models.CharField(_("role"), max_length=20, choices=BoardRole)
    named_at = models.DateTimeField(_("named"))
    # Nobody: by their office.
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recused_at = models.DateTimeField(_("recused"), null=True, blank=True)
    recused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recusal_reason = models.TextField(_("reason of the recusal"), blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    # Asked whether they can come: null until they say.
    available = models.BooleanField(_("available"), null=True, blank=True)
    available_at = models.DateTimeField(_("said at"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of a Board")
        verbose_name_plural = _("members of Boards")
        ordering = ("case", "role", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["case", "role"],
                condition=Q(recused_at__isnull=True, left_at__isnull=True),
                name="discipline_member_role",
            ),
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=Q(recused_at__isnull=True, left_at__isnull=True),
                name="discipline_member_once",
            ),
            models.CheckConstraint(
                condition=Q(recused_at__isnull=True, recusal_reason="")
                | (Q(recused_at__isnull=False) & ~Q(recusal_reason="")),
                name="discipline_member_recused",
            ),
        )
        indexes: ClassVar = [
            # The cases that a person sits on: every look at a case, and their worklist.
            models.Index(
                "user",
                "case",
                condition=Q(recused_at__isnull=True, left_at__isnull=True),
                name="discipline_member_of_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.get_role_display()}"


class Companion(models.Model):
    """A student of the same Path who was asked to accompany the student (B2, B3); reads the case while it is open."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="companions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="accompanied_cases"
    )
    asked_at = models.DateTimeField(_("asked"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("companion")
        verbose_name_plural = _("companions")
        ordering = ("asked_at", "pk")
        constraints = (
            # One at a time; also serves a case's companion.
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(declined_at__isnull=True, ended_at__isnull=True),
                name="discipline_one_companion",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(declined_at__isnull=True),
                name="discipline_companion_answer",
            ),
        )
        indexes: ClassVar = [
            # The cases that a person accompanies: every look at a case.
            models.Index(
                "user",
                "case",
                condition=Q(accepted_at__isnull=False, ended_at__isnull=True),
                name="discipline_companion_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.user_id}"


class StudentRepresentative(models.Model):
    """Who represents the students of a Path, and when; both days inclusive, without a last one until further notice."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="representations"
    )
    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="representatives")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("student representative")
        verbose_name_plural = _("student representatives")
        ordering = ("path", "starts_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["user", "path", "starts_on"], name="discipline_representative_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="discipline_representative_days",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.path}"
