"""People and their roles: services, predicates and the admin, from both sides of each permission."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import permissions, services
from accounts.models import Role, RoleGrant, Session, User
from accounts.tests.conftest import NOW, MakePerson, is_signed_in, sign_in
from rulebook.errors import RuleError

PREDICATES = {
    Role.STUDENT: permissions.is_student,
    Role.MENTOR: permissions.is_mentor,
    Role.ASSESSOR: permissions.is_assessor,
    Role.QUALITY: permissions.is_quality,
    Role.STUDENT_SUCCESS: permissions.is_student_success,
    Role.LEARNING_MANAGER: permissions.is_learning_manager,
    Role.HEAD_OF_LEARNING: permissions.is_head_of_learning,
    Role.ADMINISTRATOR: permissions.is_administrator,
}
STAFF = {Role.STUDENT_SUCCESS, Role.LEARNING_MANAGER, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR}


@pytest.mark.parametrize("held", list(Role))
def test_each_role_answers_to_its_own_predicate(make_person: MakePerson, held: Role) -> None:
    person = make_person("one@example.org", held)
    assert {role for role, predicate in PREDICATES.items() if predicate(person)} == {held}
    assert permissions.is_school_staff(person) is (held in STAFF)
    assert person.is_staff is (held in STAFF)
    assert permissions.may_edit_people(person) is (held == Role.ADMINISTRATOR)
    assert permissions.may_read_people(person) is (held in STAFF)


def test_who_is_closed_or_unknown_is_nobody(administrator: User) -> None:
    from django.contrib.auth.models import AnonymousUser

    administrator.is_active = False
    for someone in (administrator, AnonymousUser(), None):
        assert not any(predicate(someone) for predicate in PREDICATES.values())
        assert not permissions.is_school_staff(someone)
    assert not administrator.is_staff


def test_granting_twice_is_granting_once(student: User) -> None:
    first = services.grant_role(person=student, role=Role.MENTOR, by=None, now=NOW)
    again = services.grant_role(person=student, role=Role.MENTOR, by=None, now=NOW)
    assert (first.changed, again.changed) == (True, False)
    assert student.roles == {Role.STUDENT, Role.MENTOR}


def test_revoking_what_is_not_held_ends_no_session(client: Client, student: User) -> None:
    sign_in(client, student.email)
    change = services.revoke_role(person=student, role=Role.MENTOR, by=None, now=NOW)
    assert not change.changed
    assert is_signed_in(client)


def test_the_last_administrator_stays(administrator: User) -> None:
    with pytest.raises(RuleError):
        services.revoke_role(person=administrator, role=Role.ADMINISTRATOR, by=None, now=NOW)
    with pytest.raises(RuleError):
        services.deactivate_person(person=administrator, by=None, now=NOW)
    assert User.objects.get(pk=administrator.pk).is_active


def test_abuse_42_one_address_is_one_person_however_it_is_written(student: User) -> None:
    for again in ("ilse@example.org", "ILSE@Example.ORG"):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.bulk_create([User(email=again)])


def test_editing_refuses_a_taken_address_and_unknown_fields(student: User, administrator: User) -> None:
    with pytest.raises(RuleError):
        services.edit_person(person=student, email=administrator.email, by=None, now=NOW)
    with pytest.raises(TypeError):
        services.edit_person(person=student, is_superuser="yes", by=None, now=NOW)
    changed = services.edit_person(person=student, given_name="Ilsa", language="en", by=None, now=NOW)
    assert changed == ("given_name",)


def test_an_invitation_to_a_closed_account_is_refused(student: User) -> None:
    services.deactivate_person(person=student, by=None, now=NOW)
    with pytest.raises(RuleError):
        services.invite_person(person=student, by=None, now=NOW)


# --- The admin


@pytest.fixture
def manager(make_person: MakePerson) -> User:
    return make_person("lena@example.org", Role.LEARNING_MANAGER)


def person_page(person: User) -> str:
    return reverse("admin:accounts_user_change", args=[person.pk])


def posted(person: User, *grants: RoleGrant, **changes: str) -> dict[str, str]:
    data = {
        "email": person.email,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "time_zone": person.time_zone,
        "language": person.language,
        "role_grants-TOTAL_FORMS": str(len(grants)),
        "role_grants-INITIAL_FORMS": str(len(grants)),
    }
    for number, grant in enumerate(grants):
        data[f"role_grants-{number}-id"] = str(grant.pk)
        data[f"role_grants-{number}-user"] = str(person.pk)
    return {**data, **changes}


@pytest.mark.parametrize(
    ("role", "list_status", "page_status"),
    [
        (Role.STUDENT, 302, 302),
        (Role.MENTOR, 302, 302),
        (Role.STUDENT_SUCCESS, 200, 200),
        (Role.LEARNING_MANAGER, 200, 302),  # a student of none of their Paths
        (Role.HEAD_OF_LEARNING, 200, 200),
        (Role.ADMINISTRATOR, 200, 200),
    ],
)
def test_staff_read_people(
    client: Client, student: User, make_person: MakePerson, role: str, list_status: int, page_status: int
) -> None:
    client.force_login(make_person("reader@example.org", role))
    assert client.get(reverse("admin:accounts_user_changelist") + "?q=ilse&role=student").status_code in (
        list_status,
        403,
    )
    assert client.get(person_page(student)).status_code == page_status


def test_no_secret_is_shown(client: Client, administrator: User, student: User) -> None:
    User.objects.filter(pk=administrator.pk).update(is_superuser=True)
    client.force_login(administrator)
    page = client.get(person_page(student)).content.decode()
    assert student.password not in page
    assert 'name="password"' not in page
    for name in ("mfa/authenticator", "account/emailaddress", "socialaccount/socialapp", "auth/group"):
        assert client.get(f"/admin/{name}/").status_code == 404


def test_staff_who_are_no_administrators_change_nothing(client: Client, manager: User, student: User) -> None:
    client.force_login(manager)
    answer = client.post(person_page(student), posted(student, given_name="Changed"))
    assert answer.status_code == 403
    grant = {"role_grants-TOTAL_FORMS": "1", "role_grants-0-role": "administrator"}
    assert client.post(person_page(manager), posted(manager, **grant)).status_code == 403
    for action in ("deactivate", "send_invitations", "end_sessions", "reactivate"):
        client.post(
            reverse("admin:accounts_user_changelist"), {"action": action, "_selected_action": student.pk}
        )
    assert User.objects.filter(pk=student.pk, is_active=True, given_name=student.given_name).exists()
    assert not mail.outbox
    assert User.objects.get(pk=manager.pk).roles == {Role.LEARNING_MANAGER}


def test_administrators_edit_and_grant_through_the_services(
    client: Client, administrator: User, student: User
) -> None:
    client.force_login(administrator)
    (grant,) = student.role_grants.all()
    new_role = {
        "role_grants-TOTAL_FORMS": "2",
        "role_grants-1-user": str(student.pk),
        "role_grants-1-role": "mentor",
    }
    answer = client.post(person_page(student), posted(student, grant, given_name="Ilsa", **new_role))
    assert answer.status_code == 302, answer.context["errors"]
    after = User.objects.get(pk=student.pk)
    assert after.given_name == "Ilsa"
    assert after.roles == {Role.STUDENT, Role.MENTOR}
    assert RoleGrant.objects.get(user=student, role="mentor").granted_by == administrator


def test_administrators_revoke_and_the_sessions_end(
    client: Client, administrator: User, student: User
) -> None:
    browser = Client()
    sign_in(browser, student.email)
    client.force_login(administrator)
    (grant,) = student.role_grants.all()
    answer = client.post(person_page(student), posted(student, grant, **{"role_grants-0-DELETE": "on"}))
    assert answer.status_code == 302
    assert not RoleGrant.objects.filter(user=student).exists()
    assert not is_signed_in(browser)


def test_nobody_is_deleted(client: Client, administrator: User, student: User) -> None:
    client.force_login(administrator)
    answer = client.post(reverse("admin:accounts_user_delete", args=[student.pk]), {"post": "yes"})
    assert answer.status_code == 403


def test_a_new_person_is_made_by_the_service(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    blank = User(email="New@example.org", given_name="Nils", family_name="Aune")
    role = {"role_grants-TOTAL_FORMS": "1", "role_grants-0-role": "mentor"}
    answer = client.post(reverse("admin:accounts_user_add"), posted(blank, **role))
    assert answer.status_code == 302, answer.context["errors"]
    person = User.objects.get(email="new@example.org")
    assert person.joined_at is not None
    assert not person.has_usable_password()
    assert person.roles == {Role.MENTOR}


@pytest.mark.parametrize("action", ["send_invitations", "end_sessions", "deactivate", "reactivate"])
def test_actions_of_administrators(client: Client, administrator: User, student: User, action: str) -> None:
    browser = Client()
    sign_in(browser, student.email)
    client.force_login(administrator)
    path = reverse("admin:accounts_user_changelist")
    answer = client.post(path, {"action": action, "_selected_action": [student.pk]}, follow=True)
    assert answer.status_code == 200
    assert bool(mail.outbox) is (action == "send_invitations")
    assert Session.objects.filter(user=student).exists() is (action in ("send_invitations", "reactivate"))
    assert User.objects.get(pk=student.pk).is_active is (action != "deactivate")


def test_closing_the_last_administrator_is_said_and_not_done(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    path = reverse("admin:accounts_user_changelist")
    answer = client.post(path, {"action": "deactivate", "_selected_action": [administrator.pk]}, follow=True)
    assert "The school needs an administrator" in answer.content.decode()


def test_the_list_takes_the_same_queries_for_one_and_for_many(
    client: Client, administrator: User, make_person: MakePerson
) -> None:
    client.force_login(administrator)
    path = reverse("admin:accounts_user_changelist")
    client.get(path)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    before = queries()
    for number in range(5):
        make_person(f"person{number}@example.org", Role.STUDENT)
    assert queries() == before


def test_the_first_administrator_is_made_on_the_command_line(db: None) -> None:
    first = User.objects.create_superuser("root@example.org", "a quiet harbour")
    assert first.roles == {Role.ADMINISTRATOR}
    assert permissions.is_administrator(first)
