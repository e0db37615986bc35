"""Migration operations whose SQL differs between the databases."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

Statements = str | Sequence[str]


class VendorSQL(Operation):
    """SQL for the database at hand: triggers and constraints that the ORM has no word for.

    Each string is executed as one statement and never split, so a trigger body may hold semicolons.

    On SQLite, Django rebuilds a table for most changes of a column, and the rebuilt table has lost its
    triggers: a migration that alters a guarded table must create them again (a test of
    ``record`` looks that every guard is there after the last migration, and so does ``verify_record``).
    """

    reduces_to_sql = True

    def __init__(
        self,
        *,
        postgresql: Statements = (),
        sqlite: Statements = (),
        reverse_postgresql: Statements = (),
        reverse_sqlite: Statements = (),
    ) -> None:
        self.postgresql = postgresql
        self.sqlite = sqlite
        self.reverse_postgresql = reverse_postgresql
        self.reverse_sqlite = reverse_sqlite

    @property
    def reversible(self) -> bool:  # type: ignore[override]  # a plain attribute on the base class
        return bool(self.reverse_postgresql or self.reverse_sqlite)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers and constraints do not change the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._run(schema_editor, {"postgresql": self.postgresql, "sqlite": self.sqlite})

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._run(schema_editor, {"postgresql": self.reverse_postgresql, "sqlite": self.reverse_sqlite})

    def describe(self) -> str:
        return "SQL of the database at hand"

    @staticmethod
    def _run(schema_editor: BaseDatabaseSchemaEditor, by_vendor: dict[str, Statements]) -> None:
        statements = by_vendor[schema_editor.connection.vendor]
        for statement in [statements] if isinstance(statements, str) else statements:
            # No parameters: a percent sign in a trigger body is one.
            schema_editor.execute(statement, params=None)
