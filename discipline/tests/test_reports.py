"""Reports of abuse and breaches (P4, P5, 3.3), shielding who made them; suspicions and findings (P2, P3)."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from discipline.models import Case, CaseKind, CaseState, Penalty, Report, Suspicion, SuspicionState
from discipline.selectors.reports import reports_for, suspicions_for
from discipline.services.reports import dismiss_report, make_report, name_accused, open_report
from discipline.services.suspicions import (
    Pair,
    add_evidence,
    dismiss_suspicion,
    establish_suspicion,
    report_suspicion,
)
from discipline.sweeps import COMMITMENT_ALERTS, CONDUCT_REPORTS
from enforcement.runner import run
from mentoring.models import CommitmentAlert
from record.models import Entry, Message
from rulebook.errors import RuleError
from students.models import ConductReportKind, WorkState
from students.services.reporting import report_conduct
from tests.factories import (
    make_assessor,
    make_deliverable,
    make_enrolment,
    make_mentorship,
    make_path,
    make_project,
    make_user,
    make_work,
)

from .world import DAY, HOUR, NOW, confirm, draft, inform, seat

pytestmark = pytest.mark.django_db
PAIR = Pair(title="Chapter 2", other_title="A public blog", other_url="https://blog.example.org/2")


@pytest.fixture
def head():
    return make_user(Role.HEAD_OF_LEARNING)


@pytest.fixture
def enrolment(head):
    return make_enrolment(path=make_path(learning_manager=make_user(Role.LEARNING_MANAGER)))


@pytest.fixture
def mentor(enrolment):
    return make_mentorship(enrolment=enrolment).mentor.user


def report(enrolment, by, kind="breach", **more) -> Report:
    return make_report(enrolment_id=enrolment.pk, kind=kind, text="What happened.", by=by, now=NOW, **more)


def test_p4_a_report_of_abuse_opens_its_case_in_the_same_moment(enrolment, mentor) -> None:
    row = report(enrolment, mentor, "abuse")
    case = Case.objects.get()
    assert (row.state, row.case, case.kind, case.clause) == ("opened", case, CaseKind.ABUSE, "3.5")
    assert (case.state, case.opened_at) == (CaseState.OPEN, NOW)
    assert Message.objects.filter(occasion=f"proceedings-opened:{case.pk}:{case.student.user_id}").exists()
    # Another report of it joins the case that waits for its complaint: one fact, one case (abuse 51).
    assert report(enrolment, enrolment.path.learning_manager, "abuse").case == case
    assert Case.objects.count() == 1


def test_a_breach_waits_for_somebody_who_opens_or_dismisses_it(enrolment, mentor, head) -> None:
    row, other = report(enrolment, mentor), report(enrolment, mentor, "offsite")
    assert not Case.objects.exists()
    opened = open_report(report_id=row.pk, reasons="Twice now.", by=head, now=NOW + HOUR)
    assert (opened.case.kind, opened.case.clause) == (CaseKind.CONDUCT, "2.1")
    with pytest.raises(RuleError, match="why"):
        dismiss_report(report_id=other.pk, reasons="", by=head, now=NOW)
    dismiss_report(report_id=other.pk, reasons="Nothing in it.", by=head, now=NOW)
    with pytest.raises(RuleError, match="already"):
        open_report(report_id=other.pk, by=head, now=NOW)
    assert Message.objects.filter(occasion=f"discipline-report-handled:{other.pk}:{mentor.pk}").exists()


def test_nobody_deals_with_a_report_of_their_own_or_about_themselves(enrolment, mentor, head) -> None:
    row = report(enrolment, head)
    for user in (head, mentor, enrolment.student.user, make_user(Role.LEARNING_MANAGER)):
        with pytest.raises(PermissionDenied):
            open_report(report_id=row.pk, by=user, now=NOW)
    for user in (enrolment.student.user, make_user(Role.STUDENT), make_user(Role.MENTOR)):
        with pytest.raises(PermissionDenied):
            report(enrolment, user)


def test_abuse_22_nothing_that_the_accused_reads_tells_who_reported(enrolment, mentor) -> None:
    row = report(enrolment, mentor, "abuse")
    accused = enrolment.student.user
    theirs = Entry.objects.filter(chain__subject=accused)
    assert theirs.exists()
    names = {mentor.full_name, mentor.email, f'"{mentor.pk}"'}
    for entry in theirs:
        assert entry.actor_id is None and not any(name in entry.payload for name in names)
    for message in Message.objects.filter(recipient=accused):
        assert not any(name in message.context for name in names)
        assert "reporter" not in json.loads(message.context)
    school = Entry.objects.filter(chain__subject=None, kind="discipline_reported").get()
    assert school.actor_id is None and "reporter" not in school.payload
    assert not reports_for(accused).exists()
    assert list(reports_for(mentor)) == [row]
    assert not reports_for(make_user(Role.STUDENT)).exists()


def test_abuse_8_who_reports_steps_off_the_board(enrolment, mentor, head) -> None:
    case = report(enrolment, mentor, "abuse").case
    assert case is not None
    member = seat(case, user=head)
    report(enrolment, head, "abuse")
    member.refresh_from_db()
    assert member.recused_at == NOW


def test_a_report_of_conduct_that_names_a_student_comes_before_the_board_by_itself(enrolment) -> None:
    reporter, accused = make_user(Role.STUDENT), enrolment.student.user
    said = report_conduct(
        kind=ConductReportKind.ABUSE, text="Insults.", subject=accused, by=reporter, now=NOW
    )
    report_conduct(kind=ConductReportKind.ABUSE, text="Nobody named.", by=reporter, now=NOW)
    assert run(CONDUCT_REPORTS, NOW + DAY) == 1
    row = Report.objects.get()
    assert (row.conduct_report, row.made_at, row.case.opened_at) == (said, NOW, NOW)
    assert run(CONDUCT_REPORTS, NOW + DAY) == 0


def test_staff_name_whom_a_report_of_conduct_is_about(enrolment, head) -> None:
    said = report_conduct(
        kind=ConductReportKind.SAFETY, text="The exit was locked.", by=make_user(Role.STUDENT), now=NOW
    )
    row = name_accused(conduct_report_id=said.pk, enrolment_id=enrolment.pk, by=head, now=NOW)
    assert (row.kind, row.state, row.reporter) == ("offsite", "received", said.reporter)
    with pytest.raises(RuleError, match="already"):
        name_accused(conduct_report_id=said.pk, enrolment_id=enrolment.pk, by=head, now=NOW)


def test_t3_a_commitment_alert_that_was_marked_is_referred_to_the_board(enrolment, mentor, head) -> None:
    CommitmentAlert.objects.create(
        enrolment=enrolment,
        silent_since=NOW - 60 * DAY,
        raised_at=NOW - 30 * DAY,
        clause="3.3",
        policy_id="2026-01",
        marked_at=NOW,
        marked_by=mentor,
        reasons="No answer for weeks.",
    )
    assert run(COMMITMENT_ALERTS, NOW + HOUR) == 1
    row = Report.objects.get()
    assert (row.kind, row.state, row.made_at) == ("commitment", "received", NOW)
    assert not Case.objects.exists()  # never a penalty by itself: somebody opens proceedings
    assert open_report(report_id=row.pk, by=head, now=NOW + DAY).case.kind == CaseKind.COMMITMENT


# --- suspicions


@pytest.fixture
def work(enrolment, mentor):
    return make_work(enrolment=enrolment, project=make_project(enrolment.path))


def suspect(work, by, **more) -> Suspicion:
    return report_suspicion(work_id=work.pk, text="Too alike.", pairs=[PAIR], by=by, now=NOW, **more)


def establish(row, by, stage="submitted", now=NOW + HOUR) -> Suspicion:
    return establish_suspicion(suspicion_id=row.pk, stage=stage, reasons="Word for word.", by=by, now=now)


def test_p2_a_suspicion_is_no_penalty_and_the_student_hears_nothing(work, mentor) -> None:
    row = suspect(work, mentor)
    assert row.state == SuspicionState.OPEN and not Case.objects.exists()
    student = work.enrolment.student.user
    assert not Entry.objects.filter(chain__subject=student).exists()
    assert not Message.objects.filter(recipient=student).exists()
    assert not suspicions_for(student, NOW).exists()
    dismissed = dismiss_suspicion(
        suspicion_id=row.pk, reasons="A common text.", by=work.enrolment.path.learning_manager, now=NOW
    )
    assert dismissed.state == SuspicionState.DISMISSED
    assert not Entry.objects.filter(chain__subject=student).exists()


@pytest.mark.parametrize(
    ("stage", "state"), [("submitted", WorkState.TO_REWORK), ("throughout", WorkState.TO_REDO)]
)
def test_p3_establishing_opens_the_case_blocks_the_project_and_proposes(work, mentor, stage, state) -> None:
    version = make_deliverable(work)
    row = establish(
        suspect(work, mentor, deliverable_id=version.pk), work.enrolment.path.learning_manager, stage
    )
    case = row.case
    assert (case.kind, case.clause, case.state) == (CaseKind.PLAGIARISM, "3.4", CaseState.OPEN)
    assert json.loads(case.proposal)["measure"] == "warning"
    work.refresh_from_db()
    assert work.state == state
    assert work.requirements.get().about == f"discipline.suspicion:{row.pk}"
    assert case.case_facts.get().text == "Word for word."
    student = work.enrolment.student.user
    kinds = Entry.objects.filter(chain__subject=student).values_list("kind", flat=True)
    assert {"proceedings_opened", "plagiarism_established"} <= set(kinds)


def test_p2_two_people_stand_behind_a_finding(work, mentor) -> None:
    row = suspect(work, mentor)
    for user in (
        mentor,
        work.enrolment.student.user,
        make_user(Role.STUDENT_SUCCESS),
        make_user(Role.LEARNING_MANAGER),
    ):
        with pytest.raises(PermissionDenied):
            establish(row, user, "making")
    assert establish(row, make_assessor().user, "making").state == SuspicionState.ESTABLISHED
    with pytest.raises(RuleError, match="already"):
        establish(row, work.enrolment.path.learning_manager, "making")


def test_abuse_53_a_finding_is_not_made_on_evidence_that_changed_meanwhile(work, mentor) -> None:
    row = suspect(work, mentor)
    add_evidence(suspicion_id=row.pk, pairs=[PAIR], by=mentor, now=NOW)
    with pytest.raises(RuleError) as refused:
        establish_suspicion(
            suspicion_id=row.pk,
            stage="making",
            reasons="x",
            expected=1,
            by=work.enrolment.path.learning_manager,
            now=NOW,
        )
    assert refused.value.field == "revision"


def test_abuse_51_and_52_two_findings_of_one_project_are_one_case_and_one_rung(work, mentor) -> None:
    version = make_deliverable(work)
    manager = work.enrolment.path.learning_manager
    first = establish(suspect(work, mentor, deliverable_id=version.pk), manager)
    second = establish(suspect(work, mentor, deliverable_id=version.pk), manager, now=NOW + 2 * HOUR)
    assert second.case == first.case and not second.repeated
    assert json.loads(Case.objects.get().proposal)["rung"] == "submitted"


def test_p3_again_after_a_warning_proposes_the_end(work, mentor, head) -> None:
    manager = work.enrolment.path.learning_manager
    case = establish(suspect(work, mentor, deliverable_id=make_deliverable(work).pk), manager).case
    assert case is not None
    inform(case, at=NOW + DAY)
    case.refresh_from_db()
    decision = confirm(draft(case, at=NOW + 5 * DAY), at=NOW + 5 * DAY)
    Penalty.objects.create(
        decision=decision,
        case=case,
        student=case.student,
        enrolment=case.enrolment,
        kind="warning",
        decided_at=NOW + 5 * DAY,
        policy_id="2026-01",
        effective_at=NOW + 6 * DAY,
        effective_by="on_sending",
    )
    again = make_deliverable(work, submitted_at=NOW + 10 * DAY)
    row = report_suspicion(
        work_id=work.pk, text="Again.", pairs=[PAIR], deliverable_id=again.pk, by=mentor, now=NOW + 11 * DAY
    )
    found = establish(row, manager, "making", now=NOW + 11 * DAY)
    assert found.repeated and found.case != case
    assert json.loads(found.case.proposal)["measure"] == "discontinuation"
