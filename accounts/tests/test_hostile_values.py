"""Values that no client of ours sends: each is refused by its name, and none breaks anything."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import Role
from accounts.numbers import number_in
from tests.api import Caller
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 9, 0, 5, tzinfo=UTC)


@pytest.fixture
def head():
    return Caller(make_user(Role.HEAD_OF_LEARNING), NOW)


@pytest.mark.parametrize("value", ["1e30", "NaN", "-1", "1.5", "9" * 25, "²", "%00"])
@pytest.mark.parametrize("path", ["sessions/?student=", "absences/?enrolment=", "cases/?student="])
def test_an_id_that_no_row_can_have_is_refused(head, path, value) -> None:
    answer = head.get(f"{path}{value}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "value",
    [
        "0001-01-01T00:00:00%2B14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-01-01T00:00:00",
        "2026-01-01",
        "2026-W05",
        "tomorrow",
    ],
)
def test_an_instant_that_is_none_or_has_no_offset_is_refused(head, value) -> None:
    for path in (f"sessions/?starts_from={value}", f"notices/?received_before={value}"):
        assert head.get(path).json()["status"] == 400


@pytest.mark.parametrize("value", ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00+01:00", "2026-01-01T00:00Z"])
def test_an_instant_with_its_offset_is_taken_even_where_the_plus_was_lost(head, value) -> None:
    assert head.get(f"sessions/?starts_from={value}").status_code == 200


@pytest.mark.parametrize("value", ["²", "٣", "9" * 5000, "-1", ""])
def test_a_record_of_nobody_is_not_there(head, value) -> None:
    assert number_in(value) is None
    assert head.get(f"record/?subject={value}").status_code == 404


@pytest.mark.parametrize("text", ['{"a":' * 20_000, "[" * 100_000])
def test_a_body_that_nests_without_end_is_refused(head, text) -> None:
    answer = head.client.post(
        "/api/v1/time-off/", data=text, content_type="application/json", headers=head.headers
    )
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
