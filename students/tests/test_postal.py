"""Where registered letters go (4.1): entered by the student, or by the staff who see them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from record.letters.services import choose_carrier
from record.models import Entry
from rulebook.errors import RuleError
from students.models import PostalAddress
from students.services.postal import address_of, set_address
from tests.factories import make_enrolment, make_path, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 13, tzinfo=UTC)
GIVEN = {"line_1": " 1  Example Street ", "postal_code": "75000", "city": "Example"}


@pytest.fixture
def student():
    return make_enrolment(path=make_path(learning_manager=make_user(Role.LEARNING_MANAGER))).student.user


def test_a_student_enters_an_address_and_changes_it(student):
    row = set_address(person=student, **GIVEN, consents=True, by=student, now=NOW)
    assert (row.line_1, row.consented_at) == ("1 Example Street", NOW)
    row = set_address(person=student, **{**GIVEN, "city": "Elsewhere"}, consents=False, by=student, now=NOW)
    assert (row.city, row.consented_at) == ("Elsewhere", None)
    assert PostalAddress.objects.count() == 1
    assert Entry.objects.filter(kind="postal_address_set").count() == 2


@pytest.mark.parametrize(
    ("field", "value"), [("line_1", " "), ("city", ""), ("postal_code", "7500"), ("country", "FRA")]
)
def test_an_address_that_no_letter_would_reach_is_refused(student, field, value):
    with pytest.raises(RuleError) as refused:
        set_address(person=student, **{**GIVEN, field: value}, by=student, now=NOW)
    assert refused.value.field == field


def test_staff_enter_it_for_their_students_and_consent_for_nobody(student):
    success = make_user(Role.STUDENT_SUCCESS)
    row = set_address(person=student, **GIVEN, consents=True, by=success, now=NOW)
    assert row.consented_at is None
    for stranger in (make_user(Role.LEARNING_MANAGER), make_user(Role.MENTOR), make_user(Role.STUDENT)):
        with pytest.raises(PermissionDenied):
            set_address(person=student, **GIVEN, by=stranger, now=NOW)


def test_nobody_without_consent_gets_an_electronic_letter(student, settings):
    settings.LETTER_CARRIER = "merci-facteur-electronic"
    for name in ("SERVICE_ID", "SECRET_KEY", "USER_ID"):
        setattr(settings, f"MERCI_FACTEUR_{name}", "x")
    settings.LETTER_SENDER = "School|1 Example Street|75000|Example"
    assert address_of(student) is None
    set_address(person=student, **GIVEN, by=student, now=NOW)
    assert choose_carrier(address_of(student)) == "hand"
    set_address(person=student, **GIVEN, consents=True, by=student, now=NOW)
    assert choose_carrier(address_of(student)) == "merci-facteur-electronic"
