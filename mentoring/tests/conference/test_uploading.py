"""A report's joins become facts of sessions, once; what belongs to none is shown, never dropped."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from mentoring.conference.uploading import apply_report, lay_aside, read_again, upload_report
from mentoring.models import ConferenceReport, Join, Problem, ReportRow, Session
from record.models import Entry
from tests.factories import (
    at,
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_session,
    make_student,
    make_user,
)

from .files import teams, teams_2020, zoom

pytestmark = pytest.mark.django_db
START = at("2026-03-03 13:00")  # 14:00 in Paris
NOW = at("2026-03-03 16:00")


@pytest.fixture
def tess():
    return make_mentor(make_user(Role.MENTOR, email="tess@example.org"))


@pytest.fixture
def mentorship(tess):
    return make_mentorship(mentor=tess, enrolment=enrolment("sam@example.org"))


@pytest.fixture
def session(mentorship):
    return make_session(START, mentorship=mentorship)


def enrolment(email: str):
    return make_enrolment(student=make_student(make_user(Role.STUDENT, email=email)))


def clock(text: str) -> str:
    """A time of the third of March as Zoom writes it."""
    return datetime.strptime(text, "%H:%M:%S").strftime("03/03/2026 %I:%M:%S %p")


def line(email: str, join: str, leave: str = "14:44:00", name: str = "Somebody") -> tuple[str, str, str, str]:
    return (name, email, clock(join), clock(leave) if leave else "")


def upload(
    content: bytes, by, *, zone: str = "Europe/Paris", order: str = "auto", now=NOW
) -> ConferenceReport:
    return upload_report(content=content, file_name="r.csv", time_zone=zone, date_order=order, by=by, now=now)


def applied(content: bytes, by, **options) -> ConferenceReport:
    report = upload(content, by, **options)
    shown = list(report.rows.values_list("line", "session_id", "participant", "counted_at", "problem"))
    report, done = apply_report(report=report, by=by, now=options.get("now", NOW))
    assert done
    assert shown == list(
        report.rows.values_list("line", "session_id", "participant", "counted_at", "problem")
    )
    return report


BOTH = [line("tess@example.org", "13:58:00"), line("sam@example.org", "14:01:07")]


def test_both_joins_become_facts_and_the_session_was_held(session, tess):
    report = applied(zoom(BOTH), tess.user)
    session.refresh_from_db()
    assert session.mentor_joined_at == START - timedelta(minutes=2)
    assert session.student_joined_at == START + timedelta(minutes=1, seconds=7)
    assert session.state == "held"
    effects = json.loads(report.effects)["sessions"]
    assert effects == [{"session": session.pk, "before": "scheduled", "after": "held", "new": True}]
    assert report.content is None
    assert Entry.objects.get(kind="report_applied").chain.subject_id is None


def test_teams_tells_the_same(session, tess):
    row = ("Sam", "SAM@example.org", "3/3/26, 2:01:07\u202fPM", "3/3/26, 2:44:00\u202fPM")
    applied(teams([row]), tess.user)
    session.refresh_from_db()
    assert session.student_joined_at == START + timedelta(minutes=1, seconds=7)


def test_a_preview_changes_nothing_but_says_what_would(session, tess):
    report = upload(zoom(BOTH), tess.user)
    session.refresh_from_db()
    assert (session.state, session.student_joined_at) == ("scheduled", None)
    assert not Join.objects.exists() and not Entry.objects.exists()
    assert json.loads(report.effects)["sessions"][0]["after"] == "held"
    assert report.rows.filter(session=session).count() == 2


def test_the_first_join_counts_and_each_coming_is_shown(session, tess):
    rows = [*BOTH, line("sam@example.org", "14:20:00"), line("sam@example.org", "14:00:30", "14:00:50")]
    report = applied(zoom(rows), tess.user)
    session.refresh_from_db()
    assert session.student_joined_at == START + timedelta(seconds=30)
    assert report.rows.filter(session=session, participant="student").count() == 3


def test_the_same_file_again_changes_nothing(session, tess):
    first = applied(zoom(BOTH), tess.user)
    session.refresh_from_db()
    joins, entries, revision = Join.objects.count(), Entry.objects.count(), session.revision
    assert upload(zoom(BOTH), tess.user) == first

    staff = make_user(Role.STUDENT_SUCCESS)  # another person, the same file
    applied(zoom(BOTH), staff)
    session.refresh_from_db()
    assert (Join.objects.count(), session.revision) == (joins, revision)
    assert Entry.objects.exclude(kind="report_applied").count() == entries - 1


def test_who_stays_in_the_room_is_there_when_the_next_link_opens(session, tess):
    later = make_mentorship(mentor=tess, enrolment=enrolment("kim@example.org"))
    following = make_session(START + timedelta(minutes=45), mentorship=later)
    rows = [line("tess@example.org", "13:58:00", "15:29:00"), line("kim@example.org", "14:50:00", "15:29:00")]
    applied(zoom(rows), tess.user)
    session.refresh_from_db(), following.refresh_from_db()
    assert session.mentor_joined_at == START - timedelta(minutes=2)
    assert following.mentor_joined_at == START + timedelta(minutes=30)
    assert following.student_joined_at == START + timedelta(minutes=50)


def test_who_left_before_the_next_session_began_was_not_in_it(session, tess):
    later = make_mentorship(mentor=tess, enrolment=enrolment("kim@example.org"))
    following = make_session(START + timedelta(minutes=45), mentorship=later)
    applied(zoom([line("tess@example.org", "13:58:00", "14:44:59")]), tess.user)
    following.refresh_from_db()
    assert following.mentor_joined_at is None


@pytest.mark.parametrize(
    ("join", "leave", "matched"),
    [
        ("13:45:00", "13:50:00", True),  # when the link opens
        ("13:44:59", "13:50:00", False),
        ("13:44:59", "14:00:01", True),  # stayed into it
        ("13:44:59", "", False),
        ("14:44:59", "", True),
        ("14:45:00", "", False),
    ],
)
def test_a_join_belongs_from_when_the_link_opens_until_the_end(session, tess, join, leave, matched):
    report = upload(zoom([line("sam@example.org", join, leave)]), tess.user)
    assert report.rows.filter(session=session).exists() is matched


def test_times_are_read_in_the_zone_that_was_chosen(session, tess):
    report = upload(zoom(BOTH), tess.user, zone="America/New_York")
    assert not report.rows.filter(session__isnull=False).exists()
    report = read_again(report=report, time_zone="Europe/Paris", date_order="auto", by=tess.user, now=NOW)
    assert report.rows.filter(session=session).count() == 2


def test_a_date_that_can_be_read_in_two_ways_is_asked_about_and_not_applied(tess, mentorship):
    session = make_session(at("2026-03-04 13:00"), mentorship=mentorship)
    content = zoom([("Sam", "sam@example.org", "03/04/2026 02:00:00 PM", "")], block=False)
    now = at("2026-03-04 16:00")
    report = upload(content, tess.user, now=now)
    assert json.loads(report.effects)["question"] == "03/04/2026 02:00:00 PM"
    assert apply_report(report=report, by=tess.user, now=now)[1] is False
    report = read_again(report=report, time_zone="Europe/Paris", date_order="month", by=tess.user, now=now)
    assert report.rows.get().session == session
    assert apply_report(report=report, by=tess.user, now=now)[1]


def test_what_changed_since_the_preview_is_looked_at_again(session, tess):
    report = upload(zoom(BOTH), tess.user)
    Session.objects.filter(pk=session.pk).update(
        state="cancelled_by_school", decided_at=NOW, falls_due_at=None, released_at=NOW
    )
    report, done = apply_report(report=report, by=tess.user, now=NOW)
    assert not done
    assert set(report.rows.values_list("problem", flat=True)) == {Problem.CANCELLED}


# --- Unmatched rows are shown, with a reason -----------------------------------------------------------------------


def test_each_unmatched_row_is_kept_with_its_reason(session, tess):
    make_user(Role.STUDENT, email="kim@example.org")
    rows = [
        line("", "14:00:00", name="iPhone"),
        ("Broken", "sam@example.org", "sometime", ""),
        line("stranger@example.org", "14:00:00"),
        line("kim@example.org", "14:00:00"),
        line("sam@example.org", "18:00:00", "18:10:00"),
    ]
    staff = make_user(Role.STUDENT_SUCCESS)
    report = applied(zoom(rows), staff)
    assert list(report.rows.values_list("line", "problem")) == [
        (5, Problem.NO_EMAIL),
        (6, Problem.BAD_TIME),
        (7, Problem.UNKNOWN),
        (8, Problem.NO_SESSION),
        (9, Problem.NO_SESSION),
    ]


def test_abuse_1_a_mentor_learns_nothing_about_others_sessions(session):
    other = make_mentor()
    rows = [line("sam@example.org", "14:01:00"), line("stranger@example.org", "14:01:00")]
    report = upload(zoom(rows), other.user)
    assert (
        list(report.rows.values_list("session", "problem", "detail")) == [(None, Problem.NOT_YOURS, "")] * 2
    )
    apply_report(report=report, by=other.user, now=NOW)
    session.refresh_from_db()
    assert session.student_joined_at is None


def test_staff_uploads_for_every_mentor(session):
    applied(zoom(BOTH), make_user(Role.STUDENT_SUCCESS))
    session.refresh_from_db()
    assert session.state == "held"


def test_a_mentor_too_late_is_told_by_the_rule_and_staff_may_still(session, tess):
    late = session.ends_at + timedelta(hours=48, microseconds=1)
    report = applied(zoom(BOTH), tess.user, now=late)
    assert set(report.rows.values_list("problem", flat=True)) == {Problem.REFUSED}
    assert "too long past" in report.rows.first().detail
    session.refresh_from_db()
    assert session.student_joined_at is None
    applied(zoom(BOTH), make_user(Role.STUDENT_SUCCESS), now=late)
    session.refresh_from_db()
    assert session.student_joined_at is not None


def test_a_report_of_a_no_show_corrects_it_when_the_student_was_there(session, tess):
    """A5, A7: the sweep has judged by what was known; the report tells more."""
    applied(zoom([line("tess@example.org", "13:58:00")]), tess.user, now=START + timedelta(minutes=30))
    session.refresh_from_db()
    assert (session.state, session.ground) == ("unauthorised_absence", "no_show")
    applied(zoom(BOTH), tess.user)
    session.refresh_from_db()
    assert session.state == "held"


def test_teams_first_format_is_shown_and_tells_nothing(session, tess):
    report = applied(teams_2020([("Sam", "Joined", "3/3/2026, 2:01:07 PM")]), tess.user)
    assert report.rows.get().problem == Problem.NO_EMAIL


def test_abuse_64_formulas_and_html_in_names_are_texts(session, tess):
    name = "=cmd|' /C calc'!A0 <script>alert(1)</script>"
    report = upload(zoom([line("sam@example.org", "14:00:00", name=name)]), tess.user)
    assert report.rows.get().name == name


def test_only_mentors_and_staff_upload(session):
    for who in (session.student.user, make_user()):
        with pytest.raises(PermissionDenied):
            upload(zoom(BOTH), who)


def test_abuse_15_a_preview_is_its_uploaders_alone(session, tess):
    report = upload(zoom(BOTH), tess.user)
    staff = make_user(Role.ADMINISTRATOR)
    for act in (
        lambda: apply_report(report=report, by=staff, now=NOW),
        lambda: lay_aside(report=report, by=staff),
        lambda: read_again(report=report, time_zone="UTC", date_order="auto", by=staff, now=NOW),
    ):
        with pytest.raises(ConferenceReport.DoesNotExist):
            act()
    lay_aside(report=report, by=tess.user)
    assert not ReportRow.objects.exists()


def test_a_preview_that_nobody_confirmed_is_forgotten_with_its_file(session, tess):
    upload(zoom(BOTH), tess.user)
    upload(zoom(BOTH[:1]), tess.user, now=NOW + timedelta(days=3))
    assert ConferenceReport.objects.count() == 1


def test_statements_do_not_grow_with_the_rows(session, tess):
    def cost(count: int) -> int:
        rows = [*BOTH, *(line(f"p{n}@example.org", "14:00:00", "14:10:00") for n in range(count))]
        with CaptureQueriesContext(connection) as captured:
            upload(zoom(rows), tess.user)
        return len(captured)

    cost(1)  # the first time makes a chain
    assert cost(10) == cost(60)
