"""Complaint, evidence, reply, closing and withdrawal (B1, B10, A7): what follows what, and what is refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from discipline.models import Case, CaseState, Complaint
from discipline.permissions.proceedings import can_prosecute
from discipline.selectors import cases_for
from discipline.services.closing import close_case, note_legal_followup
from discipline.services.complaints import draft_complaint, issue_complaint
from discipline.services.evidence import (
    add_document,
    add_fact,
    evidence_digest,
    remove_document,
    remove_fact,
)
from discipline.services.replies import reply_to_complaint
from discipline.sweeps import COMPLAINTS_SENT
from enforcement.runner import run
from record.models import Entry, Message
from rulebook.errors import RuleError
from tests.factories import make_file, make_user

from .world import DAY, HOUR, NOW, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def manager(case):
    return case.enrolment.path.learning_manager


def write_and_issue(case, by, *, now=NOW + HOUR) -> Complaint:
    add_fact(case_id=case.pk, text="Seen in the forum.", clause="3.5", by=by, now=now)
    draft = draft_complaint(case_id=case.pk, facts="You insulted others.", clauses=["3.5"], by=by, now=now)
    return issue_complaint(complaint_id=draft.pk, by=by, now=now)


def send(complaint: Complaint, at) -> None:
    """The e-mail goes out; then the sweep looks."""
    Message.objects.filter(occasion=complaint.message_occasion).update(state="sent", sent_at=at)
    run(COMPLAINTS_SENT, at + timedelta(minutes=1))
    complaint.refresh_from_db()


def kinds(case) -> list[str]:
    entries = Entry.objects.filter(chain__subject=case.student.user, about=f"discipline.case:{case.pk}")
    return list(entries.order_by("seq").values_list("kind", flat=True))


def test_b1_a_complaint_is_drafted_issued_sent_and_the_case_informed_by_the_real_sending(
    case, manager
) -> None:
    complaint = write_and_issue(case, manager)
    case.refresh_from_db()
    assert (case.state, complaint.sent_at) == (CaseState.OPEN, None)
    run(COMPLAINTS_SENT, NOW + 2 * HOUR)
    case.refresh_from_db()
    assert case.state == CaseState.OPEN  # issued is not sent
    send(complaint, NOW + 5 * HOUR)
    case.refresh_from_db()
    assert (case.state, case.informed_at, complaint.sent_at) == (
        CaseState.INFORMED,
        NOW + 5 * HOUR,
        NOW + 5 * HOUR,
    )
    assert kinds(case) == ["case_fact_added", "complaint_issued", "complaint_sent"]
    message = Message.objects.get(occasion=complaint.message_occasion)
    assert message.recipient == case.student.user
    context = json.loads(message.context)
    assert (context["facts"], context["named"]) == ("You insulted others.", ["Seen in the forum."])
    assert run(COMPLAINTS_SENT, NOW + DAY) == 0


def test_b1_a_late_sweep_dates_by_the_sending(case, manager) -> None:
    complaint = write_and_issue(case, manager)
    Message.objects.filter(occasion=complaint.message_occasion).update(state="sent", sent_at=NOW + 2 * HOUR)
    run(COMPLAINTS_SENT, NOW + 3 * DAY)
    case.refresh_from_db()
    assert case.informed_at == NOW + 2 * HOUR
    assert Entry.objects.get(kind="complaint_sent").happened_at == NOW + 2 * HOUR


@pytest.mark.parametrize(
    ("facts", "clauses", "field"), [(" ", ["3.5"], "facts"), ("x", [], "clauses"), ("x", ["9.9"], "clauses")]
)
def test_b1_a_complaint_names_facts_and_clauses(case, manager, facts, clauses, field) -> None:
    with pytest.raises(RuleError) as refused:
        draft_complaint(case_id=case.pk, facts=facts, clauses=clauses, by=manager, now=NOW)
    assert refused.value.field == field


def test_b1_a_complaint_without_a_fact_is_not_sent(case, manager) -> None:
    draft = draft_complaint(case_id=case.pk, facts="x", clauses=["3.5"], by=manager, now=NOW)
    with pytest.raises(RuleError, match="fact"):
        issue_complaint(complaint_id=draft.pk, by=manager, now=NOW)


def test_abuse_53_a_stale_tab_does_not_overwrite_or_send_a_draft(case, manager) -> None:
    add_fact(case_id=case.pk, text="x", clause="3.5", by=manager, now=NOW)
    draft = draft_complaint(case_id=case.pk, facts="One.", clauses=["3.5"], by=manager, now=NOW)
    draft_complaint(case_id=case.pk, facts="Two.", clauses=["3.5"], expected=1, by=manager, now=NOW)
    with pytest.raises(RuleError) as refused:
        draft_complaint(case_id=case.pk, facts="Three.", clauses=["3.5"], expected=1, by=manager, now=NOW)
    assert refused.value.field == "revision"
    with pytest.raises(RuleError):
        issue_complaint(complaint_id=draft.pk, expected=1, by=manager, now=NOW)
    issued = issue_complaint(complaint_id=draft.pk, expected=2, by=manager, now=NOW)
    assert issued.facts == "Two."
    with pytest.raises(RuleError, match="already"):
        issue_complaint(complaint_id=draft.pk, by=manager, now=NOW)


def test_abuse_44_evidence_is_frozen_with_the_complaint_and_additions_are_told(case, manager) -> None:
    document = add_document(
        case_id=case.pk, upload=make_file(), title="What was written", by=manager, now=NOW
    )
    complaint = write_and_issue(case, manager)
    assert complaint.evidence_digest == evidence_digest(complaint)
    fact = case.case_facts.get()
    for act in (
        lambda: remove_fact(fact_id=fact.pk, by=manager, now=NOW + DAY),
        lambda: remove_document(document_id=document.pk, by=manager, now=NOW + DAY),
    ):
        with pytest.raises(RuleError):
            act()
    told = Message.objects.filter(kind="case_news", recipient=case.student.user)
    assert not told.exists()
    later = add_fact(case_id=case.pk, text="Again today.", clause="3.5", by=manager, now=NOW + DAY)
    assert later.told_at == NOW + DAY
    assert json.loads(told.get().context)["what"] == "Again today."
    with pytest.raises(RuleError):
        remove_fact(fact_id=later.pk, by=manager, now=NOW + DAY)


def test_b1_what_the_student_cannot_read_is_never_under_a_complaint(case, manager) -> None:
    hidden = add_document(
        case_id=case.pk,
        upload=make_file(),
        title="Internal",
        visible_to_student=False,
        by=manager,
        now=NOW,
    )
    complaint = write_and_issue(case, manager)
    hidden.refresh_from_db()
    assert hidden.complaint_id is None and not complaint.frozen_documents.exists()
    assert "case_document_added" not in kinds(case)
    remove_document(document_id=hidden.pk, by=manager, now=NOW + DAY)


def test_b1_more_is_held_against_the_student_by_a_complaint_that_adds_to_the_first(case, manager) -> None:
    first = write_and_issue(case, manager)
    add_fact(case_id=case.pk, text="Again.", clause="3.5", by=manager, now=NOW + 2 * HOUR)
    draft = draft_complaint(
        case_id=case.pk, facts="And again.", clauses=["3.5"], by=manager, now=NOW + 3 * HOUR
    )
    with pytest.raises(RuleError, match="on its way"):
        issue_complaint(complaint_id=draft.pk, by=manager, now=NOW + 3 * HOUR)
    send(first, NOW + 4 * HOUR)
    second = issue_complaint(complaint_id=draft.pk, by=manager, now=NOW + 5 * HOUR)
    assert second.supersedes == first
    send(second, NOW + 6 * HOUR)
    case.refresh_from_db()
    assert case.informed_at == NOW + 4 * HOUR  # the first one counts
    assert [fact.complaint for fact in case.case_facts.order_by("pk")] == [first, second]


def test_the_student_replies_with_documents_and_those_who_decide_are_told(case, manager) -> None:
    student = case.student.user
    with pytest.raises(RuleError, match="no complaint"):
        reply_to_complaint(case_id=case.pk, text="No.", by=student, now=NOW)
    send(write_and_issue(case, manager), NOW + 2 * HOUR)
    reply = reply_to_complaint(
        case_id=case.pk,
        text="It was not me.",
        uploads=[make_file()],
        restricted=True,
        by=student,
        now=NOW + DAY,
    )
    paper = case.case_documents.get()
    assert (paper.reply, paper.restricted, paper.document.subject) == (reply, True, student)
    assert Message.objects.filter(occasion=f"complaint-reply:{reply.pk}:{manager.pk}").exists()
    assert kinds(case)[-1] == "complaint_replied"
    for other in (manager, make_user(Role.STUDENT)):
        with pytest.raises(PermissionDenied):
            reply_to_complaint(case_id=case.pk, text="x", by=other, now=NOW + DAY)


def test_a_reply_is_taken_while_access_to_the_training_is_closed(case, manager) -> None:
    send(write_and_issue(case, manager), NOW + 2 * HOUR)
    enrolment = case.enrolment
    enrolment.state, enrolment.ended_on = "ended", (NOW + DAY).date()
    enrolment.save()
    assert reply_to_complaint(case_id=case.pk, text="Still here.", by=case.student.user, now=NOW + 3 * DAY).pk


def test_b10_a_case_is_closed_with_reasons_and_everybody_concerned_is_told(case, manager) -> None:
    with pytest.raises(RuleError, match="why"):
        close_case(case_id=case.pk, reasons=" ", by=manager, now=NOW)
    closed = close_case(case_id=case.pk, reasons="Nothing in it.", by=manager, now=NOW + HOUR)
    assert (closed.state, closed.closed_by, closed.next_due_at) == (CaseState.CLOSED, manager, None)
    assert Message.objects.filter(occasion=f"case-closed:{case.pk}:{case.student.user_id}").exists()
    with pytest.raises(RuleError):
        close_case(case_id=case.pk, reasons="Again.", by=manager, now=NOW + DAY)
    with pytest.raises(RuleError):
        draft_complaint(case_id=case.pk, facts="x", clauses=["3.5"], by=manager, now=NOW + DAY)


def test_p4_a_legal_followup_is_noted_for_the_school_alone(case, manager) -> None:
    note_legal_followup(case_id=case.pk, note="Reported to the police.", by=manager, now=NOW)
    entry = Entry.objects.get(kind="legal_followup_noted")
    assert entry.chain.subject is None and "police" not in entry.payload
    assert not Entry.objects.filter(chain__subject=case.student.user).exists()


def test_b2_who_runs_a_case_has_no_part_in_it(case, manager) -> None:
    head, success = make_user(Role.HEAD_OF_LEARNING), make_user(Role.STUDENT_SUCCESS)
    stranger = make_user(Role.LEARNING_MANAGER)
    may = {user: can_prosecute(user, case) for user in (manager, head, success, stranger, case.student.user)}
    assert may == {manager: True, head: True, success: False, stranger: False, case.student.user: False}
    for user in (success, stranger, case.student.user):
        with pytest.raises(PermissionDenied):
            close_case(case_id=case.pk, reasons="x", by=user, now=NOW)
    assert not cases_for(stranger).exists()
