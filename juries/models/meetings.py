"""A jury's meetings: who is there, whom it looks at and when, what was asked, and the votes (2.3)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record.models import Document

from .candidacies import Candidacy
from .juries import Jury, JuryMember


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("planned")
    OPEN = "open", _("in session")
    CLOSED = "closed", _("closed")
    CALLED_OFF = "called_off", _("called off")


class ItemState(models.TextChoices):
    """What became of a candidate on the agenda."""

    PLANNED = "planned", _("on the agenda")
    DECIDED = "decided", _("decided")
    # An absent candidate is not a refused one: the jury looks at them another time.
    POSTPONED = "postponed", _("postponed")


class JuryMeeting(models.Model):
    """One meeting, in person or remotely, of the whole jury or of a group of it."""

    jury = models.ForeignKey(Jury, on_delete=models.PROTECT, related_name="meetings")
    group = models.CharField(_("group"), max_length=100, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    place = models.CharField(_("place"), max_length=300, blank=True)
    video_link = models.URLField(_("video link"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=MeetingState, default=MeetingState.PLANNED)
    planned_at = models.DateTimeField(_("planned"))
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True)
    called_off_why = models.TextField(_("why it was called off"), blank=True)
    announced_at = models.DateTimeField(_("results announced"), null=True, blank=True)
    minutes = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("meeting of a jury")
        verbose_name_plural = _("meetings of juries")
        ordering = ("-starts_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="juries_meeting_span"),
            # In person or remotely: one of them is said.
            models.CheckConstraint(
                condition=~Q(place="") | ~Q(video_link=""), name="juries_meeting_somewhere"
            ),
            # No meeting opens before its time, and none announces before it is closed.
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(opened_at__gte=F("starts_at")),
                name="juries_meeting_opened",
            ),
            models.CheckConstraint(
                condition=Q(announced_at__isnull=True) | Q(closed_at__isnull=False),
                name="juries_meeting_announced",
            ),
            models.CheckConstraint(
                condition=Q(state="called_off", called_off_at__isnull=False)
                | (~Q(state="called_off") & Q(called_off_at__isnull=True)),
                name="juries_meeting_called_off",
            ),
        )
        indexes: ClassVar = [
            # A member's and staff's coming meetings.
            models.Index("starts_at", condition=Q(state__in=["planned", "open"]), name="juries_meeting_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.jury_id}: {self.starts_at:%Y-%m-%d %H:%M} UTC"


class PanelSeat(models.Model):
    """A member who is asked to one meeting, and whether they were there."""

    meeting = models.ForeignKey(JuryMeeting, on_delete=models.PROTECT, related_name="seats")
    member = models.ForeignKey(JuryMember, on_delete=models.PROTECT, related_name="panels")
    present = models.BooleanField(_("present"), null=True, blank=True)
    noted_at = models.DateTimeField(_("noted"), null=True, blank=True)

    class Meta:
        verbose_name = _("seat at a meeting")
        verbose_name_plural = _("seats at meetings")
        ordering = ("meeting", "pk")
        constraints = (models.UniqueConstraint(fields=["meeting", "member"], name="juries_seat_once"),)

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.member_id}"


class AgendaItem(models.Model):
    """One candidate at one meeting, with their time."""

    meeting = models.ForeignKey(JuryMeeting, on_delete=models.PROTECT, related_name="items")
    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"), validators=[MinValueValidator(1)])
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    state = models.CharField(_("state"), max_length=12, choices=ItemState, default=ItemState.PLANNED)
    candidate_present = models.BooleanField(_("candidate present"), null=True, blank=True)
    postponed_why = models.TextField(_("why postponed"), blank=True)
    votes_closed_at = models.DateTimeField(_("votes closed"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("candidate on an agenda")
        verbose_name_plural = _("candidates on agendas")
        ordering = ("meeting", "position")
        constraints = (
            # On one agenda at a time.
            models.UniqueConstraint(
                fields=["candidacy"], condition=Q(state="planned"), name="juries_item_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="juries_item_span"),
            models.CheckConstraint(
                condition=~Q(state="postponed") | ~Q(postponed_why=""), name="juries_item_postponed"
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(votes_closed_at__isnull=False), name="juries_item_decided"
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id}#{self.position}: {self.candidacy_id}"


class Question(models.Model):
    """A question to the candidate, and what they answered; for the minutes."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="questions")
    member = models.ForeignKey(JuryMember, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField(_("question"))
    answer = models.TextField(_("answer"), blank=True)
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("question of a jury")
        verbose_name_plural = _("questions of juries")
        ordering = ("item", "asked_at", "pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="juries_question_text"),)

    def __str__(self) -> str:
        return f"{self.item_id}: {self.asked_at:%Y-%m-%d %H:%M}"


class PrivateNote(models.Model):
    """What a member notes for themselves about a candidate; nobody else reads it, in no export either."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="notes")
    member = models.ForeignKey(JuryMember, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("note"), blank=True)
    written_at = models.DateTimeField(_("written"))
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("private note")
        verbose_name_plural = _("private notes")
        ordering = ("item", "pk")
        constraints = (models.UniqueConstraint(fields=["item", "member"], name="juries_note_once"),)

    def __str__(self) -> str:
        return f"{self.item_id}: {self.member_id}"


class JuryVote(models.Model):
    """A member's vote on a candidate: cast once (J3), seen by others once all are in or the chair closed the votes."""

    class Choice(models.TextChoices):
        AWARD = "award", _("award")
        REFUSE = "refuse", _("refuse")

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="votes")
    member = models.ForeignKey(JuryMember, on_delete=models.PROTECT, related_name="votes")
    choice = models.CharField(_("vote"), max_length=8, choices=Choice)
    reasons = models.TextField(_("reasons"), blank=True)
    cast_at = models.DateTimeField(_("cast"))
    # The record that was before the member: with all its addenda so far.
    dossier_digest = models.CharField(_("record's digest"), max_length=64)

    class Meta:
        verbose_name = _("vote of a jury")
        verbose_name_plural = _("votes of juries")
        ordering = ("item", "cast_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["item", "member"], name="juries_vote_once"),
            models.CheckConstraint(condition=Q(choice="award") | ~Q(reasons=""), name="juries_vote_reasons"),
        )

    def __str__(self) -> str:
        return f"{self.item_id}: {self.member_id}"
