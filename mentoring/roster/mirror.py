"""What the source tells, set against what it told before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from students.models import ExternalId, ExternalKind

from .reading import Record, Roster
from .tables import TABLES, Table


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the source: as it stands now (None: it is gone) and as it was told before (None: it is new)."""

    kind: ExternalKind
    sourced_id: str
    now: dict[str, Any] | None
    before: dict[str, Any] | None
    row: ExternalId | None  # the mirror's row, where there is one
    record: Record | None  # the roster's line, where it has one

    @property
    def was_current(self) -> bool:
        return self.row is not None and self.row.current

    @property
    def object_id(self) -> int | None:
        return self.row.object_id if self.row else None

    @property
    def file(self) -> str:
        return self.record.file if self.record else FILES[self.kind]

    @property
    def line(self) -> int:
        return self.record.line if self.record else 0


FILES = {table.kind: table.file for table in TABLES["1.2"]}
# When the row was last changed there, kept beside what it tells; it is no content.
MODIFIED = "dateLastModified"


class Source:
    """The source as it stands once this roster is taken in: every row that it ever told, by kind and id."""

    def __init__(self, roster: Roster, rows: list[ExternalId]) -> None:
        self.roster = roster
        self.rows: dict[ExternalKind, dict[str, Told]] = {kind: {} for kind in ExternalKind}
        self.stale: list[Record] = []
        known: dict[ExternalKind, dict[str, ExternalId]] = {kind: {} for kind in ExternalKind}
        for row in rows:
            known[ExternalKind(row.kind)][row.sourced_id] = row
        for kind in ExternalKind:
            records = roster.records.get(kind, {})
            for sourced_id in known[kind].keys() | records.keys():
                self.rows[kind][sourced_id] = self._told(
                    kind, sourced_id, known[kind].get(sourced_id), records.get(sourced_id)
                )

    def _told(
        self, kind: ExternalKind, sourced_id: str, row: ExternalId | None, record: Record | None
    ) -> Told:
        before: dict[str, Any] | None = json.loads(row.told) if row is not None else None
        standing = before if row is not None and row.current else None
        mode = self.roster.modes.get(kind, "absent")
        now: dict[str, Any] | None
        if record is not None and mode == "delta" and record.modified < (before or {}).get(MODIFIED, ""):
            self.stale.append(record)  # an older delta after a newer one says nothing any more
            return Told(kind, sourced_id, standing, before, row, None)
        if record is not None:
            now = dict(record.told) if record.active else None
        else:
            now = None if mode == "bulk" else standing
        return Told(kind, sourced_id, now, before, row, record)

    def current(self, kind: ExternalKind) -> Iterator[Told]:
        """The rows of a kind that stand, in the order of their ids."""
        for sourced_id in sorted(self.rows[kind]):
            told = self.rows[kind][sourced_id]
            if told.now is not None:
                yield told

    def every(self, kind: ExternalKind) -> Iterator[Told]:
        """… and those that stand no more."""
        for sourced_id in sorted(self.rows[kind]):
            yield self.rows[kind][sourced_id]

    def find(self, kind: ExternalKind, sourced_id: str | None) -> dict[str, Any] | None:
        """What a row tells that stands, or None."""
        told = self.rows[kind].get(sourced_id or "")
        return told.now if told else None

    def check_references(self) -> None:
        """Every id that a row of this roster points to has to stand."""
        for table in TABLES[self.roster.version]:
            pointing = [column for column in table.columns if column.to]
            for record in self.roster.records.get(table.kind, {}).values():
                for column in pointing:
                    self._check_reference(table, record, column.name, ExternalKind(column.to or ""))

    def _check_reference(self, table: Table, record: Record, column: str, to: ExternalKind) -> None:
        value = record.told.get(column, [])
        for sourced_id in [value] if isinstance(value, str) else value:
            if self.find(to, sourced_id) is None:
                self.roster.problem(
                    table.file,
                    record.line,
                    column,
                    _("%(file)s holds no row %(id)s.") % {"file": FILES[to], "id": sourced_id[:100]},
                )


def canonical(told: dict[str, Any]) -> str:
    """What is kept of a row: the same content gives the same text."""
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def content(told: dict[str, Any] | None) -> dict[str, Any]:
    """What a row tells, without the instant of its last change and what the portal worked out of it."""
    return {key: value for key, value in (told or {}).items() if key != MODIFIED and not key.startswith("_")}
