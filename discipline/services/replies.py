"""The student's reply to the complaint (B4), in the portal: also while access to the training is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from discipline.models import CaseDocument, Reply
from discipline.permissions.proceedings import can_reply
from discipline.purposes import REPLY
from record.documents.services import Upload, store_document
from record.services import write
from rulebook.board import PROCEEDINGS
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.texts import written

from .acts import ensure_pending, enter, lock_case, news, touch
from .telling import heads_of_learning

MOST_DOCUMENTS = 5


@transaction.atomic
def reply_to_complaint(
    *,
    case_id: int,
    text: str,
    uploads: Sequence[Upload] = (),
    restricted: bool = False,
    by: User,
    now: datetime,
) -> Reply:
    """What the student answers, with documents; as often as they like until the Board has decided.

    ``restricted``: the documents say something of health or a disability; representative and companion do not read
    them. Raises ``RuleError`` on ``text``, ``files``, ``complaint`` and ``case``.
    """
    case = lock_case(case_id)
    if not can_reply(by, case):
        raise PermissionDenied
    ensure_pending(case)
    complaint = case.complaints.filter(sent_at__isnull=False).order_by("sent_at", "pk").last()
    if complaint is None:
        raise _refuse("complaint", gettext_noop("There is no complaint to answer yet."))
    if not (text := written(text)):
        raise _refuse("text", gettext_noop("Say how you see it."))
    if len(uploads) > MOST_DOCUMENTS:
        raise RuleError(
            "files",
            PROCEEDINGS,
            gettext_noop("A reply has %(most)s documents at most."),
            {"most": MOST_DOCUMENTS},
        )
    reply = Reply.objects.create(complaint=complaint, text=text, received_at=now, by=by)
    for upload in uploads:
        document = store_document(
            purpose=REPLY,
            upload=upload,
            subject=case.student.user,
            about=f"discipline.case:{case.pk}",
            by=by,
            now=now,
        )
        CaseDocument.objects.create(
            case=case,
            document=document,
            title=document.file_name,
            added_by=by,
            added_at=now,
            reply=reply,
            restricted=restricted,
        )
    touch(case)
    board = case.members.filter(recused_at=None, left_at=None).values_list("user_id", flat=True)
    team = {*heads_of_learning(), *board, case.enrolment.path.learning_manager_id} - {by.pk}
    told = {"complaint": complaint.pk, "reply": reply.pk, "documents": len(uploads)}
    write(
        entries=[enter("complaint_replied", case, now, by=by, facts=told, clause=PROCEEDINGS)],
        messages=news(
            "replied", case, team, f"complaint-reply:{reply.pk}", now, kind="case_news", clause=PROCEEDINGS
        ),
        now=now,
    )
    return reply


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, PROCEEDINGS, message)
