import pytest
from django.urls import reverse

from accounts.models import Role, User
from record.models import Chain, Checkpoint, Entry, Message
from record.selectors import entries_for, failed_messages_for, messages_for
from record.services import write

from .conftest import entry, message, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorded(student, now):
    other = person("other@example.org", Role.STUDENT)
    write(
        entries=[entry(student), entry(student, about="mentoring.session:1"), entry(other), entry(None)],
        messages=[message(student), message(other, "note:2")],
        now=now,
    )
    return other


@pytest.mark.parametrize(
    ("role", "own", "others", "schools"),
    [
        (Role.STUDENT, True, False, False),
        (Role.MENTOR, True, False, False),
        (Role.STUDENT_SUCCESS, True, True, False),
        (Role.LEARNING_MANAGER, True, False, False),
        (Role.HEAD_OF_LEARNING, True, True, True),
        (Role.ADMINISTRATOR, True, True, True),
    ],
)
def test_abuse_1_who_reads_whose_record(recorded, now, role, own, others, schools):
    reader = person("reader@example.org", role)
    write(entries=[entry(reader)], messages=[message(reader, "note:3")], now=now)
    assert entries_for(reader, reader).exists() is own
    assert messages_for(reader).exists() is own
    assert entries_for(reader, recorded).exists() is others
    assert messages_for(reader, recorded).exists() is others
    assert entries_for(reader, None).exists() is schools
    reader.is_active = False
    assert not entries_for(reader, reader).exists()


def test_r1_a_student_reads_their_own_and_nothing_else(recorded, student, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = list(entries_for(student, student))
        assert [e.seq for e in found] == [2, 1]
        assert {str(e.actor) for e in found} == {"None"}
    assert [e.seq for e in entries_for(student, student, about="mentoring.session:1")] == [2]
    assert {m.recipient_id for m in messages_for(student)} == {student.pk}


def test_failed_messages_are_for_staff(recorded, student):
    Message.objects.filter(recipient=student).update(state="failed")
    assert failed_messages_for(person("s@example.org", Role.STUDENT_SUCCESS)).count() == 1
    assert not failed_messages_for(student).exists()


@pytest.mark.parametrize("model", [Entry, Chain, Checkpoint, Message])
def test_abuse_59_the_admin_only_shows_the_record_even_to_superusers(recorded, client, model):
    name = f"admin:record_{model._meta.model_name}"
    root = User.objects.create_superuser("root@example.org", "long and plain enough")
    client.force_login(root)
    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    assert client.get(reverse(f"{name}_add")).status_code == 403
    row = model.objects.first()
    if row is not None:
        change = reverse(f"{name}_change", args=[row.pk])
        assert client.get(change).status_code == 200
        assert client.post(change, {"kind": "other", "head_seq": 0}).status_code == 403
        assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_the_admins_list_can_send_a_failed_message_again(recorded, client, student):
    Message.objects.filter(recipient=student).update(state="failed")
    staff = person("s@example.org", Role.ADMINISTRATOR)
    User.objects.filter(pk=staff.pk).update(is_superuser=True)
    client.force_login(User.objects.get(pk=staff.pk))
    failed = Message.objects.get(state="failed")
    client.post(
        reverse("admin:record_message_changelist"), {"action": "try_again", "_selected_action": [failed.pk]}
    )
    failed.refresh_from_db()
    assert failed.state == "pending"
