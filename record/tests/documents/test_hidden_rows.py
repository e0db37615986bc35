"""That somebody proved a disability is itself told to nobody else (abuse 7, 12)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Role
from record.models import Viewing
from tests.factories import at, make_document, make_user

pytestmark = pytest.mark.django_db
NOW = at("2026-03-04 09:00")


@pytest.mark.parametrize("role", [Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR])
def test_abuse_7_the_admin_does_not_say_who_proved_a_disability(client, role):
    person = make_user(Role.STUDENT, given_name="Proved", family_name="Secret", email="proved@example.org")
    proof = make_document(person, purpose="disability-proof")
    other = make_document(
        make_user(Role.STUDENT, given_name="Worked", family_name="Openly"), purpose="deliverable"
    )
    for document in (proof, other):
        Viewing.objects.create(document=document, viewer=document.subject, began_at=NOW, last_at=NOW)
    client.force_login(make_user(role))
    for name in ("document", "viewing"):
        table = reverse(f"admin:record_{name}_changelist")
        page = client.get(table)
        assert page.status_code == 200
        shown = page.content.decode()
        assert "Worked Openly" in shown
        assert "Proved Secret" not in shown and "disability-proof" not in shown
        assert page.context["cl"].result_count == 1
        found = client.get(table, {"q": "proved@example.org"})
        assert found.context["cl"].result_count == 0
    assert client.get(table, {"purpose__exact": "disability-proof"}).status_code in (200, 302)
    row = client.get(reverse("admin:record_document_change", args=[proof.pk]))
    assert row.status_code != 200
    assert client.get(reverse("admin:record_document_change", args=[other.pk])).status_code == 200
