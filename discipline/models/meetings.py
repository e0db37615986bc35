"""The Board's meeting (B3, B4): its summons, who came, what was said, votes and advice."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record.models import Document

from .boards import BoardMember
from .cases import Case


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    ADJOURNED = "adjourned", _("adjourned")
    CALLED_OFF = "called_off", _("called off")


class Meeting(models.Model):
    """One meeting of the Board on one case, by video conference. Held only on a summons that came in time (B3)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    zone = models.CharField(_("time zone"), max_length=64)
    place = models.CharField(_("place"), max_length=200, blank=True)
    video_link = models.URLField(_("video link"), max_length=500)
    state = models.CharField(_("state"), max_length=16, choices=MeetingState, default=MeetingState.PLANNED)
    planned_at = models.DateTimeField(_("planned"))
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    grounds_stated = models.TextField(_("grounds of the planned penalty, as stated"), blank=True)
    explanations = models.TextField(_("the student's explanations"), blank=True)
    student_present = models.BooleanField(_("the student was there"), null=True, blank=True)
    companion_present = models.BooleanField(_("the companion was there"), null=True, blank=True)
    held_at = models.DateTimeField(_("held"), null=True, blank=True)
    minutes_at = models.DateTimeField(_("minutes written"), null=True, blank=True)
    minutes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Of an adjournment (B4): the reason and its official document; called off: the reason alone.
    adjourned_at = models.DateTimeField(_("adjourned or called off"), null=True, blank=True)
    adjournment_reason = models.TextField(_("reason"), blank=True)
    proof = models.ForeignKey(
        Document,
        verbose_name=_("official document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Called to mind: the meeting, to who comes; then what is owed after it, to who owes it.
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    owed_reminded_at = models.DateTimeField(_("reminded of what is owed"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("meeting of the Board")
        verbose_name_plural = _("meetings of the Board")
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) & ~Q(video_link="") & ~Q(zone=""),
                name="discipline_meeting_times",
            ),
            # One meeting at a time, and one that decides.
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["planned", "held"]), name="discipline_one_meeting"
            ),
            models.CheckConstraint(
                condition=Q(state="planned", held_at__isnull=True, adjourned_at__isnull=True)
                | (
                    Q(
                        state="held",
                        held_at__isnull=False,
                        adjourned_at__isnull=True,
                        student_present__isnull=False,
                        companion_present__isnull=False,
                        minutes_by__isnull=False,
                    )
                    & ~Q(grounds_stated="")
                    & (Q(student_present=False) | ~Q(explanations=""))
                )
                | (
                    Q(state="adjourned", adjourned_at__isnull=False, held_at__isnull=True)
                    & Q(proof__isnull=False)
                    & ~Q(adjournment_reason="")
                )
                | (
                    Q(state="called_off", adjourned_at__isnull=False, held_at__isnull=True)
                    & ~Q(adjournment_reason="")
                ),
                name="discipline_meeting_state",
            ),
            # Nothing is held before it begins.
            models.CheckConstraint(
                condition=Q(held_at__isnull=True) | Q(held_at__gte=F("starts_at")),
                name="discipline_meeting_held_at",
            ),
        )
        indexes: ClassVar = [
            # Meetings to come (worklists, feeds, minutes that are owed).
            models.Index("starts_at", condition=Q(state="planned"), name="discipline_meeting_soon_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.starts_at:%Y-%m-%d}"


class MeetingAttendance(models.Model):
    """Whether a member came."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances", db_index=False)
    member = models.ForeignKey(BoardMember, on_delete=models.PROTECT, related_name="attendances")
    present = models.BooleanField(_("present"))

    class Meta:
        verbose_name = _("attendance of a member")
        verbose_name_plural = _("attendances of members")
        ordering = ("meeting", "pk")
        constraints = (
            models.UniqueConstraint(fields=["meeting", "member"], name="discipline_attendance_once"),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.member_id}"


class SummonsChannel(models.TextChoices):
    EMAIL = "email", _("by e-mail")
    HAND = "hand", _("by hand, against a receipt")


class Summons(models.Model):
    """The summons to one meeting, with each of its required parts (B3): a row that lacks one cannot stand.

    ``dispatched_at`` is when the e-mail really went out, or the instant on the receipt; ``latest_at`` is the last
    instant at which that was in time (the policy's 72 h before ``says_at``).
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="summonses")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="summonses")
    purpose = models.TextField(_("purpose"))
    grounds = models.TextField(_("grounds"))
    says_at = models.DateTimeField(_("date and time of the meeting"))
    zone = models.CharField(_("time zone"), max_length=64)
    place = models.CharField(_("place (video link)"), max_length=500)
    right_text = models.TextField(_("right to be accompanied"))
    channel = models.CharField(
        _("channel"), max_length=8, choices=SummonsChannel, default=SummonsChannel.EMAIL
    )
    # Record's message that carries it: the proof.
    message_occasion = models.CharField(max_length=200, null=True, blank=True, unique=True)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Microseconds of notice that the policy in force asked for, and what follows from it.
    notice_microseconds = models.BigIntegerField(_("notice asked for"))
    latest_at = models.DateTimeField(_("in time until"))
    policy_id = models.CharField(_("policy version"), max_length=32)
    dispatched_at = models.DateTimeField(_("dispatched"), null=True, blank=True)
    receipt = models.ForeignKey(
        Document,
        verbose_name=_("signed receipt"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    acknowledged_at = models.DateTimeField(_("acknowledged by the student"), null=True, blank=True)
    superseded_at = models.DateTimeField(_("superseded"), null=True, blank=True)

    class Meta:
        verbose_name = _("summons")
        verbose_name_plural = _("summonses")
        ordering = ("issued_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(grounds="") & ~Q(zone="") & ~Q(place="") & ~Q(right_text=""),
                name="discipline_summons_parts",
            ),
            models.CheckConstraint(
                condition=Q(notice_microseconds__gt=0, latest_at__lt=F("says_at")),
                name="discipline_summons_notice",
            ),
            # By hand: what counts is the receipt.
            models.CheckConstraint(
                condition=Q(channel="email", message_occasion__isnull=False)
                | (Q(channel="hand") & (Q(dispatched_at__isnull=True) | Q(receipt__isnull=False))),
                name="discipline_summons_channel",
            ),
            # One that counts for a meeting.
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(superseded_at__isnull=True), name="discipline_one_summons"
            ),
        )
        indexes: ClassVar = [
            # sweeps: e-mails that may have gone out.
            models.Index(
                "issued_at",
                condition=Q(dispatched_at__isnull=True, superseded_at__isnull=True, channel="email"),
                name="discipline_undispatched_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.issued_at:%Y-%m-%d}"


class VoteChoice(models.TextChoices):
    NONE = "none", _("no penalty")
    WARNING = "warning", _("warning")
    SUSPENSION = "suspension", _("suspension")
    EXCLUSION = "exclusion", _("permanent exclusion")
    DISCONTINUATION = "discontinuation", _("discontinuation")


class Vote(models.Model):
    """One member's vote at one meeting: the chair's and the Learning Manager's alone (B2), never changed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="votes", db_index=False)
    member = models.ForeignKey(BoardMember, on_delete=models.PROTECT, related_name="votes")
    choice = models.CharField(_("vote"), max_length=16, choices=VoteChoice)
    reasons = models.TextField(_("reasons"))
    cast_at = models.DateTimeField(_("cast"))

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ("cast_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["meeting", "member"], name="discipline_vote_once"),
            models.CheckConstraint(condition=~Q(reasons=""), name="discipline_vote_reasons"),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.member_id}"


class Advice(models.Model):
    """What the student representative advised: heard and recorded, never counted (B2)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="advices", db_index=False)
    member = models.ForeignKey(BoardMember, on_delete=models.PROTECT, related_name="advices")
    text = models.TextField(_("advice"))
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advices")
        ordering = ("given_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["meeting", "member"], name="discipline_advice_once"),
            models.CheckConstraint(condition=~Q(text=""), name="discipline_advice_text"),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.member_id}"
