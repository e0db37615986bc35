import pytest

from accounts.models import User
from record.models import Entry
from record.services import write
from record.tests.flushing import drop, triggers
from record.types import NewEntry


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", [1, 2])
def test_a_transactional_test_finds_empty_tables_and_every_guard(again, an_instant):
    assert not Entry.objects.exists()
    names = triggers()
    assert {"record_entry_no_update", "record_entry_no_delete"} <= names.keys()
    user = User.objects.create_user("ada@example.org")
    write(entries=[NewEntry(user.pk, "test.noted", "R1", "2026-01", an_instant)], now=an_instant)
    drop(names)
