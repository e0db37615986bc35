"""T4: a report after each session held and each month; drafted, called to mind, final, added to."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from accounts.models import Role
from enforcement.runner import run
from mentoring.models import Mentorship, MonitoringReport, ReportState, SessionState
from mentoring.services import Findings, add_to_report, submit_report
from mentoring.services.followups import follow
from mentoring.sweeps import MONTHLY_REPORTS, REPORT_REMINDERS, SESSION_REPORTS
from mentoring.tests.student_pages import clock, sign_in
from record.models import Entry, Message
from rulebook.errors import RuleError
from students.models import Interruption
from tests.factories import (
    at,
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_path,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
START = at("2026-03-03 13:00")
NOW = START + timedelta(hours=2)
BODY = {
    "done": "The data model.",
    "next_steps": "The pages.",
    "progress": "on_track",
    "attendance": "There from the start.",
    "conduct": "as_expected",
    "conduct_note": "",
}


@pytest.fixture
def manager():
    return make_user(Role.LEARNING_MANAGER)


@pytest.fixture
def mentorship(manager):
    enrolment = make_enrolment(path=make_path(learning_manager=manager))
    return make_mentorship(enrolment=enrolment)


def hold(mentorship, starts_at=START, **fields):
    return make_session(starts_at, mentorship=mentorship, state=SessionState.HELD, **fields)


def draft(mentorship, starts_at=START):
    session = hold(mentorship, starts_at)
    run(SESSION_REPORTS, session.ends_at + timedelta(hours=1))
    return MonitoringReport.objects.get(session=session)


def submit(report, now=NOW, **changes):
    return submit_report(
        report_id=report.pk, findings=Findings(**(BODY | changes)), by=report.mentor.user, now=now
    )


def test_t4_each_session_held_owes_one_report_whenever_the_sweep_runs(mentorship):
    session = hold(mentorship)
    make_session(START + WEEK, mentorship=mentorship, state=SessionState.UNAUTHORISED_ABSENCE)
    for now in (NOW, NOW + DAY, NOW + 30 * DAY):
        run(SESSION_REPORTS, now)
    report = MonitoringReport.objects.get()
    assert (report.session, report.owed_since, report.state) == (session, session.ends_at, "draft")
    assert report.remind_at == session.ends_at + 3 * DAY


def test_t4_a_submitted_report_is_final_and_the_student_is_told(mentorship):
    report = submit(draft(mentorship))
    assert report.state == ReportState.FINAL and report.submitted_at == NOW and report.remind_at is None
    student = mentorship.enrolment.student.user
    assert Message.objects.get(kind="report_submitted").recipient == student
    assert Entry.objects.get(kind="report_submitted").chain.subject == student
    with pytest.raises(RuleError) as refused:
        submit(report, NOW + DAY, done="Something else.")
    assert refused.value.field == "report"
    addition = add_to_report(
        report_id=report.pk, text="It was the API.", by=report.mentor.user, now=NOW + DAY
    )
    report.refresh_from_db()
    assert report.done == "The data model." and addition.text == "It was the API."


@pytest.mark.parametrize(
    ("changes", "field", "clause"),
    [
        ({"done": " "}, "done", "3.3"),
        ({"next_steps": ""}, "next_steps", "3.3"),
        ({"attendance": ""}, "attendance", "3.3"),
        ({"progress": "fine"}, "progress", "3.3"),
        ({"conduct": ""}, "conduct", "2.5"),
        ({"conduct": "to_improve"}, "conduct_note", "2.5"),
    ],
)
def test_t4_what_is_missing_is_said_by_its_field(mentorship, changes, field, clause):
    report = draft(mentorship)
    with pytest.raises(RuleError) as refused:
        submit(report, **changes)
    assert (refused.value.field, refused.value.clause) == (field, clause)
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_t4_facts_are_kept_as_they_were(mentorship):
    session = hold(mentorship, student_joined_at=START + timedelta(minutes=3))
    run(SESSION_REPORTS, NOW)
    report = submit(MonitoringReport.objects.get(session=session))
    assert json.loads(report.facts)["late_seconds"] == 180


def test_t4_reminders_come_every_three_days_until_it_is_submitted(mentorship):
    report = draft(mentorship)
    first = report.owed_since + 3 * DAY
    assert run(REPORT_REMINDERS, first - timedelta(microseconds=1)) == 0
    assert run(REPORT_REMINDERS, first) == 1
    assert run(REPORT_REMINDERS, first + DAY) == 0
    run(REPORT_REMINDERS, first + 10 * DAY)  # three were missed: one is sent
    assert Message.objects.filter(kind="reports_owed", recipient=report.mentor.user).count() == 2
    submit(report, first + 10 * DAY)
    assert run(REPORT_REMINDERS, first + 40 * DAY) == 0


def test_t4_one_message_names_all_that_a_mentor_owes(mentorship):
    for weeks in range(3):
        hold(mentorship, START - weeks * WEEK)
    run(SESSION_REPORTS, NOW)
    run(REPORT_REMINDERS, NOW + 3 * DAY)
    assert json.loads(Message.objects.get(kind="reports_owed").context)["count"] == 3


def test_t4_a_session_that_no_longer_counts_as_held_owes_nothing(mentorship):
    report = draft(mentorship)
    session = report.session
    session.state, session.ground = SessionState.UNAUTHORISED_ABSENCE, "no_show"
    session.save()
    with pytest.raises(RuleError):
        submit(report)
    run(REPORT_REMINDERS, NOW + 9 * DAY)
    assert not Message.objects.filter(kind="reports_owed").exists()


def months(enrolment):
    rows = MonitoringReport.objects.filter(enrolment=enrolment, kind="monthly").order_by("month")
    return list(rows.values_list("month", flat=True))


def test_t4_each_month_of_training_owes_one_report_from_local_midnight(mentorship):
    enrolment = mentorship.enrolment
    follow([enrolment])
    run(MONTHLY_REPORTS, at("2026-01-31 22:59:59"))
    assert months(enrolment) == []
    run(MONTHLY_REPORTS, at("2026-01-31 23:00"))  # the first of February in Paris
    assert months(enrolment) == [date(2026, 1, 1)]
    run(MONTHLY_REPORTS, at("2026-03-31 22:00"))  # two months later, after the clock change
    run(MONTHLY_REPORTS, at("2026-03-31 22:00"))
    assert months(enrolment) == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert MonitoringReport.objects.get(month=date(2026, 3, 1)).owed_since == at("2026-03-31 22:00")


def test_t4_a_month_of_leave_and_one_without_a_mentor_owe_none(mentorship):
    enrolment = mentorship.enrolment
    follow([enrolment])
    Interruption.objects.create(
        enrolment=enrolment,
        kind="leave",
        starts_on=date(2026, 1, 15),
        ends_on=date(2026, 2, 28),
        recorded_at=START,
    )
    Mentorship.objects.update(ends_on=date(2026, 3, 31))
    for month in ("02", "03", "04", "05"):
        run(MONTHLY_REPORTS, at(f"2026-{month}-02 00:00"))
    assert months(enrolment) == [date(2026, 1, 1), date(2026, 3, 1)]


def test_t4_the_mentor_who_mentored_last_in_the_month_owes_it(mentorship):
    enrolment = mentorship.enrolment
    follow([enrolment])
    Mentorship.objects.update(ends_on=date(2026, 1, 20))
    later = make_mentorship(enrolment=enrolment, starts_on=date(2026, 1, 21))
    run(MONTHLY_REPORTS, at("2026-02-01 00:00"))
    assert MonitoringReport.objects.get(kind="monthly").mentor == later.mentor


def test_t4_months_stop_after_the_training(mentorship):
    enrolment = mentorship.enrolment
    enrolment.ends_on = date(2026, 2, 10)
    enrolment.save()
    follow([enrolment])
    for month in range(2, 9):
        run(MONTHLY_REPORTS, at(f"2026-{month:02}-02 00:00"))
    assert months(enrolment) == [date(2026, 1, 1), date(2026, 2, 1)]
    assert run(MONTHLY_REPORTS, at("2027-01-01 00:00")) == 0


# Pages.


def test_abuse_11_a_former_mentor_reads_no_new_reports(mentorship):
    own = submit(draft(mentorship, START - WEEK), START - WEEK + DAY)
    Mentorship.objects.update(ends_on=date(2026, 3, 1))
    successor = make_mentorship(enrolment=mentorship.enrolment, starts_on=date(2026, 3, 2))
    new = submit(draft(successor))
    with clock(NOW + DAY):
        former, current = sign_in(mentorship.mentor.user), sign_in(successor.mentor.user)
        assert former.get(f"/mentor/reports/{own.pk}/").status_code == 200
        assert former.get(f"/mentor/reports/{new.pk}/").status_code == 404
        assert current.get(f"/mentor/reports/{own.pk}/").status_code == 200
        assert current.post(f"/mentor/reports/{own.pk}/", {"text": "No."}).status_code == 404


def test_a_draft_is_its_mentors_alone(mentorship, manager):
    report = draft(mentorship)
    with clock(NOW):
        assert sign_in(report.mentor.user).get(f"/mentor/reports/{report.pk}/").status_code == 200
        student = sign_in(mentorship.enrolment.student.user)
        assert student.get(f"/portal/reports/{report.pk}/").status_code == 404
        assert sign_in(manager).get(f"/staff/reports/{report.pk}/").status_code == 404
        other = make_mentor().user
        assert sign_in(other).get(f"/mentor/reports/{report.pk}/").status_code == 404


def test_the_mentors_form_is_drafted_from_facts_and_submitted(mentorship, manager):
    session = hold(mentorship, student_joined_at=START + timedelta(minutes=3))
    client = sign_in(mentorship.mentor.user)
    with clock(NOW):
        opened = client.post(f"/mentor/sessions/{session.pk}/report/")
        page = client.get(opened["Location"]).content.decode()
        assert "Joined 3 min after the start." in page
        assert client.post(opened["Location"], BODY | {"done": ""}).status_code == 422
        assert client.post(opened["Location"], BODY)["Location"] == "/mentor/reports/"
        report = MonitoringReport.objects.get()
        student = sign_in(mentorship.enrolment.student.user)
        assert "The data model." in student.get(f"/portal/reports/{report.pk}/").content.decode()
        assert "The data model." in sign_in(manager).get(f"/staff/reports/{report.pk}/").content.decode()
        client.post(f"/mentor/reports/{report.pk}/", {"text": "It was the API."})
        assert "It was the API." in student.get(f"/portal/reports/{report.pk}/").content.decode()


def test_the_monthly_form_gathers_what_the_sessions_reports_said(mentorship):
    submit(draft(mentorship))
    follow([mentorship.enrolment])
    make_session(START + WEEK, mentorship=mentorship, state=SessionState.UNAUTHORISED_ABSENCE)
    run(MONTHLY_REPORTS, at("2026-04-01 00:00"))
    report = MonitoringReport.objects.get(month=date(2026, 3, 1))
    with clock(at("2026-04-01 09:00")):
        page = sign_in(mentorship.mentor.user).get(f"/mentor/reports/{report.pk}/").content.decode()
    assert "The data model." in page and "1 of 2 sessions held." in page
    assert 'name="conduct"' not in page


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("who", "url", "queries"),
    [
        ("mentor", "/mentor/reports/", 6),
        ("student", "/portal/reports/", 5),
        ("manager", "/staff/reports/", 5),
        ("manager", "/staff/reports/?state=final", 5),
        ("manager", "/alerts/", 4),
    ],
)
def test_lists_cost_the_same_for_one_and_for_three(
    mentorship, manager, rows, who, url, queries, django_assert_max_num_queries
):
    for weeks in range(rows):
        submit(draft(mentorship, START - weeks * WEEK))
        draft(mentorship, START - (weeks + 5) * WEEK)
    people = {
        "mentor": mentorship.mentor.user,
        "student": mentorship.enrolment.student.user,
        "manager": manager,
    }
    client = sign_in(people[who])
    with clock(NOW):
        client.get(url)
        with django_assert_max_num_queries(queries):
            assert client.get(url).status_code == 200
