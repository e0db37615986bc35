"""The written complaint (B1): drafted, issued with its evidence frozen, and sent. No penalty comes before that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from discipline.models import Case, CaseDocument, CaseFact, CaseState, Complaint, Step
from discipline.permissions.proceedings import can_prosecute
from record.models import Message
from record.services import lock_chains, write
from rulebook.board import PROCEEDINGS
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.texts import written

from .acts import ensure_pending, enter, lock_case, move, news, touch
from .evidence import check_clauses, freeze
from .telling import heads_of_learning


@transaction.atomic
def draft_complaint(
    *,
    case_id: int,
    facts: str,
    clauses: Sequence[str],
    expected: int | None = None,
    by: User,
    now: datetime,
) -> Complaint:
    """Write the complaint down, or change its draft; nobody is told yet. After one was issued it is an addition.

    ``expected`` is the revision of the draft that the writer saw. Raises ``RuleError`` on ``facts``, ``clauses``,
    ``revision`` and ``case``.
    """
    case = _open_to(case_id, by)
    if not (facts := written(facts)):
        raise _refuse("facts", gettext_noop("Say what is held against the student: the facts."))
    clauses = list(dict.fromkeys(clauses))
    check_clauses(case, clauses)
    draft = case.complaints.filter(issued_at__isnull=True).first()
    if draft is None:
        draft = Complaint(case=case)
    elif expected is not None and expected != draft.revision:
        raise _stale()
    else:
        draft.revision += 1
    draft.facts, draft.clauses, draft.drafted_at, draft.drafted_by = facts, clauses, now, by
    draft.save()
    touch(case)
    return draft


@transaction.atomic
def issue_complaint(*, complaint_id: int, expected: int | None = None, by: User, now: datetime) -> Complaint:
    """Send the complaint: what it rests on is frozen here, and the case moves on once the e-mail really went out.

    Raises ``RuleError`` on ``complaint``, ``facts``, ``revision`` and ``case``.
    """
    complaint = Complaint.objects.get(pk=complaint_id)
    case = _open_to(complaint.case_id, by)
    complaint.refresh_from_db()
    if complaint.issued_at is not None:
        raise _refuse("complaint", gettext_noop("This complaint was sent already."))
    if expected is not None and expected != complaint.revision:
        raise _stale()
    earlier = case.complaints.filter(issued_at__isnull=False).order_by("issued_at", "pk").last()
    if earlier is not None and earlier.sent_at is None:
        raise _refuse("complaint", gettext_noop("The one before it is still on its way."))
    facts = case.case_facts.filter(complaint__isnull=True).count()
    documents = case.case_documents.filter(complaint__isnull=True, visible_to_student=True, reply=None)
    if not facts and not case.case_facts.exists() and case.streak_id is None:
        raise _refuse("facts", gettext_noop("Add at least one fact to the case first."))
    papers = documents.count()
    digest = freeze(complaint)
    complaint.supersedes = earlier
    complaint.issued_at, complaint.issued_by, complaint.evidence_digest = now, by, digest
    complaint.message_occasion = f"complaint:{complaint.pk}:{case.student.user_id}"
    complaint.revision += 1
    complaint.save()
    touch(case)
    told = {"complaint": complaint.pk, "clauses": complaint.clauses, "digest": digest}
    messages = news(
        "complaint",
        case,
        [case.student.user_id],
        f"complaint:{complaint.pk}",
        now,
        context={
            "facts": complaint.facts,
            "clauses": complaint.clauses,
            "named": list(CaseFact.objects.filter(complaint=complaint).values_list("text", flat=True)),
            "papers": papers,
            "addition": earlier is not None,
            "digest": digest,
        },
        kind="complaint",
        clause=PROCEEDINGS,
    )
    write(
        entries=[enter("complaint_issued", case, now, by=by, facts=told, clause=PROCEEDINGS)],
        messages=messages,
        now=now,
    )
    return complaint


def complaints_under_way(now: datetime) -> QuerySet[Complaint]:
    """Complaints whose e-mail has gone out without the case knowing of it yet."""
    gone = Message.objects.filter(
        state=Message.State.SENT, sent_at__lte=now, occasion__startswith="complaint:"
    )
    return Complaint.objects.filter(
        sent_at__isnull=True,
        issued_at__isnull=False,
        message_occasion__in=gone.values("occasion"),
    ).order_by("issued_at", "pk")


def complaints_sent(complaint_ids: Sequence[int], now: datetime) -> int:
    """Date these complaints by when their e-mails really went out, and let the cases move on (B1)."""
    rows = list(Complaint.objects.filter(pk__in=complaint_ids, sent_at__isnull=True).order_by("pk"))
    sent = dict(
        Message.objects.filter(
            occasion__in=[row.message_occasion for row in rows if row.message_occasion],
            state=Message.State.SENT,
        ).values_list("occasion", "sent_at")
    )
    rows = [row for row in rows if row.message_occasion in sent]
    cases = {case.pk: case for case in (lock_case(pk) for pk in sorted({row.case_id for row in rows}))}
    chains = lock_chains(sorted({case.student.user_id for case in cases.values()}))
    heads = heads_of_learning()
    entries, messages = [], []
    for row in rows:
        case, at = cases[row.case_id], sent[row.message_occasion or ""]
        assert at is not None  # which the record's own constraint says
        row.sent_at = at
        row.revision += 1
        row.save(update_fields=["sent_at", "revision"])
        first = case.informed_at is None
        if case.state == CaseState.OPEN:
            move(case, Step.INFORM, informed_at=at)
        told = {"complaint": row.pk, "sent_at": at, "digest": row.evidence_digest}
        entries.append(
            enter("complaint_sent", case, now, by=None, facts=told, clause=PROCEEDINGS, happened_at=at)
        )
        if first:
            team = {*heads, case.enrolment.path.learning_manager_id} - {case.student.user_id}
            messages += news(
                "informed",
                case,
                team,
                f"complaint-sent:{row.pk}",
                at,
                context={"sent_at": at.isoformat()},
                kind="case_news",
                clause=PROCEEDINGS,
            )
    write(entries=entries, messages=messages, now=now, chains=chains)
    return len(rows)


def under(complaint: Complaint) -> tuple[QuerySet[CaseFact], QuerySet[CaseDocument]]:
    """What is frozen under a complaint."""
    return complaint.frozen_facts.all(), complaint.frozen_documents.select_related("document")


def _open_to(case_id: int, by: User) -> Case:
    case = lock_case(case_id)
    if not can_prosecute(by, case):
        raise PermissionDenied
    ensure_pending(case)
    return case


def _stale() -> RuleError:
    return _refuse("revision", gettext_noop("Somebody changed it meanwhile. Read it again before you go on."))


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, PROCEEDINGS, message)
