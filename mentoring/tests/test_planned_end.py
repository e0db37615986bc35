"""A mentorship whose end is planned lasts to the end of its last day, at every door (A11)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from mentoring.models import Mentorship
from mentoring.selectors import mentor as reads
from mentoring.selectors.lasting import lasting
from mentoring.tests.mentor_pages import MentorPages, clock, sign_in
from tests.api import Caller
from tests.factories import at, make_enrolment, make_mentorship, make_path, make_session, make_user

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 3, 10)
BEFORE = at("2026-03-10 22:59:59.999999")  # 23:59 in Paris
AFTER = at("2026-03-10 23:00")


@pytest.fixture
def pages() -> MentorPages:
    pages = MentorPages()
    Mentorship.objects.update(ends_on=LAST_DAY)
    return pages


@pytest.mark.parametrize(
    ("zone", "last"),
    [
        ("Europe/Paris", "2026-03-10 23:00"),
        ("America/New_York", "2026-03-11 04:00"),
        ("Asia/Kathmandu", "2026-03-10 18:15"),
    ],
)
def test_a11_the_last_day_passes_in_the_zone_of_the_training(zone: str, last: str) -> None:
    make_mentorship(enrolment=make_enrolment(time_zone=zone), ends_on=LAST_DAY)
    over = at(last)

    assert Mentorship.objects.filter(lasting(over - timedelta.resolution)).exists()
    assert not Mentorship.objects.filter(lasting(over)).exists()


def test_a11_a_mentor_keeps_their_pages_of_a_student_to_the_last_day(pages: MentorPages) -> None:
    session = pages.session()
    for url in (
        reverse("mentor-student", args=[pages.enrolment.pk]),
        reverse("mentor-student-note", args=[pages.enrolment.pk]),
        reverse("mentor-session-note", args=[session.pk]),
    ):
        assert pages.get(url, BEFORE).status_code == 200, url
        assert pages.get(url, AFTER).status_code == 404, url
    name = pages.student.user.full_name
    found = reverse("mentor-students") + f"?q={pages.student.user.family_name}"
    assert name in pages.text(found, BEFORE)
    assert name not in pages.text(found, AFTER)


def test_a11_the_api_shows_a_student_to_the_last_day(pages: MentorPages) -> None:
    held_by_other = make_mentorship(enrolment=pages.enrolment, starts_on=date(2026, 3, 11))
    session = make_session(at("2026-03-17 13:00"), mentorship=held_by_other)
    api = Caller(pages.user, BEFORE)
    for instant, seen in ((BEFORE, 1), (AFTER, 0)):
        for path in (
            "enrolments/",
            f"mentorships/?open=true&mentor={pages.mentor.pk}",
            f"sessions/?mentor={held_by_other.mentor_id}",
        ):
            assert len(api.get(path, now=instant).json()["results"]) == seen, path
        assert api.get(f"sessions/{session.pk}/", now=instant).status_code == (200 if seen else 404)


def test_a11_two_mentorships_of_the_same_two_are_one_student(pages: MentorPages) -> None:
    make_mentorship(
        mentor=pages.mentor, enrolment=pages.enrolment, starts_on=LAST_DAY + timedelta(days=1), weekday=3
    )

    assert reads.mentees(pages.user, BEFORE).count() == 1
    assert reads.mentees(pages.user, AFTER).count() == 1
    assert pages.get(reverse("mentor-student", args=[pages.enrolment.pk]), BEFORE).status_code == 200


def test_a11_staff_find_the_mentor_of_a_planned_end(pages: MentorPages) -> None:
    staff = sign_in(make_user(Role.STUDENT_SUCCESS))
    listed = reverse("staff-people") + f"?mentor={pages.mentor.pk}"
    for instant, seen in ((BEFORE, True), (AFTER, False)):
        with clock(instant):
            assert (pages.student.user.email in staff.get(listed).content.decode()) is seen
            exported = staff.get(reverse("staff-people-export")).content.decode()
            assert (pages.user.full_name in exported) is seen


def test_a11_a_student_reads_when_a_mentor_is_former(pages: MentorPages) -> None:
    student = sign_in(pages.student.user)
    for instant, former in ((BEFORE, False), (AFTER, True)):
        with clock(instant):
            shown = student.get(reverse("student-training")).content.decode()
        assert ("Former mentor" in shown) is former


def test_an_unrelated_mentor_sees_nothing(pages: MentorPages) -> None:
    stranger = make_mentorship(enrolment=make_enrolment(path=make_path())).mentor.user
    with clock(BEFORE):
        url = reverse("mentor-student", args=[pages.enrolment.pk])
        assert sign_in(stranger).get(url).status_code == 404
