"""The facts and documents of a case (B1): frozen under the complaint that names them; what comes later is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from discipline.models import Case, CaseDocument, CaseFact, Complaint
from discipline.permissions.proceedings import can_prosecute
from discipline.purposes import EVIDENCE
from record.documents.services import Upload, delete_document, store_document
from record.services import write
from rulebook.board import PROCEEDINGS
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import get_policy
from rulebook.texts import written

from .acts import ensure_pending, enter, lock_case, news, touch


@transaction.atomic
def add_fact(
    *,
    case_id: int,
    text: str,
    clause: str,
    happened_at: datetime | None = None,
    about: str = "",
    by: User,
    now: datetime,
) -> CaseFact:
    """Add a fact. Before the complaint it can be changed; after it, it is told to the student at once, and stays.

    Raises ``RuleError`` on ``text``, ``clause``, ``happened_at`` and ``case``.
    """
    case = _open_to(case_id, by)
    if not (text := written(text)):
        raise _refuse("text", gettext_noop("Say what is held to have happened."))
    check_clauses(case, [clause])
    if happened_at is not None and happened_at > now:
        raise _refuse("happened_at", gettext_noop("This lies ahead: name what has happened."))
    fact = CaseFact.objects.create(
        case=case,
        text=text,
        clause=clause,
        about=about,
        happened_at=happened_at,
        added_by=by,
        added_at=now,
        told_at=now if _issued(case) else None,
    )
    _tell(case, fact, by, now)
    return fact


@transaction.atomic
def add_document(
    *,
    case_id: int,
    upload: Upload,
    title: str,
    visible_to_student: bool = True,
    restricted: bool = False,
    by: User,
    now: datetime,
) -> CaseDocument:
    """Put a document into the case. Raises ``RuleError`` on ``title``, ``file``, ``visible_to_student`` and ``case``.

    What the student cannot read never comes under a complaint, and is never what a penalty rests on (B1).
    """
    case = _open_to(case_id, by)
    if not (title := written(title)):
        raise _refuse("title", gettext_noop("Give the document a name."))
    document = store_document(
        purpose=EVIDENCE,
        upload=upload,
        subject=case.student.user,
        about=f"discipline.case:{case.pk}",
        by=by,
        now=now,
    )
    row = CaseDocument.objects.create(
        case=case,
        document=document,
        title=title,
        added_by=by,
        added_at=now,
        visible_to_student=visible_to_student,
        restricted=restricted,
        told_at=now if visible_to_student and _issued(case) else None,
    )
    _tell(case, row, by, now)
    return row


@transaction.atomic
def remove_fact(*, fact_id: int, by: User, now: datetime) -> None:
    """Take out a fact that nobody was told of yet. Raises ``RuleError`` on ``fact`` once it is frozen."""
    fact = CaseFact.objects.select_related("case").get(pk=fact_id)
    case = _open_to(fact.case_id, by)
    fact.refresh_from_db()
    if fact.complaint_id is not None or fact.told_at is not None:
        raise _refuse("fact", gettext_noop("The student was told of it: it stays as it is."))
    entry = enter("case_fact_removed", case, now, by=by, facts={"fact": fact.pk}, clause=PROCEEDINGS)
    fact.delete()
    touch(case)
    write(entries=[entry], now=now)


@transaction.atomic
def remove_document(*, document_id: int, by: User, now: datetime) -> None:
    """Take out a document that nobody was told of yet. Raises ``RuleError`` on ``document`` once it is frozen."""
    row = CaseDocument.objects.select_related("document").get(pk=document_id)
    case = _open_to(row.case_id, by)
    row.refresh_from_db()
    if row.complaint_id is not None or row.told_at is not None or row.reply_id is not None:
        raise _refuse("document", gettext_noop("The student knows of it: it stays as it is."))
    entry = enter("case_document_removed", case, now, by=by, facts={"document": row.pk}, clause=PROCEEDINGS)
    document = row.document
    row.delete()
    delete_document(
        document=document,
        why=gettext_noop("Taken out of the case before the student was told of it."),
        clause=PROCEEDINGS,
        by=by,
        now=now,
    )
    touch(case)
    write(entries=[entry], now=now)


def freeze(complaint: Complaint) -> str:
    """Put all that is not under a complaint yet under this one, and give the digest of what it rests on.

    Documents that the student cannot read stay outside, and so do those that came with the student's own reply.
    """
    loose = {"case_id": complaint.case_id, "complaint__isnull": True}
    CaseFact.objects.filter(**loose).update(complaint=complaint)
    documents = CaseDocument.objects.filter(**loose, visible_to_student=True, reply__isnull=True)
    documents.update(complaint=complaint)
    return evidence_digest(complaint)


def evidence_digest(complaint: Complaint) -> str:
    """SHA-256 over what the complaint says and all that is under it: anybody can reckon it again."""
    facts = CaseFact.objects.filter(complaint=complaint).order_by("pk")
    documents = CaseDocument.objects.filter(complaint=complaint).order_by("pk")
    content = {
        "complaint": complaint.facts,
        "clauses": complaint.clauses,
        "facts": list(facts.values_list("text", "clause")),
        "documents": list(documents.values_list("title", "document__sha256")),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def check_clauses(case: Case, clauses: Sequence[str]) -> None:
    """Raises ``RuleError`` on ``clauses`` where the policy of the case has no such clause."""
    known = get_policy(case.policy_id).clauses
    if not clauses or any(clause not in known for clause in clauses):
        raise _refuse("clauses", gettext_noop("Name the clauses of the policy that it is about."))


def _open_to(case_id: int, by: User) -> Case:
    case = lock_case(case_id)
    if not can_prosecute(by, case):
        raise PermissionDenied
    ensure_pending(case)
    return case


def _issued(case: Case) -> bool:
    return case.complaints.filter(issued_at__isnull=False).exists()


def _tell(case: Case, row: CaseFact | CaseDocument, by: User, now: datetime) -> None:
    """Into the record, and to the student where the complaint went before it."""
    touch(case)
    kind = "fact" if isinstance(row, CaseFact) else "document"
    what = row.text if isinstance(row, CaseFact) else row.title
    entries, messages = [], []
    # What the student may not read is no part of their record either.
    if isinstance(row, CaseFact) or row.visible_to_student:
        told = {"told": row.told_at is not None, kind: row.pk}
        entries = [enter(f"case_{kind}_added", case, now, by=by, facts=told, clause=PROCEEDINGS)]
    if row.told_at is not None:
        messages = news(
            f"{kind}_added",
            case,
            [case.student.user_id],
            f"case-{kind}:{row.pk}",
            now,
            context={"what": what},
            kind="case_news",
            clause=PROCEEDINGS,
        )
    write(entries=entries, messages=messages, now=now)


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, PROCEEDINGS, message)
