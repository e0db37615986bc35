"""The API's root, the policy's versions and the state of enforcement."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import Role
from enforcement.registry import all_sweeps
from tests.api import Caller
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def student():
    return Caller(make_user(Role.STUDENT), NOW)


def test_every_address_of_the_root_answers(student) -> None:
    addresses = student.get("").json()
    for name, address in addresses.items():
        expected = 403 if name == "enforcement" else 200
        assert student.get(address.removeprefix("http://testserver")).status_code == expected, name


def test_a_policy_version_says_what_verdicts_go_by(student) -> None:
    versions = student.get("policies/").json()["results"]
    assert [each["id"] for each in versions if each["in_force"]] == ["2026-01"]
    shown = student.get("policies/2026-01/").json()
    assert shown["attendance"]["notice_seconds"] == 24 * 3600
    assert shown["attendance"]["lateness_seconds"] == 15 * 60
    assert shown["attendance"]["streak"] == 3
    assert "3.2" in [clause["number"] for clause in shown["clauses"]]
    assert student.get("policies/1999-01/").status_code == 404


def test_staff_see_every_sweep() -> None:
    staff = Caller(make_user(Role.HEAD_OF_LEARNING), NOW)
    answer = staff.get("enforcement/").json()
    assert answer["now"] == "2026-03-04T09:00:00Z"
    assert {each["name"] for each in answer["sweeps"]} == set(all_sweeps())
    # A new school's store has never been inspected.
    assert {each["name"]: each["due"] for each in answer["sweeps"] if each["due"]} == {"inspect_store": 1}
