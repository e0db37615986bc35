"""What a roster makes, changes and ends; and that its second coming changes nothing."""

from __future__ import annotations

import datetime

import pytest

from accounts.models import Role, User
from mentoring.models import Mentorship
from mentoring.roster.importing import import_roster
from mentoring.roster.plan import Outcome
from record.models import Entry
from students.models import Ban, Enrolment, EnrolmentState, ExternalId, Path, Student
from tests.factories import at, make_enrolment, make_path, make_student, make_user

from .files import enrolment, role, roster, school, user

pytestmark = pytest.mark.django_db
NOW = at("2026-03-02 09:00")


def run(
    content: bytes, *, dry_run: bool = False, by: User | None = None, now: datetime.datetime = NOW
) -> Outcome:
    return import_roster(source=content, by=by, now=now, dry_run=dry_run)


def applied(content: bytes, **options) -> Outcome:
    outcome = run(content, **options)
    assert [str(problem) for problem in outcome.problems] == []
    assert outcome.applied
    return outcome


def told(outcome: Outcome) -> list[str]:
    return [str(problem) for problem in outcome.problems]


def test_a_first_roster_makes_people_paths_enrolments_and_the_agreed_hour():
    outcome = applied(roster(school()))

    assert Path.objects.get().code == "WEB"
    sam = Student.objects.get(reference="S-1")
    assert sam.user.email == "sam1.student@example.org"
    assert sam.user.roles == {Role.STUDENT}
    assert not sam.user.has_usable_password()
    assert (
        User.objects.get(email="tess.teacher@example.org").mentor.video_link
        == "https://video.example.org/tess"
    )
    first = Enrolment.objects.get(student=sam)
    # The dates of the class's term; OneRoster's end date is the first day after.
    assert (first.starts_on, first.ends_on) == (datetime.date(2026, 1, 5), datetime.date(2026, 12, 31))
    assert first.time_zone == "Europe/Paris"
    agreed = Mentorship.objects.get()
    assert (agreed.enrolment, agreed.weekday, agreed.local_time) == (first, 2, datetime.time(14))
    assert outcome.counts["create"] == 1 + 1 + 1 + 1 + 3 + 3 + 3
    assert any("left to staff" in change.note for change in outcome.changes)


def test_the_second_time_changes_nothing():
    content = roster(school())
    applied(content)
    entries = Entry.objects.count()

    for again in (run(content, dry_run=True), applied(content)):
        assert again.counts == {"create": 0, "update": 0, "deactivate": 0, "unchanged": 13}
    # The import itself is told in the school's chain, and nothing else.
    assert Entry.objects.count() == entries + 1
    assert Enrolment.objects.count() == 2


def test_a_dry_run_says_what_applying_then_does_and_changes_nothing():
    content = roster(school())
    dry = run(content, dry_run=True)

    assert not dry.applied
    assert not User.objects.exists() and not Path.objects.exists() and not ExternalId.objects.exists()
    assert not Entry.objects.exists()
    assert applied(content).as_json() | {"applied": False} == dry.as_json()


def test_abuse_58_an_enrolment_is_in_the_students_record_and_the_import_in_the_schools():
    staff = make_user(Role.LEARNING_MANAGER)
    make_path(code="WEB", title="Web Developer", learning_manager=staff)
    outcome = applied(roster(school(1)), by=staff)
    sam = User.objects.get(email="sam1.student@example.org")
    kinds = list(sam.record_chain.entries.order_by("seq").values_list("kind", "actor_id"))
    assert ("enrolment_made", staff.pk) in kinds
    entry = Entry.objects.get(kind="roster_imported")
    assert entry.chain.subject_id is None
    assert outcome.digest in entry.payload


def test_a_bulk_roster_updates_what_changed_there():
    tables = school()
    applied(roster(tables))
    tables["users"][1] |= {"familyName": "Married", "email": "sam.married@example.org"}
    tables["courses"][0]["title"] = "Web Developer 2"

    outcome = applied(roster(tables))
    changed = {change.sourced_id: change.fields for change in outcome.changed}
    assert changed["s1"] == (
        ("family_name", "Student", "Married"),
        ("email", "sam1.student@example.org", "sam.married@example.org"),
    )
    assert changed["course-1"] == (("title", "Web Developer", "Web Developer 2"),)
    assert Student.objects.get(reference="S-1").user.email == "sam.married@example.org"


