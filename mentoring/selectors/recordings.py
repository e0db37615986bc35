"""Who may see which recording, which of them are due, and what is kept of a student (V1 to V3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Role, User
from mentoring.models import Defence, FilmingConsent, Hold, HoldReason, Recording, Session, Streak
from record.models import Document, Viewing
from rulebook.policy import policy_at
from students.models import Student

from .lasting import LocalDay

INTERNAL_QUALITY, ASSESSMENT = "mentoring-recording", "defence-recording"
"""The purposes of recordings (V1, V2)."""


def recordings_for(user: User) -> QuerySet[Recording]:
    """Recordings of mentoring sessions that somebody may see: quality staff all of them, nobody else any (V1).

    Not the mentor who sent it, nor the student whom it shows: it serves the school's own quality alone.
    """
    if not user.is_authenticated or not user.is_active or not user.has_role(Role.QUALITY):
        return Recording.objects.none()
    return Recording.objects.all()


def may_see_recording(user: User, document: Document) -> bool:
    """The one predicate of a mentoring recording, at every door."""
    return recordings_for(user).filter(document=document).exists()


def latest_word_on_filming(student: Student) -> FilmingConsent | None:
    return FilmingConsent.objects.filter(student=student).first()


def sent_for(session: Session) -> QuerySet[Recording]:
    """That a session was recorded, for its mentor: not the recording."""
    return session.recordings.select_related("document").order_by("pk")


def has_agreed_to_filming(student_id: int, now: datetime) -> bool:
    """The student's latest word by then; who was never asked has not agreed (2.5)."""
    latest = FilmingConsent.objects.filter(student_id=student_id, said_at__lte=now).first()
    return latest is not None and latest.agreed


def recordings_due(now: datetime) -> QuerySet[Recording]:
    """Recordings of sessions past their day. Nothing holds these (V1, abuse 76)."""
    return Recording.objects.filter(deleted_at__isnull=True, kept_until__lte=now).order_by("kept_until", "pk")


def defence_recordings_due(now: datetime) -> QuerySet[Defence]:
    """Defences whose recording nobody needs any more: the training is over, it ended early or the jury has decided,
    no case is open, and none is about to open (2.6, V2)."""
    kept = timedelta(days=policy_at(now).recordings.defence_kept)
    decided = Hold.objects.filter(
        enrolment=OuterRef("work__enrolment"), reason=HoldReason.JURY, released_at__lte=now
    )
    held = Hold.objects.filter(_standing(now), student=OuterRef("student"))
    # Three absences that the Board has not taken up yet are a case on its way (A9).
    on_its_way = Streak.objects.filter(
        enrolment__student=OuterRef("student"), taken_up_at__isnull=True, undone_at__isnull=True
    )
    return (
        Defence.objects.filter(
            Exists(Document.objects.filter(pk=OuterRef("recording"), deleted_at__isnull=True)),
            Q(work__enrolment__ended_on__isnull=False) | Exists(decided),
            ~Exists(held),
            ~Exists(on_its_way),
        )
        .annotate(last_day=Coalesce("work__enrolment__ended_on", "work__enrolment__ends_on"))
        .filter(last_day__lt=LocalDay(now - kept, "work__enrolment__time_zone"))
        .order_by("last_day", "pk")
    )


def kept_of(student: Student) -> QuerySet[Document]:
    """Every file that is, or was, kept about a student, with who looked at it; the newest first."""
    seen = Prefetch("viewings", Viewing.objects.select_related("viewer").order_by("-began_at"))
    return (
        Document.objects.filter(subject_id=student.user_id)
        .select_related("recording__session", "defence__work__enrolment")
        .prefetch_related(seen)
        .order_by("-stored_at", "-pk")
    )


def standing_holds(student: Student, now: datetime) -> QuerySet[Hold]:
    return Hold.objects.filter(_standing(now), student=student).order_by("placed_at")


def holds_of(student: Student) -> QuerySet[Hold]:
    """Every hold on a student's recordings, standing or not, the newest first."""
    rows = Hold.objects.filter(student=student).select_related("placed_by", "released_by")
    return rows.order_by("-placed_at", "-pk")


def _standing(now: datetime) -> Q:
    """Holds that nobody has released and that have not ended by themselves."""
    return Q(released_at__isnull=True) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def watchable(user: User) -> QuerySet[Recording]:
    """For the list of quality staff: what is still there, the newest session first."""
    return (
        recordings_for(user)
        .filter(deleted_at__isnull=True)
        .select_related("document", "session__mentor__user", "session__student__user", "enrolment__path")
        .annotate(held_at=F("session__starts_at"))
        .order_by("-session__starts_at", "-pk")
    )
