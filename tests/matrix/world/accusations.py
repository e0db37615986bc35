"""A report that waits, a suspicion that somebody else reported, and the draft of a complaint with its evidence."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from discipline.models import CaseDocument, CaseFact, Complaint, Report, Suspicion
from record.documents.services import store_document
from students.models import ConductReport
from tests.factories import make_file, make_user
from tests.matrix.people import NOW

from .school import World


def rows(world: World) -> dict[str, Any]:
    case = world.rows["case"]
    author = make_user(Role.HEAD_OF_LEARNING)
    document = store_document(
        purpose="case-evidence", upload=make_file(), subject=case.student.user, by=author, now=NOW
    )
    return {
        "complaint_draft": Complaint.objects.create(
            case=case, facts="What is held.", clauses=["3.2"], drafted_at=NOW, drafted_by=author
        ),
        "case_fact": CaseFact.objects.create(case=case, text="A fact.", clause="3.2", added_at=NOW),
        "case_document": CaseDocument.objects.create(
            case=case, document=document, title="A document", added_at=NOW
        ),
        "discipline_report": Report.objects.create(
            kind="breach",
            accused=world.enrolment,
            clause="2.1",
            policy_id="2026-01",
            reporter=author,
            text="What happened.",
            made_at=NOW,
        ),
        "conduct_unnamed": ConductReport.objects.create(
            kind="abuse", reporter=author, text="Nobody is named.", made_at=NOW
        ),
        "suspicion": Suspicion.objects.create(
            enrolment=world.enrolment,
            reported_by=author,
            text="Too alike.",
            reported_at=NOW,
            policy_id="2026-01",
        ),
    }