def test_a_correction_made_here_stands_until_the_source_itself_moves():
    tables = school()
    applied(roster(tables))
    User.objects.filter(email="sam1.student@example.org").update(given_name="Samuel")
    assert applied(roster(tables)).counts["update"] == 0
    assert User.objects.get(email="sam1.student@example.org").given_name == "Samuel"


def test_who_is_missing_from_a_bulk_roster_is_closed_and_ended_but_never_deleted():
    tables = school()
    applied(roster(tables))
    first = Enrolment.objects.get(student__reference="S-1")
    mentorship = Mentorship.objects.get()
    to_come = mentorship.sessions.get(starts_at=at("2026-03-10 13:00"))
    for name in ("users", "roles", "enrollments"):
        tables[name] = [
            row for row in tables[name] if "s1" not in (row["sourcedId"], row.get("userSourcedId"))
        ]

    outcome = applied(roster(tables))
    assert {(c.action, c.kind) for c in outcome.changed} == {
        ("deactivate", "user"),
        ("deactivate", "role"),
        ("deactivate", "enrolment"),
    }
    first.refresh_from_db(), to_come.refresh_from_db(), mentorship.refresh_from_db()
    assert (first.state, first.ended_on) == (EnrolmentState.ENDED, datetime.date(2026, 3, 2))
    assert not first.student.user.is_active
    assert (to_come.state, to_come.falls_due_at) == ("cancelled_by_school", None)
    assert mentorship.ends_on == datetime.date(2026, 3, 2)
    assert run(roster(tables), dry_run=True).counts["deactivate"] == 0
    assert first.student.user.record_chain.entries.filter(kind="enrolment_ended").exists()


def test_who_comes_back_is_opened_again():
    tables = school()
    applied(roster(tables))
    without = school(1)
    applied(roster(without))
    sam2 = User.objects.get(email="sam2.student@example.org")
    assert not sam2.is_active
    outcome = applied(roster(tables))
    sam2.refresh_from_db()
    assert sam2.is_active
    # … but a training that has ended does not begin again by itself.
    note = next(c.note for c in outcome.changes if c.sourced_id == "enrol-class-1-s2")
    assert "has ended here" in note
    assert Enrolment.objects.get(student__user=sam2).state == EnrolmentState.ENDED


def test_whom_the_school_closed_here_is_not_opened_by_a_roster():
    applied(roster(school()))
    User.objects.filter(email="sam2.student@example.org").update(is_active=False)
    tables = school()
    tables["users"][2]["givenName"] = "Samantha"
    applied(roster(tables))
    assert not User.objects.get(email="sam2.student@example.org").is_active


def test_a_delta_changes_only_what_it_names():
    applied(roster(school()))
    delta = {
        "users": [user("s3", "New", "Comer")],
        "roles": [role("s3", "student")],
        "enrollments": [enrolment("s3"), {**enrolment("s2"), "status": "tobedeleted"}],
    }
    outcome = applied(roster(delta, mode="delta"))
    assert {(c.action, c.sourced_id) for c in outcome.changed} == {
        ("create", "s3"),
        ("create", "role-s3-student"),
        ("create", "enrol-class-1-s3"),
        ("deactivate", "enrol-class-1-s2"),
    }
    assert applied(roster(delta, mode="delta")).changed == []
    assert User.objects.get(email="sam2.student@example.org").is_active


def test_a_delta_older_than_what_is_known_changes_nothing():
    applied(roster(school()))
    newer = {
        "users": [user("s1", "Newest", "Student", dateLastModified="2026-03-05T00:00:00Z", identifier="S-1")]
    }
    older = {
        "users": [user("s1", "Older", "Student", dateLastModified="2026-03-04T00:00:00Z", identifier="S-1")]
    }
    newer["users"][0]["email"] = older["users"][0]["email"] = "sam1.student@example.org"
    applied(roster(newer, mode="delta"))
    outcome = applied(roster(older, mode="delta"))
    assert outcome.changed == [] and "older" in outcome.notes[0]
    assert Student.objects.get(reference="S-1").user.given_name == "Newest"


def test_dates_move_by_as_many_days_so_that_a_leave_is_kept():
    tables = school(1)
    applied(roster(tables))
    Enrolment.objects.update(ends_on=datetime.date(2027, 1, 7))  # a leave of a week (L4)
    tables["academicSessions"][0]["endDate"] = "2027-02-01"
    applied(roster(tables))
    assert Enrolment.objects.get().ends_on == datetime.date(2027, 2, 7)


