"""Weekly sessions and the facts about them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from students.models import Enrolment, Student

from .calendars import Mentor, Mentorship


class SessionState(models.TextChoices):
    """What became of a session; the first is the only one that is still to be judged."""

    SCHEDULED = "scheduled", _("scheduled")
    HELD = "held", _("held")
    AUTHORISED_ABSENCE = "authorised_absence", _("authorised absence")
    UNAUTHORISED_ABSENCE = "unauthorised_absence", _("unauthorised absence")
    UNATTENDED = "unattended", _("unattended")
    MENTOR_ABSENT = "mentor_absent", _("missed by the mentor")
    CANCELLED_BY_MENTOR = "cancelled_by_mentor", _("cancelled by the mentor")
    CANCELLED_BY_SCHOOL = "cancelled_by_school", _("cancelled by the school")


class Ground(models.TextChoices):
    """Why an absence is what it is (A3–A6)."""

    TIMELY_NOTICE = "timely_notice", _("notice in time")
    EXCEPTIONAL = "exceptional_circumstance", _("exceptional circumstance")
    LATE_NOTICE = "late_notice", _("late notice")
    LATE_ARRIVAL = "late_arrival", _("late arrival")
    NO_SHOW = "no_show", _("no-show")


class Origin(models.TextChoices):
    WEEKLY = "weekly", _("weekly session")
    POSTPONED = "postponed", _("postponed")
    RESCHEDULED = "rescheduled", _("rescheduled")


class Medium(models.TextChoices):
    VIDEO = "video", _("video conference")
    AUDIO = "audio", _("audio conference")


class Session(models.Model):
    """One weekly mentoring session. Its times never change: a move is another session (A3)."""

    # Judging a session writes a new version of its row into every index, so there is none that another
    # one below serves as well.
    mentorship = models.ForeignKey(
        Mentorship, on_delete=models.PROTECT, related_name="sessions", db_index=False
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="sessions", db_index=False
    )
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="sessions", db_index=False)
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="sessions", db_index=False)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    # The ISO week (its Monday, in the enrolment's zone) that this weekly session is for.
    for_week = models.DateField(null=True, blank=True, editable=False)
    origin = models.CharField(_("origin"), max_length=16, choices=Origin, default=Origin.WEEKLY)
    replaces = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replacements",
        db_index=False,
    )
    medium = models.CharField(_("medium"), max_length=8, choices=Medium, default=Medium.VIDEO)
    video_link = models.URLField(_("video link"), max_length=500)
    booked_at = models.DateTimeField(_("booked"))
    # When the slot became free again for others; null while the session holds it.
    released_at = models.DateTimeField(_("slot freed"), null=True, blank=True)

    # Facts in force (the rows of Join, Notice … say where they come from).
    student_joined_at = models.DateTimeField(_("student joined"), null=True, blank=True)
    mentor_joined_at = models.DateTimeField(_("mentor joined"), null=True, blank=True)

    # The verdict.
    state = models.CharField(_("state"), max_length=24, choices=SessionState, default=SessionState.SCHEDULED)
    ground = models.CharField(_("ground"), max_length=32, choices=Ground, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # A person of the school who decided what happened; machine-made facts no longer re-judge it.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    clause = models.CharField(_("clause"), max_length=16, blank=True)
    policy_id = models.CharField(_("policy version"), max_length=32, blank=True)
    facts = models.TextField(_("facts of the verdict"), blank=True)  # canonical JSON
    # The instant after which the session is judged next; null once it is decided.
    falls_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Grows with each change; the API's ETag.
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ("-starts_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="mentoring_session_span"),
            # Scheduled if and only if it still has an instant at which it falls due.
            models.CheckConstraint(
                condition=Q(
                    state="scheduled",
                    falls_due_at__isnull=False,
                    decided_at__isnull=True,
                )
                | (~Q(state="scheduled") & Q(falls_due_at__isnull=True, decided_at__isnull=False)),
                name="mentoring_session_due",
            ),
            # Generating twice gives one session (A1).
            models.UniqueConstraint(
                fields=["mentorship", "for_week"],
                condition=Q(for_week__isnull=False),
                name="mentoring_session_week",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(replaces__isnull=False, released_at__isnull=True),
                name="mentoring_session_replaced_once",
            ),
            # Overlaps of one mentor or one student: an exclusion constraint on PostgreSQL
            # and triggers on SQLite, in the migrations.
        )
        indexes: ClassVar = [
            # sweeps.attendance: sessions whose lateness limit or end has passed.
            models.Index(
                "falls_due_at",
                condition=Q(falls_due_at__isnull=False),
                name="mentoring_due_idx",
            ),
            # Portal, mentor dashboard, API lists, free slots: one person's sessions in time.
            models.Index("student", "starts_at", name="mentoring_student_time_idx"),
            models.Index("mentor", "starts_at", name="mentoring_mentor_time_idx"),
            # One enrolment's sessions in time, and its streak (A9).
            models.Index("enrolment", "starts_at", name="mentoring_enrolment_time_idx"),
            # What replaces a missed session.
            models.Index("replaces", condition=Q(replaces__isnull=False), name="mentoring_replaces_idx"),
            # Staff worklist: nobody came, a person must say what happened (A6).
            models.Index(
                "starts_at",
                condition=Q(state="unattended"),
                name="mentoring_unattended_idx",
            ),
            # sweeps.monitoring (held_without_report): sessions held of late, of which a report is owed.
            models.Index("starts_at", condition=Q(state="held"), name="mentoring_held_idx"),
            # API list over the whole school, newest first.
            models.Index(fields=["-starts_at", "-id"], name="mentoring_time_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.student} · {self.starts_at:%Y-%m-%d %H:%M} UTC"


class Notice(models.Model):
    """The student's word that they will miss a session; received by the server's clock (A3, A4)."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="notice")
    reason = models.TextField(_("reason"))
    received_at = models.DateTimeField(_("received"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("notice of absence")
        verbose_name_plural = _("notices of absence")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="mentoring_notice_reason"),)

    def __str__(self) -> str:
        return f"{self.session_id}: {self.received_at:%Y-%m-%d %H:%M} UTC"


