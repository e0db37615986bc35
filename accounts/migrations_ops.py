"""Migration operations that spare work."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """Models created one after the other, whose classes Django builds once for all of them.

    After each model that is added Django builds anew the classes of all models related to it, which here are nearly
    all: of a migration's time nine tenths. The tables are those of the same operations one by one: none of them
    changes a table of another.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Iterable[CreateModel]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # the classes: built again, all at once, when somebody asks for them
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)


def in_one_go(operations: Iterable[Operation]) -> list[Operation]:
    """These operations, with those that create models one after the other as one."""
    found: list[Operation] = []
    for operation in operations:
        if not isinstance(operation, CreateModel):
            found.append(operation)
        elif found and isinstance(found[-1], CreateModels):
            found[-1].operations.append(operation)
        else:
            found.append(CreateModels([operation]))
    return found