def test_oneroster_1_1_reads_the_role_from_users():
    tables = school()
    tables.pop("roles")
    words = {"t1": "teacher"}
    for row in tables["users"]:
        row |= {"role": words.get(row["sourcedId"], "student"), "orgSourcedIds": "org-1"}
        row.pop("metadata.videoLink", None)
    tables["enrollments"][1].pop("metadata.weekday")
    applied(roster(tables, version="1.1"))
    assert Student.objects.count() == 2
    assert User.objects.get(email="tess.teacher@example.org").roles == {Role.MENTOR}


def test_an_account_that_is_there_already_is_linked_by_its_address():
    sam = make_student(make_user(Role.STUDENT, email="sam1.student@example.org"))
    path = make_path(code="WEB", title="Web Developer")
    standing = make_enrolment(student=sam, path=path, ends_on=datetime.date(2026, 8, 31))
    outcome = applied(roster(school()))
    assert Enrolment.objects.get(student=sam) == standing
    standing.refresh_from_db()
    assert standing.ends_on == datetime.date(2026, 8, 31)
    assert "linked" in next(c.note for c in outcome.changes if c.sourced_id == "s1")
    assert run(roster(school()), dry_run=True).changed == []


# --- What a roster may not do -----------------------------------------------------------------------------------


def test_an_address_of_somebody_else_is_refused_with_file_line_and_column():
    tables = school()
    applied(roster(tables))
    make_user(Role.STUDENT, email="taken@example.org")
    tables["users"][1]["email"] = "Taken@example.org"
    outcome = run(roster(tables))
    assert told(outcome) == ["users.csv:3 (email): This address belongs to another person of the school."]
    assert not outcome.applied


def test_two_people_of_a_roster_cannot_swap_addresses():
    tables = school()
    applied(roster(tables))
    first, second = tables["users"][1], tables["users"][2]
    first["email"], second["email"] = second["email"], first["email"]
    assert len(run(roster(tables)).problems) == 2


def test_a_roster_gives_no_staff_roles_by_itself(settings):
    tables = school(1)
    tables["roles"].append(role("t1", "principal"))
    applied(roster(tables))  # a word that the school has not mapped
    tess = User.objects.get(email="tess.teacher@example.org")
    assert tess.roles == {Role.MENTOR}

    settings.ROSTER_ROLES = {**settings.ROSTER_ROLES, "principal": "head_of_learning"}
    for who, column in ((None, "role"), (make_user(Role.LEARNING_MANAGER), "sourcedId")):
        refused = run(roster(tables), by=who)
        assert [problem.column for problem in refused.problems] == [column]
    applied(roster(tables), by=make_user(Role.ADMINISTRATOR))
    tess = User.objects.get(pk=tess.pk)
    assert tess.roles == {Role.MENTOR, Role.HEAD_OF_LEARNING}
    assert not tess.is_superuser


def test_staff_keep_their_name_address_and_access():
    boss = make_user(Role.ADMINISTRATOR, email="tess.teacher@example.org", given_name="Boss")
    tables = school(1)
    assert [problem.column for problem in run(roster(tables)).problems] == ["role"]
    applied(roster(tables), by=boss)  # an administrator gives roles
    tables["users"][0] |= {"email": "elsewhere@example.org", "givenName": "Evil", "enabledUser": "false"}
    applied(roster(tables))
    boss.refresh_from_db()
    assert (boss.email, boss.given_name, boss.is_active) == ("tess.teacher@example.org", "Boss", True)
    applied(roster({**tables, "users": tables["users"][1:], "roles": [], "enrollments": []}))
    boss.refresh_from_db()
    assert boss.is_active


def test_a_mentor_with_students_is_left_to_staff_to_replace():
    tables = school(1)
    applied(roster(tables))
    gone = {
        **tables,
        "users": tables["users"][1:],
        "roles": tables["roles"][1:],
        "enrollments": tables["enrollments"][1:],
    }
    outcome = applied(roster(gone))
    assert "replace them as mentor" in next(c.note for c in outcome.changes if c.sourced_id == "t1")
    assert User.objects.get(email="tess.teacher@example.org").is_active


