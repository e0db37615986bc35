"""Before a student begins: the rules accepted per version (P6), the equipment checked (2.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Role
from mentoring.tests.student_pages import clock, sign_in
from record.models import Entry
from rulebook import codes, policy
from rulebook.errors import RuleError
from students.models import Acceptance, EquipmentCheck, Finding
from students.selectors.acceptances import beginning_of, has_accepted, trainings_not_accepted
from students.services import accept_terms, record_equipment_check
from tests.api import Caller
from tests.factories import at, make_enrolment, make_path, make_user

pytestmark = pytest.mark.django_db

NOW = at("2026-03-04 09:00")
LATER = at("2026-06-01 00:00")


@pytest.fixture
def student():
    return make_enrolment().student


@pytest.fixture
def newer(monkeypatch):
    """Another version of the code of conduct comes into force."""
    shipped = codes.codes()
    second = replace(shipped.versions[0], id="2026-06", effective_from=LATER)
    monkeypatch.setattr(codes, "_codes", codes.CodeBook((*shipped.versions, second)))


def accept(student, now=NOW, **versions):
    versions = {"policy": "2026-01", "conduct": "2026-01"} | versions
    return accept_terms(student=student, **versions, by=student.user, now=now)


def test_p6_both_versions_are_accepted_with_the_licence_and_stand_in_the_record(student):
    assert not has_accepted(student.user, NOW)
    accept(student)
    assert has_accepted(student.user, NOW)
    rows = {row.document: row for row in Acceptance.objects.all()}
    assert rows["policy"].digest == codes.policy_digest(policy.policy_at(NOW))
    assert rows["conduct"].digest == codes.code_at(NOW).digest
    entry = Entry.objects.get(kind="terms_accepted")
    assert "CC BY-NC-SA 4.0" in entry.payload and entry.actor == student.user


def test_p6_accepting_twice_is_accepting_once(student):
    accept(student)
    assert accept(student, NOW + timedelta(days=1)) == []
    assert Entry.objects.filter(kind="terms_accepted").count() == 1


def test_p6_nobody_accepts_for_somebody_else(student):
    with pytest.raises(RuleError) as refused:
        accept_terms(
            student=student, policy="2026-01", conduct="2026-01", by=make_user(Role.STUDENT), now=NOW
        )
    assert refused.value.field == "student"


def test_p6_a_new_version_asks_again_from_its_first_instant(student, newer):
    accept(student)
    assert has_accepted(student.user, LATER - timedelta(microseconds=1))
    assert not has_accepted(student.user, LATER)
    with pytest.raises(RuleError) as refused:
        accept(student, LATER)
    assert refused.value.field == "conduct"
    accept(student, LATER, conduct="2026-06")
    assert has_accepted(student.user, LATER)
    assert Acceptance.objects.count() == 3


def test_p6_the_page_comes_after_sign_in_and_closes_nothing(student, newer):
    client = sign_in(student.user)
    with clock(NOW):
        assert client.get("/")["Location"] == "/terms/"
        for own in ("/portal/", "/portal/record/", "/messages/", "/portal/sessions/"):
            assert client.get(own).status_code == 200
        page = client.get("/terms/").content.decode()
        assert 'href="/policy/2026-01/#3.2"' in page and "CC BY-NC-SA 4.0" in page
        body = {"policy": "2026-01", "conduct": "2026-01"}
        assert client.post("/terms/", body).status_code == 422  # nothing is ticked
        ticked = body | {"accept_policy": "on", "accept_conduct": "on", "accept_licence": "on"}
        assert client.post("/terms/", ticked).status_code == 302
        assert client.get("/")["Location"] == "/portal/"
    with clock(LATER):
        assert sign_in(student.user).get("/")["Location"] == "/terms/"


def test_p6_a_page_that_was_open_when_the_version_changed_accepts_nothing(student, newer):
    client = sign_in(student.user)
    ticked = {"policy": "2026-01", "conduct": "2026-01"}
    ticked |= dict.fromkeys(("accept_policy", "accept_conduct", "accept_licence"), "on")
    with clock(LATER):
        answer = client.post("/terms/", ticked)
    assert "A newer version has come into force" in answer.content.decode()
    assert not Acceptance.objects.exists()


def test_abuse_67_accepting_leads_to_no_other_site(student):
    ticked = {"policy": "2026-01", "conduct": "2026-01", "next": "https://elsewhere.example.org/"}
    ticked |= dict.fromkeys(("accept_policy", "accept_conduct", "accept_licence"), "on")
    with clock(NOW):
        assert sign_in(student.user).post("/terms/", ticked)["Location"] == "/"


@pytest.mark.parametrize("rows", [1, 3])
def test_staff_see_who_has_not_accepted(rows, django_assert_num_queries):
    manager, success = make_user(Role.LEARNING_MANAGER), make_user(Role.STUDENT_SUCCESS)
    path = make_path(learning_manager=manager)
    waiting = [make_enrolment(path=path) for _ in range(rows)]
    elsewhere = make_enrolment()
    done = make_enrolment(path=path)
    accept(done.student)
    assert set(trainings_not_accepted(manager, NOW)) == set(waiting)
    assert set(trainings_not_accepted(success, NOW)) == {*waiting, elsewhere}
    client = sign_in(success)
    with clock(NOW):
        client.get("/staff/acceptances/")
        with django_assert_num_queries(4):
            page = client.get("/staff/acceptances/").content.decode()
    assert str(waiting[0].student) in page and str(done.student) not in page


def test_the_policy_and_the_code_are_public_with_anchors(client):
    with clock(NOW):
        page = client.get("/conduct/2026-01/").content.decode()
        assert 'id="respect"' in page
        assert client.get("/conduct/1999-01/").status_code == 404
        assert "CC BY-NC-SA 4.0" in client.get("/policy/").content.decode()


def test_the_code_of_conduct_speaks_the_readers_language():
    passage = codes.code_at(NOW).passages[0]
    assert passage.in_language("fr-ca").title.startswith("Soyez")
    assert passage.in_language("de") is passage


def test_2_4_a_measured_connection_is_judged_by_the_policys_figure(student):
    wanted = policy.policy_at(NOW).equipment.download
    for kilobits, found in ((wanted - 1, Finding.FAILS), (wanted, Finding.WORKS)):
        row = record_equipment_check(
            student=student,
            measured=True,
            kilobits=kilobits,
            camera="works",
            microphone="works",
            by=student.user,
            now=NOW,
        )
        assert row.connection == found
    assert beginning_of(student.user, NOW).equipment is False


def test_2_4_a_stated_check_keeps_no_figure_and_nonsense_is_refused(student):
    row = record_equipment_check(
        student=student,
        measured=False,
        kilobits=9_999_999,
        connection="works",
        camera="works",
        microphone="fails",
        by=student.user,
        now=NOW,
    )
    assert row.kilobits is None and not row.complete
    with pytest.raises(RuleError):
        record_equipment_check(
            student=student,
            measured=True,
            kilobits=None,
            camera="works",
            microphone="works",
            by=student.user,
            now=NOW,
        )


def test_2_4_camera_and_microphone_open_on_this_page_alone(student):
    client = sign_in(student.user)
    with clock(NOW):
        answer = client.get("/equipment/")
        assert answer["Permissions-Policy"].startswith("camera=(self), microphone=(self)")
        assert "mediastream: blob:" in answer["Content-Security-Policy"]
        assert "unsafe-inline" not in answer["Content-Security-Policy"]
        home = client.get("/portal/")
        assert home["Permissions-Policy"].startswith("camera=(), microphone=()")
        assert "mediastream:" not in home["Content-Security-Policy"]
        # Without a script or a camera: the plain form.
        stated = {"connection": "works", "camera": "works", "microphone": "works"}
        assert client.post("/equipment/", stated).status_code == 302
        assert "Everything works." in client.get("/equipment/").content.decode()
        assert len(client.get("/equipment/sample/").content) == 1_000_000
    assert EquipmentCheck.objects.get().measured is False


def test_over_the_api_a_student_accepts_and_checks(student):
    caller = Caller(student.user, NOW)
    answer = caller.send("POST", "acceptances/", {"policy": "2026-01", "conduct": "2026-01"})
    assert answer.status_code == 201, answer.content
    assert caller.send("POST", "acceptances/", {"policy": "1999-01", "conduct": "2026-01"}).status_code == 422
    body = {"measured": True, "kilobits": 18000, "camera": "works", "microphone": "works"}
    assert caller.send("POST", "equipment-checks/", body).json()["connection"] == "works"
    assert len(caller.get("acceptances/").json()["results"]) == 2
    assert caller.send("POST", "acceptances/", body | {"student": 1}).status_code == 400
