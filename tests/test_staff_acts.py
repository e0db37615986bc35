"""What staff do on their pages: contests, sessions, trainings, enforcement, the admin's actions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from discipline.models import Case, CaseState
from discipline.sweeps import SWEEPS
from enforcement.models import Heartbeat
from enforcement.runner import run
from mentoring.models import (
    Absence,
    Contest,
    ContestOutcome,
    Hold,
    Mentorship,
    Note,
    Session,
    SessionState,
)
from mentoring.services import interrupt_training
from mentoring.tests.student_pages import START, WEEK, clock
from record.models import Entry
from students.models import (
    Accommodation,
    ConductReport,
    ConductReportKind,
    InterruptionKind,
    LeaveRequest,
    Place,
    Stay,
)
from students.services import report_conduct, take_up_report
from tests.factories import (
    make_absence,
    make_mentor,
    make_session,
    make_user,
)
from tests.staff_desk import NOW, Desk, contest

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


# Contests -------------------------------------------------------------------------------------


def test_abuse_34_an_absence_excused_after_the_third_withdraws_the_case(desk: Desk) -> None:
    row = contest(desk.three()[-1])
    page = desk.get("staff-contest", row.pk).content.decode()
    assert "The link was the old one" in page
    assert "is withdrawn" in page
    answer = {"outcome": ContestOutcome.AUTHORISED, "reasons": "Seen the screenshot"}
    asked = desk.post("staff-contest", row.pk, **answer)
    assert "What will follow" in asked.content.decode()
    row.refresh_from_db()
    assert row.decided_at is None  # asked, and nothing written yet
    done = desk.post("staff-contest", row.pk, **answer, confirmed="yes")
    assert done["Location"] == reverse("staff-contest", args=[row.pk])
    for sweep in SWEEPS:
        run(sweep, NOW)
    assert Case.objects.get().state == CaseState.WITHDRAWN
    row.refresh_from_db()
    assert (row.outcome, row.decided_by, row.reasons) == ("authorised", desk.user, "Seen the screenshot")


def test_a_contest_decided_meanwhile_is_not_decided_again(desk: Desk) -> None:
    row = contest(make_absence(START, mentorship=desk.mentorship))
    answer = {"outcome": ContestOutcome.REJECTED, "reasons": "No", "confirmed": "yes"}
    desk.post("staff-contest", row.pk, **answer)
    again = desk.post("staff-contest", row.pk, **(answer | {"outcome": ContestOutcome.PRESENT}))
    assert again.status_code == 409
    assert Contest.objects.get().outcome == ContestOutcome.REJECTED


def test_a_decision_needs_reasons_and_an_outcome_that_there_is(desk: Desk) -> None:
    row = contest(make_absence(START, mentorship=desk.mentorship))
    for outcome, reasons in (("authorised", " "), ("made_up", "Because"), ("", "Because")):
        refused = desk.post("staff-contest", row.pk, outcome=outcome, reasons=reasons, confirmed="yes")
        assert refused.status_code == 422
    assert Contest.objects.get().decided_at is None


@pytest.mark.parametrize("role", [Role.LEARNING_MANAGER, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR])
def test_only_student_success_decides(role: str) -> None:
    desk = Desk(role)
    row = contest(make_absence(START, mentorship=desk.mentorship))
    assert "Student Success decides" in desk.get("staff-contest", row.pk).content.decode()
    answer = desk.post("staff-contest", row.pk, outcome="authorised", reasons="x", confirmed="yes")
    assert answer.status_code == 404
    assert Contest.objects.get().decided_at is None


def test_abuse_43_no_client_says_when_or_who(desk: Desk) -> None:
    row = contest(make_absence(START, mentorship=desk.mentorship))
    desk.post(
        "staff-contest",
        row.pk,
        outcome="rejected",
        reasons="No",
        confirmed="yes",
        decided_at="2020-01-01",
        decided_by=desk.student.user_id,
        student=1,
    )
    decided = Contest.objects.get()
    assert (decided.decided_at, decided.decided_by) == (NOW, desk.user)


# Sessions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["held", "mentor_absent", "cancelled_by_school", "unauthorised_absence"])
def test_an_unattended_session_is_explained(desk: Desk, outcome: str) -> None:
    session = make_session(START - WEEK, mentorship=desk.mentorship, state=SessionState.UNATTENDED)
    assert "Nobody joined" in desk.get("staff-home").content.decode()
    desk.post("staff-session-resolve", session.pk, outcome=outcome, reasons="Both said so", confirmed="yes")
    session.refresh_from_db()
    assert (session.state, session.decided_by) == (outcome, desk.user)
    assert "Nobody joined" not in desk.get("staff-home").content.decode()


def test_abuse_32_a_cancellation_by_the_school_never_counts(desk: Desk) -> None:
    session = make_session(START + WEEK, mentorship=desk.mentorship)
    desk.post("staff-session-cancel", session.pk, reason="The school is closed", confirmed="yes")
    session.refresh_from_db()
    assert session.state == SessionState.CANCELLED_BY_SCHOOL
    assert not Absence.objects.exists()


def test_an_exception_is_authorised_from_the_session(desk: Desk) -> None:
    absence = make_absence(START, mentorship=desk.mentorship)
    desk.post("staff-session-exception", absence.session_id, reason="A storm", confirmed="yes")
    session = Session.objects.get(pk=absence.session_id)
    assert (session.state, session.exception.retroactive) == (SessionState.AUTHORISED_ABSENCE, True)


def test_change_what_i_wrote_keeps_it(desk: Desk) -> None:
    session = make_session(START + WEEK, mentorship=desk.mentorship)
    page = desk.post("staff-session-cancel", session.pk, reason="A closed day", change="1", confirmed="yes")
    assert "A closed day</textarea>" in page.content.decode()
    session.refresh_from_db()
    assert session.state == SessionState.SCHEDULED


# Trainings ------------------------------------------------------------------------------------


def test_a_training_is_arranged_from_the_persons_page(desk: Desk) -> None:
    other = make_mentor()
    desk.post(
        "staff-mentorship-replace",
        desk.mentorship.pk,
        mentor=other.pk,
        starts_on="2026-03-10",
        confirmed="yes",
    )
    new = Mentorship.objects.get(ends_on__isnull=True)
    assert new.mentor == other
    desk.post(
        "staff-leave-ask", desk.enrolment.pk, starts_on="2026-03-23", ends_on="2026-03-25", confirmed="yes"
    )
    leave = LeaveRequest.objects.get()
    assert (leave.state, leave.approver) == ("requested", "mentor")
    interruption = interrupt_training(
        enrolment=desk.enrolment,
        kind=InterruptionKind.LEAVE,
        starts_on=date(2026, 3, 16),
        ends_on=date(2026, 3, 18),
        by=None,
        now=NOW,
    )
    desk.post("staff-interruption-end", interruption.pk)
    interruption.refresh_from_db()
    assert interruption.lifted_at == NOW
    desk.post("staff-mentorship-end", new.pk, ends_on="2026-04-01", reason="Moves", confirmed="yes")
    new.refresh_from_db()
    assert str(new.ends_on) == "2026-04-01"
    dates = {"starts_on": "2026-01-01", "ends_on": "2027-01-31", "confirmed": "yes"}
    desk.post("staff-training-dates", desk.enrolment.pk, **dates)
    desk.post(
        "staff-training-end", desk.enrolment.pk, ends_on="2026-05-01", reason="Own wish", confirmed="yes"
    )
    desk.enrolment.refresh_from_db()
    assert (str(desk.enrolment.ends_on), str(desk.enrolment.ended_on)) == ("2027-01-31", "2026-05-01")


def test_a_measure_is_accepted_and_withdrawn(desk: Desk) -> None:
    desk.post(
        "staff-accommodation-accept",
        desk.enrolment.pk,
        audio="on",
        notice_hours=12,
        valid_from="2026-03-01",
        confirmed="yes",
    )
    row = Accommodation.objects.get()
    assert (row.audio, row.notice, row.accepted_by) == (True, timedelta(hours=12), desk.user)
    desk.post("staff-accommodation-withdraw", row.pk)
    row.refresh_from_db()
    assert row.withdrawn_at == NOW


def test_a_refusal_stands_in_the_form_and_keeps_what_was_typed(desk: Desk) -> None:
    refused = desk.post(
        "staff-training-dates",
        desk.enrolment.pk,
        starts_on="2026-05-02",
        ends_on="2026-05-01",
        confirmed="yes",
    )
    assert refused.status_code == 422
    assert "The last day comes before the first." in refused.content.decode()


# Enforcement ----------------------------------------------------------------------------------


def test_an_administrator_runs_a_sweep_and_verifies_the_record() -> None:
    desk = Desk(Role.ADMINISTRATOR)
    session = make_session(START - WEEK, mentorship=desk.mentorship)
    assert desk.get("staff-enforcement").status_code == 200
    desk.post("staff-sweep-run", "mentoring.attendance")
    session.refresh_from_db()
    assert session.state == SessionState.UNATTENDED
    assert Heartbeat.objects.get(sweep="mentoring.attendance").last_count == 1
    with clock(NOW):
        page = desk.client.post(reverse("staff-record-verify"), follow=True).content.decode()
    assert "Intact" in page
    assert desk.post("staff-sweep-run", "no.such").status_code == 404


# Abuse 59, and what a page costs --------------------------------------------------------------


def test_abuse_59_nobody_edits_the_record_or_a_fact_in_the_admin() -> None:
    desk = Desk(Role.ADMINISTRATOR)
    absence = make_absence(START, mentorship=desk.mentorship)
    desk.post(
        "staff-session-cancel",
        make_session(START + WEEK, mentorship=desk.mentorship).pk,
        reason="x",
        confirmed="yes",
    )
    entry = Entry.objects.first()
    assert entry is not None
    for model, row in (
        ("record_entry", entry),
        ("mentoring_absence", absence),
        ("mentoring_session", absence.session),
    ):
        assert (
            desk.post(f"admin:{model}_change", row.pk, clause="9", kind="x", state="held").status_code == 403
        )
        assert desk.post(f"admin:{model}_delete", row.pk, post="yes").status_code == 403
    absence.refresh_from_db()
    assert (absence.kind, Entry.objects.get(pk=entry.pk).clause) == ("unauthorised", entry.clause)


def test_a_private_note_is_not_in_the_admin() -> None:
    desk = Desk(Role.ADMINISTRATOR)
    Note.objects.create(
        enrolment=desk.enrolment, author=desk.mentorship.mentor.user, text="Private words", written_at=NOW
    )
    assert "0 notes" in desk.get("admin:mentoring_note_changelist").content.decode()


def test_the_admin_cancels_sessions_by_the_service() -> None:
    desk = Desk(Role.ADMINISTRATOR)
    session = make_session(START + WEEK, mentorship=desk.mentorship)
    data = {"action": "cancel", "_selected_action": session.pk}
    desk.post("admin:mentoring_session_changelist", **data)
    session.refresh_from_db()
    assert session.state == SessionState.SCHEDULED  # without a reason nobody is cancelled on
    desk.post("admin:mentoring_session_changelist", **data, reason="Closed")
    session.refresh_from_db()
    assert session.state == SessionState.CANCELLED_BY_SCHOOL


# Region, holds, reports of conduct, stays -------------------------------------------------------


def test_2_8_the_region_of_a_training_is_set_in_two_steps(desk: Desk) -> None:
    page = desk.get("staff-person", desk.student.pk).content.decode()
    assert reverse("staff-training-region", args=[desk.enrolment.pk]) in page
    asked = desk.post("staff-training-region", desk.enrolment.pk, region="FR-6AE")
    assert "France: Alsace" in asked.content.decode()
    desk.post("staff-training-region", desk.enrolment.pk, region="FR-6AE", confirmed="yes")
    desk.enrolment.refresh_from_db()
    assert desk.enrolment.region == "FR-6AE"
    refused = desk.post("staff-training-region", desk.enrolment.pk, region="DE", confirmed="yes")
    assert refused.status_code == 422


def test_abuse_76_a_hold_is_placed_and_released_on_the_persons_page() -> None:
    desk = Desk(Role.HEAD_OF_LEARNING)
    given = {
        "grounds": "Proceedings 12/2026",
        "ends_on": (NOW + 4 * WEEK).date().isoformat(),
        "confirmed": "yes",
    }
    desk.post("staff-hold", desk.student.pk, **given)
    hold = Hold.objects.get()
    assert "Proceedings 12/2026" in desk.get("staff-person", desk.student.pk).content.decode()
    assert desk.post("staff-hold-release", hold.pk, confirmed="yes").status_code == 302
    hold.refresh_from_db()
    assert hold.released_by == desk.user
    assert desk.get("staff-hold-release", hold.pk).status_code == 404
    assert "Proceedings" not in Desk().get("staff-person", desk.student.pk).content.decode()


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.STUDENT_SUCCESS, True),
        (Role.HEAD_OF_LEARNING, True),
        (Role.LEARNING_MANAGER, False),
        (Role.ADMINISTRATOR, False),
    ],
)
def test_3_5_reports_of_conduct_wait_on_the_worklist_and_stand_on_the_page_of_whom_they_name(
    role, seen
) -> None:
    desk = Desk(role)
    reporter = make_user(Role.STUDENT, family_name="Whistle")
    report_conduct(
        kind=ConductReportKind.ABUSE, text="Loud words", subject=desk.student.user, by=reporter, now=NOW
    )
    row = ConductReport.objects.get()
    link = reverse("staff-conduct-report", args=[row.pk])
    for page in (desk.get("staff-home"), desk.get("staff-person", desk.student.pk)):
        text = page.content.decode()
        assert (link in text) == seen
        assert "Whistle" not in text  # abuse 22: told on the report's own page alone
    if seen:
        take_up_report(report_id=row.pk, outcome="Talked to both.", by=desk.user, now=NOW)
        assert link not in desk.get("staff-home").content.decode()


def test_5_a_persons_page_shows_their_stays_and_leads_to_the_next(desk: Desk) -> None:
    place = Place.objects.create(name="The workshop")
    Stay.objects.create(
        enrolment=desk.enrolment, place=place, starts_on=NOW.date(), ends_on=NOW.date(), arranged_at=NOW
    )
    page = desk.get("staff-person", desk.student.pk).content.decode()
    assert "The workshop" in page
    assert reverse("staff-stay-arrange", args=[desk.enrolment.pk]) in page