def test_a_change_of_path_is_not_made_by_a_roster():
    tables = school(1)
    tables["courses"].append({"sourcedId": "course-2", "title": "Data", "orgSourcedId": "org-1"})
    tables["classes"].append({**tables["classes"][0], "sourcedId": "class-2", "courseSourcedId": "course-2"})
    applied(roster(tables))
    tables["enrollments"][1]["classSourcedId"] = "class-2"
    assert told(run(roster(tables))) == [
        "enrollments.csv:3 (classSourcedId): A change of Path goes through Student Success (2.8)."
    ]


def test_abuse_58_a_path_that_is_closed_takes_no_enrolment_from_a_roster_either():
    make_path(code="WEB", title="Web Developer", active=False)
    outcome = run(roster(school()))
    assert [(p.file, p.line) for p in outcome.problems] == [("enrollments.csv", 3), ("enrollments.csv", 4)]
    assert not User.objects.exists()


def test_a_mentor_without_a_video_link_gets_no_sessions_and_the_line_says_so():
    tables = school(1)
    tables["users"][0].pop("metadata.videoLink")
    assert "no video link" in told(run(roster(tables)))[0]


def test_two_students_at_one_hour_of_one_mentor_are_refused_with_the_line():
    tables = school(2)
    tables["enrollments"][2] |= {"metadata.weekday": "Tuesday", "metadata.localTime": "14:15"}
    assert told(run(roster(tables))) == [
        "enrollments.csv:4 (metadata.localTime): The mentor has another student at this hour, on line 3."
    ]
    # The same hour of the clock elsewhere is another hour.
    tables["users"][2]["metadata.timeZone"] = "Asia/Kathmandu"
    applied(roster(tables))
    later = {"enrollments": [enrolment("s3", **{"metadata.weekday": "2", "metadata.localTime": "13:30"})]}
    later |= {"users": [user("s3", "Late")], "roles": [role("s3", "student")]}
    assert "here already" in told(run(roster(later, mode="delta")))[0]


def test_a_file_that_was_cut_short_does_not_close_the_school():
    tables = school(40)
    applied(roster(tables))
    cut = {
        **tables,
        "users": tables["users"][:20],
        "roles": tables["roles"][:20],
        "enrollments": tables["enrollments"][:20],
    }
    outcome = run(roster(cut))
    assert [(problem.file, problem.line) for problem in outcome.problems] == [
        ("enrollments.csv", 0),
        ("users.csv", 0),
    ]
    assert "end or close 21 of 41" in told(outcome)[1]
    assert User.objects.filter(is_active=False).count() == 0
    meant = import_roster(source=roster(cut), by=None, now=NOW, dry_run=False, many=True)
    assert meant.applied and User.objects.filter(is_active=False).count() == 21


def test_abuse_58_a_ban_refuses_the_whole_roster_with_line_and_date():
    sam = make_student(make_user(Role.STUDENT, email="sam1.student@example.org"))
    Ban.objects.create(
        student=sam, starts_on=datetime.date(2026, 1, 1), until=datetime.date(2026, 12, 30), clause="4.2",
        policy_id="2026-01", about="discipline.penalty:1", imposed_at=NOW, recorded_at=NOW,
    )  # fmt: skip
    outcome = run(roster(school()))
    assert not outcome.applied
    assert told(outcome) == [
        "enrollments.csv:3 (student): No new training until 30 December 2026, that day included: a penalty bars from "
        "it. (clause 4.2)"
    ]
    assert not Enrolment.objects.exists() and not Path.objects.exists()


def test_b9_a_roster_leaves_open_the_account_of_who_reads_their_own_file_there():
    applied(roster(school()))
    sam = Student.objects.get(reference="S-1")
    Ban.objects.create(
        student=sam, starts_on=datetime.date(2026, 1, 1), until=datetime.date(2026, 12, 30), clause="4.2",
        policy_id="2026-01", about="discipline.penalty:1", imposed_at=NOW, recorded_at=NOW,
    )  # fmt: skip
    gone = school()
    gone["users"] = [row for row in gone["users"] if row["sourcedId"] != "s1"]
    gone["roles"] = [row for row in gone["roles"] if row["userSourcedId"] != "s1"]
    gone["enrollments"] = [row for row in gone["enrollments"] if row["userSourcedId"] != "s1"]
    outcome = run(roster(gone))
    assert told(outcome) == []
    sam.user.refresh_from_db()
    assert sam.user.is_active
    assert any("stays open" in change.note for change in outcome.changes)
