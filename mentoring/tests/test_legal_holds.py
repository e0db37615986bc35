"""Holds on recordings for legal proceedings: grounds, an end, the record, and who may (2.6; abuse 75, 76)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role
from enforcement.runner import run
from mentoring.models import Hold
from mentoring.services.holds import place_legal_hold, release_legal_hold
from mentoring.sweeps.recordings import DEFENCE_RECORDINGS
from record.models import Entry
from rulebook.errors import RuleError
from rulebook.policy import policy_at
from tests.factories import at, make_defence, make_document, make_enrolment, make_user, make_work

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 09:00")
DAY = timedelta(days=1)


@pytest.fixture
def head():
    return make_user(Role.HEAD_OF_LEARNING)


@pytest.fixture
def student():
    """Somebody whose training is over, with the recording of a defence that nobody needs any more."""
    enrolment = make_enrolment(ends_on=date(2026, 2, 27))
    type(enrolment).objects.update(ended_on=date(2026, 2, 27))
    make_defence(
        make_work(enrolment, in_depth=True),
        at("2026-02-03 09:00"),
        recording=make_document(enrolment.student.user, purpose="defence-recording"),
        recorded_at=at("2026-02-03 10:00"),
    )
    return enrolment.student


def place(student, head, grounds="A complaint to the police.", ends_on=date(2026, 4, 1), now=NOW):
    return place_legal_hold(student=student, grounds=grounds, ends_on=ends_on, by=head, now=now)


def test_abuse_75_what_legal_proceedings_need_is_not_deleted_until_the_hold_is_released(student, head):
    hold = place(student, head)
    assert run(DEFENCE_RECORDINGS, NOW + DAY) == 0
    release_legal_hold(hold_id=hold.pk, by=head, now=NOW + DAY)
    assert run(DEFENCE_RECORDINGS, NOW + DAY) == 1
    kinds = list(
        Entry.objects.filter(chain__subject=student.user).order_by("seq").values_list("kind", flat=True)
    )
    assert kinds == ["recordings_held", "recordings_hold_released", "document_deleted"]


def test_abuse_76_a_hold_ends_by_itself(student, head):
    place(student, head)
    over = at("2026-04-01 22:00")  # midnight in Paris
    assert run(DEFENCE_RECORDINGS, over - timedelta(microseconds=1)) == 0
    assert run(DEFENCE_RECORDINGS, over) == 1


@pytest.mark.parametrize(
    ("field", "given"),
    [("grounds", {"grounds": "  "}), ("ends_on", {"ends_on": date(2026, 3, 1)}), ("ends_on", "longest")],
)
def test_abuse_76_without_grounds_or_for_longer_than_the_policy_allows_there_is_none(
    student, head, field, given
):
    longest = policy_at(NOW).recordings.legal_hold_longest
    if given == "longest":
        place(student, head, ends_on=NOW.date() + longest * DAY)
        given = {"ends_on": NOW.date() + (longest + 1) * DAY}
    with pytest.raises(RuleError) as refused:
        place(student, head, **given)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "role", [Role.STUDENT_SUCCESS, Role.LEARNING_MANAGER, Role.ADMINISTRATOR, Role.QUALITY]
)
def test_only_the_head_of_learning_holds_and_releases(student, head, role):
    hold = place(student, head)
    with pytest.raises(PermissionDenied):
        place(student, make_user(role))
    with pytest.raises(PermissionDenied):
        release_legal_hold(hold_id=hold.pk, by=make_user(role), now=NOW)


def test_one_is_released_once_and_a_cases_hold_is_the_cases(student, head):
    hold = place(student, head)
    case = Hold.objects.create(student=student, reason="case", about="discipline.case:1", placed_at=NOW)
    release_legal_hold(hold_id=hold.pk, by=head, now=NOW)
    for pk in (hold.pk, case.pk):
        with pytest.raises(RuleError):
            release_legal_hold(hold_id=pk, by=head, now=NOW)


def test_the_database_keeps_a_hold_from_standing_without_grounds_or_end(student, head):
    for missing in ({"grounds": ""}, {"ends_at": None}, {"placed_by": None}):
        given = {"grounds": "x", "ends_at": NOW + DAY, "placed_by": head, **missing}
        with pytest.raises(IntegrityError), transaction.atomic():
            Hold.objects.create(student=student, reason="legal", about="x", placed_at=NOW, **given)
