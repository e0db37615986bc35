"""Models created in one go are those that were created one by one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations import AddField, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from accounts.migrations_ops import CreateModels, in_one_go


def create(name: str, **fields: models.Field[Any, Any]) -> CreateModel:
    return CreateModel(name, [("id", models.AutoField(primary_key=True)), *fields.items()])


def operations() -> list[Operation]:
    """Two that name each other's models, a field between, and one that names the first."""
    return [
        create("Shelf"),
        create("Book", shelf=models.ForeignKey("library.Shelf", models.CASCADE)),
        AddField("Shelf", "first", models.ForeignKey("library.Book", models.CASCADE, null=True)),
        create("Loan", books=models.ManyToManyField("library.Book")),
    ]


def run(steps: list[Operation]) -> tuple[ProjectState, dict[str, list[str]]]:
    """The state after them, and the tables with their columns; nothing of it remains."""
    state, past = ProjectState(), []
    assert state.apps  # rendered, as while migrations run
    with connection.schema_editor() as editor:
        for step in steps:
            before = state.clone()
            step.state_forwards("library", state)
            step.database_forwards("library", editor, before, state)
            past.append((step, before, state.clone()))
    tables = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name.startswith("library_"):
                found = connection.introspection.get_table_description(cursor, name)
                tables[name] = sorted(column.name for column in found)
    with connection.schema_editor() as editor:
        for step, before, after in reversed(past):
            step.database_backwards("library", editor, after, before)
    with connection.cursor() as cursor:
        left = connection.introspection.table_names(cursor)
    assert not [name for name in left if name.startswith("library_")]
    return state, tables


def test_runs_of_models_become_one_operation() -> None:
    kinds = [type(each) for each in in_one_go(operations())]
    assert kinds == [CreateModels, AddField, CreateModels]


@pytest.mark.django_db(transaction=True)  # SQLite remakes no table inside of a transaction with its keys on
def test_tables_and_state_are_those_of_one_by_one() -> None:
    state, tables = run(operations())
    assert tables.keys() == {"library_shelf", "library_book", "library_loan", "library_loan_books"}
    assert run(in_one_go(operations())) == (state, tables)
