"""What the database's guards read before a row is written: never all of a table (A3)."""

from __future__ import annotations

import pytest
from django.db import connection

from mentoring.migrations._overlaps import BY_INDEX, at_once

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

# Those that fire for each row of an import, or for each batch of the record.
OF_MANY_ROWS = (
    "mentoring_session_overlaps",
    "mentoring_session_defence",
    "mentoring_defence_check",
    "mentoring_assessment_check",
    "students_skillapproval_check",
    "record_entry_linked",
)


@pytest.mark.parametrize("name", OF_MANY_ROWS)
def test_a_guard_is_planned_without_sequential_scans(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = %s", [name])
        assert cursor.fetchone() == (["enable_seqscan=off"],)


@pytest.mark.parametrize(
    ("table", "theirs", "index"),
    [
        ("mentoring_session", "mentor_id", "mentoring_mentor_time_idx"),
        ("mentoring_session", "student_id", "mentoring_student_time_idx"),
        # Few to a person: the index of the person alone will do.
        ("mentoring_defence", "assessor_id", "mentoring_def"),
        ("mentoring_defence", "student_id", "mentoring_def"),
    ],
)
def test_a_plan_made_on_an_empty_table_looks_by_the_person(table, theirs, index):
    query = at_once(theirs, "person")
    for column, parameter in (("person", "$1"), ("starts_at", "$2"), ("ends_at", "$3")):
        query = query.replace(f"NEW.{column}", parameter)
    with connection.cursor() as cursor:
        cursor.execute(f"{BY_INDEX}; SET plan_cache_mode = force_generic_plan")
        cursor.execute(
            f"PREPARE looked (bigint, timestamptz, timestamptz) AS SELECT FROM {table} AS other WHERE {query}"
        )
        try:
            cursor.execute("EXPLAIN EXECUTE looked (1, now(), now())")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        finally:
            cursor.execute("DEALLOCATE looked; RESET enable_seqscan; RESET plan_cache_mode")
    found = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert index in plan and theirs in found, plan
