"""Projects and defences on the pages of students, mentors, assessors and staff (2.2, 2.6, T2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from mentoring.models import Defence, DefenceState
from students.models import Deliverable, ProjectWork, Review, WorkState
from tests.factories import (
    at,
    make_approved_work,
    make_assessor,
    make_defence,
    make_deliverable,
    make_document,
    make_enrolment,
    make_file,
    make_mentorship,
    make_path,
    make_project,
    make_user,
    make_work,
)

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")
START = at("2026-03-04 09:00")


@pytest.fixture(autouse=True)
def private_store(settings, tmp_path):
    documents = {**settings.STORAGES["documents"]}
    documents["OPTIONS"] = {**documents["OPTIONS"], "location": str(tmp_path / "documents")}
    settings.STORAGES = {**settings.STORAGES, "documents": documents}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mentorship():
    return make_mentorship()


@pytest.fixture
def work(mentorship):
    return make_work(mentorship.enrolment)


@pytest.fixture
def to_defend(mentorship):
    project = make_project(mentorship.enrolment.path, skills=["a", "b"], in_depth=True)
    return make_approved_work(mentorship.mentor.user, mentorship.enrolment, project=project)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="accounts.backends.PrefetchingBackend")
    return client


def student_of(work):
    return signed_in(work.enrolment.student.user)


def test_a_student_hands_in_and_the_mentor_reads_and_decides(work, mentorship):
    student, mentor = student_of(work), signed_in(mentorship.mentor.user)
    answer = student.post(
        f"/portal/projects/{work.pk}/submit/", {"file": make_file(b"my work\n"), "note": "Here it is"}
    )
    assert answer.status_code == 302
    version = Deliverable.objects.get()
    assert f"/mentor/projects/{work.pk}/" in mentor.get("/mentor/").content.decode()
    page = mentor.get(f"/mentor/projects/{work.pk}/").content.decode()
    assert "Here it is" in page and "work.txt" in page
    file = version.files.get().document
    for reader, status in ((student, 200), (mentor, 200), (signed_in(make_user(Role.STUDENT)), 404)):
        assert reader.get(file.get_absolute_url()).status_code == status
    answer = mentor.post(
        f"/mentor/projects/{work.pk}/",
        {"version": version.pk, "decision": "approve", "comment": "Clear and complete"},
    )
    assert answer.status_code == 302
    assert "Clear and complete" in student.get(f"/portal/projects/{work.pk}/").content.decode()
    # Sent twice, it is decided once.
    again = {"version": version.pk, "decision": "approve", "comment": "Clear and complete"}
    assert mentor.post(f"/mentor/projects/{work.pk}/", again).status_code == 302
    assert Review.objects.count() == 1


def test_what_is_refused_stands_beside_the_file_and_nothing_is_lost(work):
    make_deliverable(work)
    student = student_of(work)
    answer = student.post(f"/portal/projects/{work.pk}/submit/", {"note": "My note"})
    assert answer.status_code == 422
    assert "My note" in answer.content.decode()
    assert Deliverable.objects.count() == 1


def test_a_decision_on_an_outdated_version_says_that_another_came(work, mentorship):
    first = make_deliverable(work)
    make_deliverable(work)
    mentor = signed_in(mentorship.mentor.user)
    answer = mentor.post(
        f"/mentor/projects/{work.pk}/", {"version": first.pk, "decision": "approve", "comment": "Good"}
    )
    assert answer.status_code == 422
    assert "Version 2 came in meanwhile" in answer.content.decode()


def test_a_former_mentor_finds_nothing(work, mentorship):
    mentorship.ends_on = (NOW - timedelta(days=1)).date()
    mentorship.save()
    former = signed_in(mentorship.mentor.user)
    assert former.get(f"/mentor/projects/{work.pk}/").status_code == 404
    assert former.post(f"/mentor/projects/{work.pk}/comment/", {"text": "x"}).status_code == 404


def test_the_whole_way_from_booking_to_the_outcome(to_defend, clock):
    assessor = make_assessor()
    student, judge = student_of(to_defend), signed_in(assessor.user)
    page = student.get(f"/portal/projects/{to_defend.pk}/defence/").content.decode()
    assert START.isoformat() in page or "10:00" in page
    answer = student.post(f"/portal/projects/{to_defend.pk}/defence/", {"starts_at": START.isoformat()})
    assert answer.status_code == 302
    defence = Defence.objects.get()
    assert f"/assessor/defences/{defence.pk}/" in judge.get("/assessor/").content.decode()
    assert judge.get("/").url == "/assessor/"
    clock.move_to(START + timedelta(minutes=5))
    for client, page in (
        (student, f"/portal/defences/{defence.pk}/join/"),
        (judge, f"/assessor/defences/{defence.pk}/join/"),
    ):
        joined = client.post(page)
        assert assessor.video_link in getattr(joined, "url", joined.content.decode())
    skills = {each.code: each.pk for each in to_defend.project.skills.all()}
    word = {
        f"skill_{skills['a']}": "yes",
        f"why_{skills['a']}": "Well shown",
        f"skill_{skills['b']}": "no",
        f"why_{skills['b']}": "Not shown",
        "comment": "Nearly there",
    }
    answer = judge.post(f"/assessor/defences/{defence.pk}/", word)
    assert answer.status_code == 422 and "was not recorded" in answer.content.decode()
    defence.recording = make_document(
        defence.student.user, purpose="defence-recording", content_type="video/webm"
    )
    defence.recorded_at = START
    defence.save()
    assert judge.post(f"/assessor/defences/{defence.pk}/", word).status_code == 302
    page = student.get(f"/portal/projects/{to_defend.pk}/").content.decode()
    assert "Nearly there" in page and "Not shown" in page and "Book a defence" in page


def test_assessors_see_their_own_defences_and_nothing_of_a_cancelled_ones_work(to_defend):
    assessor = make_assessor()
    defence = make_defence(to_defend, START, assessor=assessor)
    judge, other = signed_in(assessor.user), signed_in(make_assessor().user)
    page = f"/assessor/defences/{defence.pk}/"
    for action in ("", "cancel/"):
        assert judge.get(page + action).status_code == 200
        assert other.get(page + action).status_code == 404
    for action in ("recording/", "join/"):
        assert judge.post(page + action).status_code == 302
        assert other.post(page + action).status_code == 404
    file = to_defend.deliverables.get().files.get().document.get_absolute_url()
    assert other.get(file).status_code == 404
    judge.post(page + "cancel/", {"reason": "I am ill"})
    defence.refresh_from_db()
    assert defence.state == DefenceState.CANCELLED
    assert "Version 1" not in judge.get(page).content.decode()
    assert judge.get(file).status_code == 404
    assert judge.get("/mentor/availability/").status_code == 200
    assert judge.get("/mentor/").status_code == 404


def test_v2_the_schools_staff_reads_the_outcome_and_has_no_link_to_the_recording(to_defend):
    defence = make_defence(to_defend, NOW - timedelta(days=2))
    defence.recording = make_document(
        defence.student.user, purpose="defence-recording", content_type="video/webm"
    )
    defence.recorded_at = NOW
    defence.save()
    Defence.objects.filter(pk=defence.pk).update(
        state="failed", decided_at=NOW, decided_by=defence.assessor.user, comment="Go on"
    )
    staff = signed_in(make_user(Role.HEAD_OF_LEARNING))
    page = staff.get(f"/staff/projects/{to_defend.pk}/").content.decode()
    assert "Go on" in page and str(defence.recording.key) not in page
    assert staff.get(defence.recording.get_absolute_url()).status_code == 404


def test_the_line_stands_on_the_pages_of_everybody_who_looks_after_it(work, mentorship):
    enrolment = work.enrolment
    staff = signed_in(make_user(Role.STUDENT_SUCCESS))
    for client, page, link in (
        (student_of(work), "/portal/", f"/portal/projects/{work.pk}/"),
        (student_of(work), "/portal/training/", f"/portal/projects/{work.pk}/"),
        (
            signed_in(mentorship.mentor.user),
            f"/mentor/students/{enrolment.pk}/",
            f"/mentor/projects/{work.pk}/",
        ),
        (staff, f"/staff/people/{enrolment.student_id}/", f"/staff/projects/{work.pk}/"),
    ):
        html = client.get(page).content.decode()
        assert "path-line" in html and link in html and "0 of 1 project finished" in html


def test_a_learning_manager_edits_their_own_path_and_no_other():
    manager = make_user(Role.LEARNING_MANAGER)
    own, others = make_path(learning_manager=manager), make_path()
    client = signed_in(manager)
    answer = client.post(f"/staff/paths/{own.pk}/", {"title": "A new one", "in_depth": "on"})
    project = own.projects.get()
    assert answer.url == f"/staff/paths/projects/{project.pk}/" and project.in_depth
    client.post(f"/staff/paths/projects/{project.pk}/skills/", {"code": "a", "title": "Can a"})
    skill = project.skills.get()
    words = {"title": "Does a", "confirmed": "yes"}
    assert client.post(f"/staff/paths/skills/{skill.pk}/", words).status_code == 302
    skill.refresh_from_db()
    assert skill.title == "Does a"
    enrolment = make_enrolment(path=own)
    client.post(f"/staff/paths/projects/{project.pk}/give/", {"confirmed": "yes"})
    assert ProjectWork.objects.get().enrolment == enrolment
    client.post(f"/staff/paths/projects/{project.pk}/retire/", {"confirmed": "yes"})
    assert ProjectWork.objects.get().dropped_at == NOW
    assert client.get(f"/staff/paths/{others.pk}/").status_code == 404
    assert client.post(f"/staff/paths/{others.pk}/", {"title": "x"}).status_code == 404


def test_who_only_reads_a_path_posts_nothing_into_it():
    path = make_path()
    reader = signed_in(make_user(Role.STUDENT_SUCCESS))
    assert reader.get(f"/staff/paths/{path.pk}/").status_code == 200
    assert reader.post(f"/staff/paths/{path.pk}/", {"title": "x"}).status_code == 404
    assert not path.projects.exists()


@pytest.mark.parametrize("who", ["student", "mentor", "staff"])
def test_a_works_page_costs_the_same_with_one_version_and_with_three(work, mentorship, who):
    client, page = {
        "student": (student_of(work), f"/portal/projects/{work.pk}/"),
        "mentor": (signed_in(mentorship.mentor.user), f"/mentor/projects/{work.pk}/"),
        "staff": (signed_in(make_user(Role.STUDENT_SUCCESS)), f"/staff/projects/{work.pk}/"),
    }[who]
    client.get(page)  # the session's own bookkeeping
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_deliverable(work)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert ProjectWork.objects.get().state == WorkState.SUBMITTED
