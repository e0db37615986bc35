"""The staff admin takes whatever is typed, shows each reader their own, and writes by services (R1, abuse 1, 59)."""

from __future__ import annotations

import json

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import Role, User
from mentoring.models import Mentor
from mentoring.tests.student_pages import sign_in
from record.models import Entry
from students.models import Path, Student
from tests.factories import make_enrolment, make_mentor, make_path, make_student, make_user

pytestmark = pytest.mark.django_db

ENDLESS = "9" * 30
SEARCHED = sorted(
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for model, table in admin.site._registry.items()
    if table.search_fields
)


@pytest.fixture
def administrator() -> User:
    return make_user(Role.ADMINISTRATOR)


@pytest.fixture
def desk(administrator: User) -> Client:
    return sign_in(administrator)


@pytest.mark.parametrize("url", SEARCHED)
def test_any_search_is_answered(desk: Client, url: str) -> None:
    assert desk.get(url, {"q": "ab " * 1200}).status_code == 200


def test_any_lookup_is_answered(desk: Client) -> None:
    asked = {"app_label": "students", "model_name": "student", "field_name": "user", "term": "ab " * 1200}
    assert desk.get("/admin/autocomplete/", asked).status_code == 200


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("/admin/students/student/add/", ("user",)),
        ("/admin/mentoring/mentor/add/", ("user",)),
        ("/admin/students/enrolment/add/", ("student", "path")),
        ("/admin/students/path/add/", ("learning_manager",)),
    ],
)
@pytest.mark.parametrize("value", [ENDLESS, "²", "-1", "x"])
def test_what_cannot_be_an_id_is_no_choice(
    desk: Client, url: str, fields: tuple[str, ...], value: str
) -> None:
    answer = desk.post(url, dict.fromkeys(fields, value))
    assert answer.status_code == 200
    assert set(fields) <= answer.context["adminform"].form.errors.keys()


def test_abuse_1_a_learning_manager_reads_the_accounts_of_their_own_paths() -> None:
    manager = make_user(Role.LEARNING_MANAGER)
    own = make_enrolment(path=make_path(learning_manager=manager)).student.user
    stranger = make_enrolment().student.user
    client = sign_in(manager)
    shown = client.get("/admin/accounts/user/").content.decode()
    assert own.email in shown
    assert manager.email in shown
    assert stranger.email not in shown
    assert client.get(f"/admin/accounts/user/{own.pk}/change/").status_code == 200
    assert client.get(f"/admin/accounts/user/{stranger.pk}/change/").status_code == 302  # there is none
    found = client.get("/admin/accounts/user/", {"q": stranger.family_name}).content.decode()
    assert stranger.email not in found


def told(kind: str, by: User) -> dict[str, object]:
    entry = Entry.objects.get(kind=kind)
    assert entry.actor == by
    facts: dict[str, object] = json.loads(entry.payload)
    return facts


def test_r1_a_path_is_added_and_changed_with_an_entry(desk: Client, administrator: User) -> None:
    desk.post("/admin/students/path/add/", {"code": "dev", "title": "Developer", "active": "on"})
    path = Path.objects.get(code="dev")
    assert told("path_added", administrator)["code"] == "dev"
    manager = make_user(Role.LEARNING_MANAGER)
    desk.post(
        f"/admin/students/path/{path.pk}/change/",
        {"code": "dev", "title": "Web developer", "learning_manager": manager.pk},
    )
    facts = told("path_changed", administrator)
    assert (facts["title_before"], facts["title"]) == ("Developer", "Web developer")
    assert (facts["active_before"], facts["active"]) == (True, False)
    assert facts["learning_manager"] == manager.full_name
    assert "code" not in facts
    assert Entry.objects.filter(kind="path_changed", chain__subject=None).count() == 1


def test_r1_a_reference_is_given_and_changed_with_an_entry(desk: Client, administrator: User) -> None:
    person = make_user(Role.STUDENT)
    desk.post("/admin/students/student/add/", {"user": person.pk, "reference": "A-1"})
    student = Student.objects.get(user=person)
    assert told("student_added", administrator)["reference"] == "A-1"
    url = f"/admin/students/student/{student.pk}/change/"
    desk.post(url, {"reference": "A-2"})
    assert told("reference_changed", administrator) == {"reference_before": "A-1", "reference": "A-2"}
    desk.post(url, {"reference": "A-2"})
    assert Entry.objects.filter(kind="reference_changed").count() == 1  # what changes nothing is not told
    make_student(reference="A-3")
    assert "reference" in desk.post(url, {"reference": "A-3"}).context["adminform"].form.errors


def test_r1_a_video_link_is_given_and_changed_with_an_entry(desk: Client, administrator: User) -> None:
    person = make_user(Role.MENTOR)
    desk.post(
        "/admin/mentoring/mentor/add/", {"user": person.pk, "video_link": "https://video.example.org/1"}
    )
    mentor = Mentor.objects.get(user=person)
    assert told("mentor_added", administrator)["video_link"] == "https://video.example.org/1"
    desk.post(f"/admin/mentoring/mentor/{mentor.pk}/change/", {"video_link": "https://video.example.org/2"})
    facts = told("video_link_changed", administrator)
    assert facts["video_link_before"] == "https://video.example.org/1"
    assert facts["video_link"] == "https://video.example.org/2"
    assert (
        "user"
        in desk.post(
            "/admin/mentoring/mentor/add/",
            {"user": make_mentor().user.pk, "video_link": "https://v.example.org"},
        )
        .context["adminform"]
        .form.errors
    )
