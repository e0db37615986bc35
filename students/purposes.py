"""What files are kept for of people in training, and who may see each."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import is_student, is_student_success
from record.documents.purposes import IMAGES, MB, OFFICE, PAPERS, TEXT, Purpose
from record.models import Document
from students.models import AccommodationRequest, FunderApproval, GroupResource
from students.permissions import may_take_up_reports, may_work_together
from students.selectors import staff_scope
from students.selectors.groups import groups_open_to, is_member
from students.selectors.reported import reports_on

APPROVAL = "funder-approval"
PROOF = "disability-proof"


def reads_approval(user: User, document: Document) -> bool:
    """The student whom it is about, and the staff who look after that training (L3, C2)."""
    if is_student(user) and document.subject_id == user.pk:
        return True
    rows = FunderApproval.objects.filter(document=document)
    return bool(rows.filter(staff_scope(user, "funding__enrolment__")).exists())


def reads_proof(user: User, document: Document) -> bool:
    """Student Success alone, and the student whose it is (2.4): no Board, no mentor, no Learning Manager."""
    if is_student(user) and document.subject_id == user.pk:
        return True
    return bool(is_student_success(user)) and AccommodationRequest.objects.filter(proof=document).exists()


def reads_group_resource(user: User, document: Document) -> bool:
    """Members of the group that it was put up in, while their tools are open (P1, 4.2); what was reported also those
    who take up reports, taken down or not, unless it names them (3.5)."""
    if may_take_up_reports(user) and _is_evidence(user, document):
        return True
    # A purpose is asked at the edge and given no instant.
    now = timezone.now()
    found = GroupResource.objects.filter(document=document, removed_at__isnull=True).select_related("group")
    row = found.first()
    if row is None or may_work_together(user, now) is not None:
        return False
    return groups_open_to(user, now).holds(row.group) and is_member(user, row.group)


def _is_evidence(user: User, document: Document) -> bool:
    return any(
        reports_on(row).exclude(subject=user).exists()
        for row in GroupResource.objects.filter(document=document)
    )


def sends_approval(user: User) -> bool:
    return bool(is_student(user)) or user.is_school_staff


PURPOSES = [
    Purpose(
        name="group-resource",
        label=_("shared in a study group"),
        content_types=PAPERS | OFFICE | IMAGES | {TEXT},
        max_bytes=20 * MB,
        may_read=reads_group_resource,
        may_upload=lambda user: bool(is_student(user)),
    ),
    Purpose(
        name=APPROVAL,
        label=_("a funder's written approval"),
        content_types=PAPERS,
        max_bytes=10 * MB,
        may_read=reads_approval,
        may_upload=sends_approval,
    ),
    Purpose(
        name=PROOF,
        label=_("proof of a disability"),
        content_types=PAPERS,
        max_bytes=10 * MB,
        may_read=reads_proof,
        listed_to=lambda user: bool(is_student_success(user)),
        log_viewing=True,
        may_upload=lambda user: bool(is_student(user)),
    ),
]
