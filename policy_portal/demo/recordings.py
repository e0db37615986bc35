"""One recording in the made-up school: of the last session that the student with a login held."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role, User
from mentoring.models import Session, SessionState
from mentoring.services.recordings import keep_recording, say_filming
from record.documents.viewings import note_viewing

from .school import School

FILM = Path(__file__).parent / "films" / "session.webm"


def agree(school: School, now: datetime) -> None:
    """Some students say that they may be filmed, one that they may not."""
    for n, enrolment in enumerate(school.enrolments[:6]):
        say_filming(student=enrolment.student, agreed=n != 4, by=enrolment.student.user, now=now)


def film(school: School, now: datetime) -> None:
    """Mentors keep the recordings of the latest sessions; quality staff has watched one."""
    quality = User.objects.filter(role_grants__role=Role.QUALITY).order_by("pk").first()
    for enrolment in school.enrolments[:3]:
        sessions = Session.objects.filter(enrolment=enrolment, state=SessionState.HELD, ends_at__lt=now)
        session = sessions.select_related("mentor__user").order_by("-starts_at").first()
        if session is None:
            continue
        recording = keep_recording(
            session_id=session.pk,
            upload=SimpleUploadedFile(FILM.name, FILM.read_bytes(), "video/webm"),
            by=session.mentor.user,
            now=now,
        )
        if enrolment == school.star and quality is not None:
            note_viewing(document=recording.document, viewer=quality, now=now)
