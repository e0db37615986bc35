"""Whose record a Learning Manager reads: that of the students on their own Paths."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Role
from record.selectors import entries_for, messages_for, readable_entries
from record.services import write
from record.types import NewEntry, NewMessage
from tests.factories import at, make_enrolment, make_path, make_student, make_user

pytestmark = pytest.mark.django_db
NOW = at("2026-03-03 10:00")


def test_abuse_1_a_learning_manager_reads_the_records_of_their_own_paths_only() -> None:
    manager = make_user(Role.LEARNING_MANAGER)
    mine, others = make_student(), make_student()
    make_enrolment(student=mine, path=make_path(learning_manager=manager), starts_on=date(2026, 1, 1))
    make_enrolment(student=others, path=make_path(learning_manager=make_user(Role.LEARNING_MANAGER)))
    for student in (mine, others):
        write(
            entries=[NewEntry(student.user_id, "reasons_given", "3.2", "2026-01", NOW)],
            messages=[NewMessage(student.user_id, "reasons_given", f"test:{student.pk}", NOW)],
            now=NOW,
        )
    assert entries_for(manager, mine.user).count() == 1
    assert messages_for(manager, mine.user).count() == 1
    assert not entries_for(manager, others.user).exists()
    assert not messages_for(manager, others.user).exists()
    assert {entry.chain.subject_id for entry in readable_entries(manager)} == {mine.user_id}
