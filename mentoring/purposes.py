"""What mentoring keeps files for, and who may see each."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from mentoring.models import Defence
from mentoring.selectors.recordings import INTERNAL_QUALITY, may_see_recording
from mentoring.selectors.sessions import mentee_scope
from mentoring.selectors.works import works_for
from record.documents.purposes import IMAGES, MB, OFFICE, PDF, TEXT, VIDEOS, ZIP, Purpose
from record.models import Document
from students.selectors import either, own_scope
from students.services.works import PURPOSE as DELIVERABLE

DEFENCE_RECORDING = "defence-recording"


def may_read_deliverable(user: User, document: Document) -> bool:
    """Who sees the work sees what was handed in for it; a file that belongs to no version is nobody's."""
    works = works_for(user, timezone.now())
    return works.filter(deliverables__files__document=document).exists()


def may_see_defence_recording(user: User, document: Document) -> bool:
    """The student, their mentor now and the assessor who held it (V2); the school's staff does not watch it."""
    if not user.is_active:
        return False
    held = Defence.objects.filter(recording=document)
    if user.has_role(Role.ASSESSOR) and held.filter(assessor__user=user).exists():
        return True
    people = either(
        own_scope(user, "work__enrolment__"), mentee_scope(user, timezone.now(), "work__enrolment_id")
    )
    return held.filter(people).exists()


PURPOSES = [
    Purpose(
        name=DELIVERABLE,
        label=_("deliverable"),
        content_types=IMAGES | OFFICE | VIDEOS | {PDF, TEXT, ZIP},
        max_bytes=500 * MB,
        may_read=may_read_deliverable,
        may_upload=lambda user: user.is_active and user.has_role(Role.STUDENT),
    ),
    Purpose(
        name=DEFENCE_RECORDING,
        label=_("recording of a defence"),
        content_types=VIDEOS,
        max_bytes=4096 * MB,
        may_read=may_see_defence_recording,
        log_viewing=True,
        may_upload=lambda user: user.is_active and user.has_role(Role.ASSESSOR),
    ),
    Purpose(
        name=INTERNAL_QUALITY,
        label=_("recording of a mentoring session, for internal quality"),
        content_types=VIDEOS,
        max_bytes=2048 * MB,
        may_read=may_see_recording,
        log_viewing=True,
        over_api=False,
        may_upload=lambda user: user.is_active and user.has_role(Role.MENTOR, Role.QUALITY),
    ),
]