class Participant(models.TextChoices):
    STUDENT = "student", _("student")
    MENTOR = "mentor", _("mentor")


class JoinSource(models.TextChoices):
    """Where a fact about presence comes from; a later one in this order outweighs an earlier."""

    PORTAL = "portal", _("video link opened through the portal")
    REPORT = "report", _("video-conference report")
    STATEMENT = "statement", _("mentor's statement")
    DECISION = "decision", _("Student Success's decision")


class Join(models.Model):
    """A fact about someone's presence: joined at an instant, or (``joined_at`` null) stated absent."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="joins")
    participant = models.CharField(_("who"), max_length=8, choices=Participant)
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=12, choices=JoinSource)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("presence fact")
        verbose_name_plural = _("presence facts")
        ordering = ("recorded_at", "pk")
        constraints = (
            # The portal and one report tell a first join once; opening the link again adds nothing.
            models.UniqueConstraint(
                fields=["session", "participant"],
                condition=Q(source="portal"),
                name="mentoring_join_portal_once",
            ),
            models.CheckConstraint(
                condition=Q(joined_at__isnull=False) | Q(source__in=["statement", "decision"]),
                name="mentoring_join_absent_is_stated",
            ),
        )

    def __str__(self) -> str:
        return f"{self.session_id}: {self.participant} {self.joined_at}"


class ExceptionalCircumstance(models.Model):
    """Student Success's word that an absence from this session is authorised (A4, A7)."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="exception")
    reason = models.TextField(_("circumstance"))
    authorised_at = models.DateTimeField(_("authorised"))
    authorised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retroactive = models.BooleanField(_("after the session"))

    class Meta:
        verbose_name = _("exceptional circumstance")
        verbose_name_plural = _("exceptional circumstances")

    def __str__(self) -> str:
        return f"{self.session_id}: {self.authorised_at:%Y-%m-%d}"


class ExceptionRequest(models.Model):
    """The word that something exceptional will keep the student away: Student Success answers it (A4)."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="exception_request")
    reason = models.TextField(_("circumstance"))
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted = models.BooleanField(_("granted"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("request for an exception")
        verbose_name_plural = _("requests for an exception")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="mentoring_exception_request_reason"),
            # Decided by a person, at an instant, one way or the other; a refusal says why.
            models.CheckConstraint(
                condition=Q(granted__isnull=True, decided_at__isnull=True, decided_by__isnull=True, answer="")
                | (Q(granted__isnull=False, decided_at__isnull=False, decided_by__isnull=False))
                & (Q(granted=True) | ~Q(answer="")),
                name="mentoring_exception_request_decided",
            ),
        )
        indexes: ClassVar = [
            # Staff worklist: requests that wait for an answer.
            models.Index(
                "asked_at", condition=Q(decided_at__isnull=True), name="mentoring_exception_asked_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.asked_at:%Y-%m-%d %H:%M} UTC"


class Note(models.Model):
    """A mentor's note about a student: private to its author, or shared with the student and staff."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="notes")
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="notes"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="mentoring_notes",
    )
    shared = models.BooleanField(_("shared with the student"), default=False)
    text = models.TextField(_("note"))
    written_at = models.DateTimeField(_("written"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ("-written_at", "-pk")

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.written_at:%Y-%m-%d}"
