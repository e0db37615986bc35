"""Funders are kept by administrators, with an entry in the school's chain (R1)."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import Role
from record.models import Entry
from rulebook.errors import RuleError
from students.models import Funder
from students.services.funders import FIELDS, keep_funder
from tests.factories import at, make_user

pytestmark = pytest.mark.django_db
NOW = at("2026-03-03 13:00")
GIVEN = {
    "name": "Example Fund",
    "kind": "funder",
    "email": "fund@example.org",
    "active": True,
    "copies_by": "email",
    "address": "",
    "postal_code": "",
    "city": "",
}


def test_the_admin_enters_and_changes_a_funder_and_the_record_says_so():
    browser = Client()
    browser.force_login(make_user(Role.ADMINISTRATOR))
    assert browser.post("/admin/students/funder/add/", {**GIVEN, "active": "on"}).status_code == 302
    funder = Funder.objects.get()
    page = f"/admin/students/funder/{funder.pk}/change/"
    assert browser.post(page, {**GIVEN, "active": "on", "email": "new@example.org"}).status_code == 302
    funder.refresh_from_db()
    assert funder.email == "new@example.org"
    first, second = Entry.objects.filter(kind="funder_kept").order_by("seq")
    assert first.chain.subject is None and json.loads(first.payload)["email"] == "fund@example.org"
    assert json.loads(second.payload) == {"funder": "Example Fund", "email": "new@example.org"}


def test_nobody_else_does_and_no_two_have_one_name():
    administrator = make_user(Role.ADMINISTRATOR)
    assert set(GIVEN) == set(FIELDS)
    with pytest.raises(PermissionDenied):
        keep_funder(funder_id=None, by=make_user(Role.STUDENT_SUCCESS), now=NOW, **GIVEN)
    kept = keep_funder(funder_id=None, by=administrator, now=NOW, **GIVEN)
    assert keep_funder(funder_id=kept.pk, by=administrator, now=NOW, **GIVEN) == kept
    assert Entry.objects.filter(kind="funder_kept").count() == 1
    with pytest.raises(RuleError) as refused:
        keep_funder(funder_id=None, by=administrator, now=NOW, **GIVEN)
    assert refused.value.field == "name"
