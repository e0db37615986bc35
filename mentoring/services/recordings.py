"""Keeping recordings of sessions, the student's word on it, holds, and letting recordings go (2.5, 2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Role, User
from mentoring.models import FilmingConsent, Hold, HoldReason, Recording, Session, SessionState
from mentoring.selectors.recordings import (
    INTERNAL_QUALITY,
    defence_recordings_due,
    has_agreed_to_filming,
    recordings_due,
)
from record.documents.services import Upload, delete_documents, store_document
from record.services import lock_chains, write
from record.types import NewEntry
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.recordings import defence_recording_kept_until, session_recording_kept_until
from students.models import Enrolment, Student

QUALITY, ASSESSMENT = "2.5", "2.6"
PAST_ITS_DAY = gettext_noop("The recording of a mentoring session was kept for its time.")
NO_LONGER_NEEDED = gettext_noop(
    "The training is over, and neither a jury nor a case needs the recording any more."
)


def say_filming(*, student: Student, agreed: bool, by: User, now: datetime) -> FilmingConsent:
    """The student's word on being filmed in mentoring sessions, from now on (2.5). What was recorded while they
    agreed stays to its day."""
    if by.pk != student.user_id:
        raise RuleError("agreed", QUALITY, gettext_noop("Only the student can agree to being filmed."))
    with transaction.atomic():
        Student.objects.select_for_update().get(pk=student.pk)
        policy = policy_at(now)
        said = FilmingConsent.objects.create(student=student, agreed=agreed, said_at=now, policy_id=policy.id)
        kind = "filming_agreed" if agreed else "filming_refused"
        write(
            entries=[NewEntry(by.pk, kind, QUALITY, policy.id, now, by.pk, f"students.student:{student.pk}")],
            now=now,
        )
    return said


def keep_recording(*, session_id: int, upload: Upload, by: User, now: datetime) -> Recording:
    """Keep the recording of a session, for internal quality only (2.5, V1).

    Raises RuleError where the student has not agreed to being filmed, then and now, where the session did not take
    place, where its day has passed, and what the store refuses.
    """
    with transaction.atomic():
        session = (
            Session.objects.select_for_update(of=("self",))
            .select_related("student__user", "mentor__user")
            .get(pk=session_id)
        )
        if by.pk != session.mentor.user_id and not by.has_role(Role.QUALITY):
            raise RuleError("file", QUALITY, gettext_noop("Only the session's mentor sends its recording."))
        if session.starts_at > now or session.state not in (SessionState.SCHEDULED, SessionState.HELD):
            raise RuleError("file", QUALITY, gettext_noop("This session did not take place."))
        if not all(has_agreed_to_filming(session.student_id, at) for at in (session.starts_at, now)):
            raise RuleError(
                "file",
                QUALITY,
                gettext_noop("The student has not agreed to being filmed: delete your recording."),
            )
        policy = policy_at(session.starts_at)
        kept_until = session_recording_kept_until(session.ends_at, policy.recordings)
        if kept_until <= now:
            raise RuleError(
                "file", QUALITY, gettext_noop("A recording of this session may not be kept any longer.")
            )
        document = store_document(
            purpose=INTERNAL_QUALITY,
            upload=upload,
            subject=session.student.user,
            about=f"mentoring.session:{session.pk}",
            by=by,
            now=now,
        )
        recording = Recording.objects.create(
            session=session,
            enrolment_id=session.enrolment_id,
            document=document,
            kept_until=kept_until,
            policy_id=policy.id,
        )
        facts = {"starts_at": session.starts_at, "kept_until_at": kept_until, "sha256": document.sha256}
        about = f"mentoring.session:{session.pk}"
        write(
            entries=[
                NewEntry(
                    session.student.user_id,
                    "session_recording_kept",
                    QUALITY,
                    policy.id,
                    now,
                    by.pk,
                    about,
                    facts,
                )
            ],
            now=now,
        )
    return recording


# What time does ----------------------------------------------------------------------------------


def delete_recordings(pks: Sequence[int], now: datetime) -> int:
    """Delete these recordings of sessions, whose day has passed."""
    rows = list(recordings_due(now).filter(pk__in=pks).values_list("pk", "document_id", "kept_until"))
    delete_documents(
        pks=[document for _pk, document, _at in rows],
        why=PAST_ITS_DAY,
        clause=QUALITY,
        by=None,
        now=now,
        when={document: at for _pk, document, at in rows},
    )
    return Recording.objects.filter(pk__in=[pk for pk, _document, _at in rows]).update(deleted_at=now)


def delete_defence_recordings(pks: Sequence[int], now: datetime) -> int:
    """Delete the recordings of these defences. Asked again under the lock of each student's chain, which whoever
    opens a case holds, too: a hold that was placed first is seen."""
    students = defence_recordings_due(now).filter(pk__in=pks).values_list("student__user_id", flat=True)
    lock_chains(set(students.order_by()))
    terms = policy_at(now).recordings
    when = {
        row.recording_id: defence_recording_kept_until(
            row.work.enrolment.last_day, row.work.enrolment.time_zone, terms
        )
        for row in defence_recordings_due(now).filter(pk__in=pks).select_related("work__enrolment")
        if row.recording_id is not None
    }
    return delete_documents(
        pks=list(when), why=NO_LONGER_NEEDED, clause=ASSESSMENT, by=None, now=now, when=when
    )


# Holds -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewHold:
    """Something that needs the recordings of a student's defences; ``about`` holds once."""

    student_id: int
    about: str
    placed_at: datetime
    reason: str = HoldReason.CASE
    enrolment_id: int | None = None


def place_holds(holds: Iterable[NewHold]) -> None:
    """Hold recordings of defences, in the transaction of what needs them, with the students' chains locked. One
    statement; what holds or held already is left as it is."""
    Hold.objects.bulk_create(
        [
            Hold(
                student_id=hold.student_id,
                enrolment_id=hold.enrolment_id,
                reason=hold.reason,
                about=hold.about,
                placed_at=hold.placed_at,
            )
            for hold in holds
        ],
        ignore_conflicts=True,
    )


def release_holds(released: Mapping[str, datetime]) -> None:
    """What these things were about needs nothing any more, since then. Two statements."""
    rows = list(Hold.objects.select_for_update().filter(about__in=list(released), released_at__isnull=True))
    for row in rows:
        row.released_at = max(released[row.about], row.placed_at)
    Hold.objects.bulk_update(rows, ["released_at"])


def note_jury_decision(*, enrolment: Enrolment, by: User, now: datetime) -> None:
    """The jury needs the recordings of this training no more (2.6). Until then they are kept, also past its end."""
    with transaction.atomic():
        student = enrolment.student
        chains = lock_chains([student.user_id])
        hold, new = Hold.objects.get_or_create(
            about=f"students.enrolment:{enrolment.pk}:jury",
            defaults={
                "student": student,
                "enrolment": enrolment,
                "reason": HoldReason.JURY,
                "placed_at": now,
                "released_at": now,
                "released_by": by,
            },
        )
        if not new and hold.released_at is not None:
            return
        if not new:
            hold.released_at, hold.released_by = now, by
            hold.save(update_fields=["released_at", "released_by"])
        about = f"students.enrolment:{enrolment.pk}"
        entry = NewEntry(
            student.user_id, "recordings_released", ASSESSMENT, policy_at(now).id, now, by.pk, about
        )
        write(entries=[entry], now=now, chains=chains)
