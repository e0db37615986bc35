"""What files are kept for of disciplinary proceedings, and who may see each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import is_student
from discipline.models import CaseDocument, Excuse, Summons
from discipline.permissions.board import can_arrange_board, sits_to_decide
from discipline.permissions.reading import may_read_document, reads_as
from discipline.printing.keeping import CASE_FILE
from discipline.selectors import cases_for
from discipline.selectors.whole import Whole
from record.documents.purposes import IMAGES, MB, OFFICE, PAPERS, PDF, TEXT, Purpose
from record.models import Document

RECEIPT = "summons-receipt"
EXCUSE = "adjournment-proof"
EVIDENCE = "case-evidence"
REPLY = "case-reply"


def reads_of_case(user: User, document: Document) -> bool:
    """Who reads a document that lies in a case: by their standing in that case (abuse 7, 57), and nobody outside."""
    if not user.is_active:
        return False
    row = (
        CaseDocument.objects.filter(document=document, case__in=cases_for(user))
        .select_related("case__student__user", "case__enrolment__path")
        .first()
    )
    return row is not None and may_read_document(reads_as(user, Whole(row.case)), row)


def reads_receipt(user: User, document: Document) -> bool:
    """The student who signed it, who votes on that Board, and who arranges it."""
    if not user.is_active:
        return False
    if document.subject_id == user.pk:
        return True
    row = Summons.objects.filter(receipt=document, case__in=cases_for(user)).select_related(
        "case__student", "case__enrolment__path"
    )
    found = row.first()
    return found is not None and (
        can_arrange_board(user, found.case) or sits_to_decide(user, found.case) is not None
    )


def reads_excuse(user: User, document: Document) -> bool:
    """Whom it is about, the student, and the two who decide on it: a proof of health is nobody else's (abuse 7)."""
    if not user.is_active:
        return False
    if document.subject_id == user.pk:
        return True
    row = Excuse.objects.filter(document=document).select_related("meeting__case__student").first()
    if row is None:
        return False
    return sits_to_decide(user, row.meeting.case) is not None


def reads_case_file(user: User, document: Document) -> bool:
    """Whoever asked for it, for as long as they see its case: what it says is meant for them alone (abuse 15)."""
    if not user.is_active or document.uploaded_by_id != user.pk:
        return False
    return cases_for(user).filter(prints__document=document, prints__asked_by=user).exists()


PURPOSES = [
    Purpose(
        name=EVIDENCE,
        label=_("evidence in a disciplinary case"),
        content_types=PAPERS | OFFICE | IMAGES | {TEXT},
        max_bytes=20 * MB,
        may_read=reads_of_case,
        log_viewing=True,
        may_upload=lambda user: user.is_active and user.is_school_staff,
    ),
    Purpose(
        name=REPLY,
        label=_("sent with the reply to a complaint"),
        content_types=PAPERS | OFFICE | IMAGES | {TEXT},
        max_bytes=20 * MB,
        may_read=reads_of_case,
        log_viewing=True,
        may_upload=lambda user: bool(is_student(user)),
    ),
    Purpose(
        name=RECEIPT,
        label=_("signed receipt of a summons"),
        content_types=PAPERS,
        max_bytes=10 * MB,
        may_read=reads_receipt,
        may_upload=lambda user: user.is_active and user.is_school_staff,
    ),
    Purpose(
        name=EXCUSE,
        label=_("proof of why somebody cannot come to the Board"),
        content_types=PAPERS,
        max_bytes=10 * MB,
        may_read=reads_excuse,
        listed_to=lambda user: user.is_active and user.has_role(Role.HEAD_OF_LEARNING),
        log_viewing=True,
        may_upload=lambda user: bool(is_student(user)) or user.is_school_staff,
    ),
    Purpose(
        name=CASE_FILE,
        label=_("printed file of a case"),
        content_types=frozenset({PDF}),
        max_bytes=200 * MB,
        may_read=reads_case_file,
        log_viewing=True,
        over_api=False,
        may_upload=lambda user: False,
    ),
]
