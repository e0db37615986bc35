"""From CSV files to records: every cell is checked, and everything that is wrong is collected."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from students.models import ExternalKind

from .bundle import Bundle
from .cells import BadCell, read_cell
from .problems import BundleRefused, Problem
from .tables import TABLES, UNREAD, Table

MANIFEST = "manifest.csv"
MODES = frozenset({"absent", "bulk", "delta"})
# Enough to mend a file by; whoever has more has one mistake many times.
MOST_PROBLEMS = 500
# OneRoster 1.2: a sourcedId is a string of printable characters, at most 255 of them.
SOURCED_ID = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,253}[^\s\x00-\x1f\x7f])?")
# An instant in ISO 8601, as dateLastModified has to be.
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?")


@dataclass(frozen=True, slots=True)
class Record:
    """A row: where it stands, what it is about, and what it tells (``told`` is plain JSON)."""

    file: str
    line: int
    kind: ExternalKind
    sourced_id: str
    active: bool
    modified: str
    told: dict[str, Any]


@dataclass(slots=True)
class Roster:
    """What a bundle holds: its records by kind and id, and how each file is meant (bulk or delta)."""

    version: str = ""
    system: str = "oneroster"
    modes: dict[ExternalKind, str] = field(default_factory=dict)
    records: dict[ExternalKind, dict[str, Record]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: int = 0

    def problem(self, file: str, line: int, column: str, reason: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(file, line, column, reason))

    @property
    def full(self) -> bool:
        return len(self.problems) >= MOST_PROBLEMS


def read_roster(bundle: Bundle) -> Roster:
    """Read every file that the manifest names. A problem in one does not hide those of the others."""
    roster = Roster()
    try:
        tables = _read_manifest(bundle, roster)
        for table in tables:
            if not roster.full:
                _read_table(bundle, table, roster)
    except BundleRefused as refused:
        roster.problems.append(refused.problem)
    return roster


def _rows(bundle: Bundle, name: str, roster: Roster) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file with the line on which each begins; empty lines are passed over."""
    reader = csv.reader(_text(bundle, name, roster), strict=True)
    line = 1
    try:
        for row in reader:
            if any(row):
                roster.rows += 1
                if roster.rows > settings.ROSTER_MAX_ROWS:
                    raise BundleRefused(
                        Problem(
                            name,
                            line,
                            "",
                            _("A roster holds at most %(limit)s rows.") % {"limit": settings.ROSTER_MAX_ROWS},
                        )
                    )
                yield line, row
            line = reader.line_num + 1
    except csv.Error:
        roster.problem(name, line, "", _("The quotation marks of this row do not match."))


def _text(bundle: Bundle, name: str, roster: Roster) -> Iterator[str]:
    """Lines of UTF-8 text, with or without a byte order mark, whatever ends them."""
    for number, line in enumerate(bundle.lines(name), start=1):
        if number == 1:
            if line.startswith((b"\xff\xfe", b"\xfe\xff")):
                roster.problem(name, 1, "", _("This file is not in UTF-8 but in UTF-16."))
                return
            line = line.removeprefix(b"\xef\xbb\xbf")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            roster.problem(name, number, "", _("This line is not in UTF-8."))
            return
        if "\x00" in text:
            roster.problem(name, number, "", _("This line holds a NUL character."))
            return
        yield text


def _read_manifest(bundle: Bundle, roster: Roster) -> list[Table]:
    """The tables to be read, by what the manifest says of each file."""
    if MANIFEST not in bundle.names:
        roster.problem(MANIFEST, 0, "", _("The manifest is missing: it says what each file is."))
        return []
    found: dict[str, tuple[int, str]] = {}
    rows = _rows(bundle, MANIFEST, roster)
    header = next(rows, (1, []))[1]
    if header != ["propertyName", "value"]:
        roster.problem(MANIFEST, 1, "", _("The header has to be propertyName,value."))
        return []
    for line, row in rows:
        if len(row) != 2:
            roster.problem(MANIFEST, line, "", _("A row of the manifest has two cells."))
        elif row[0] in found:
            roster.problem(MANIFEST, line, row[0], _("This property is there twice."))
        else:
            found[row[0]] = (line, row[1].strip())

    line, version = found.get("manifest.version", (0, ""))
    if version != "1.0":
        roster.problem(MANIFEST, line, "manifest.version", _("This has to be 1.0."))
    line, roster.version = found.get("oneroster.version", (0, ""))
    if roster.version not in TABLES:
        roster.problem(MANIFEST, line, "oneroster.version", _("This has to be 1.1 or 1.2."))
        return []
    for name in ("source.systemName", "source.systemCode"):
        if found.get(name, (0, ""))[1]:
            roster.system = found[name][1].lower()[:64]
    return [table for table in TABLES[roster.version] if _mode(table, found, bundle, roster)]


def _mode(table: Table, found: dict[str, tuple[int, str]], bundle: Bundle, roster: Roster) -> bool:
    """Whether the table is to be read; the file has to be there if and only if the manifest says so."""
    line, mode = found.get(table.property_name, (0, "absent"))
    there = table.file in bundle.names
    if mode not in MODES:
        roster.problem(MANIFEST, line, table.property_name, _("This has to be absent, bulk or delta."))
        return False
    if there and mode == "absent":
        roster.problem(
            MANIFEST, line, table.property_name, _("The file is there, but the manifest has it absent.")
        )
        return False
    if mode == "absent":
        return False
    if not there:
        roster.problem(
            MANIFEST, line, table.property_name, _("The manifest names this file, but it is missing.")
        )
        return False
    roster.modes[table.kind] = mode
    return True


def _read_table(bundle: Bundle, table: Table, roster: Roster) -> None:
    records = roster.records.setdefault(table.kind, {})
    rows = _rows(bundle, table.file, roster)
    header = next(rows, (1, []))[1]
    places = _places(table, header, roster)
    if places is None:
        return
    for line, row in rows:
        if roster.full:
            return
        if len(row) != len(header):
            roster.problem(
                table.file,
                line,
                "",
                _("This row has %(cells)s cells, the header %(columns)s.")
                % {"cells": len(row), "columns": len(header)},
            )
            continue
        record = _read_row(table, line, row, places, roster)
        if record is None:
            continue
        if record.sourced_id in records:
            roster.problem(
                table.file,
                line,
                "sourcedId",
                _("This id is there already, on line %(line)s.") % {"line": records[record.sourced_id].line},
            )
            continue
        records[record.sourced_id] = record


def _places(table: Table, header: list[str], roster: Roster) -> dict[str, int] | None:
    """Where each column stands, or None where the header cannot be read by."""
    places: dict[str, int] = {}
    good = True
    for place, name in enumerate(header):
        if name in places:
            roster.problem(table.file, 1, name, _("This column is there twice."))
            good = False
        places[name] = place
    wanted = ["sourcedId", *(column.name for column in table.columns if column.needed)]
    if roster.modes[table.kind] == "delta":
        wanted += ["status", "dateLastModified"]
    for name in wanted:
        if name not in places:
            roster.problem(table.file, 1, name, _("This column is missing."))
            good = False
    return places if good else None


def _read_row(
    table: Table, line: int, row: list[str], places: dict[str, int], roster: Roster
) -> Record | None:
    before = len(roster.problems)

    def cell(name: str) -> str:
        return row[places[name]].strip() if name in places else ""

    sourced_id = cell("sourcedId")
    if not SOURCED_ID.fullmatch(sourced_id):
        reason = _("This id is too long, or holds characters that do not print.")
        roster.problem(table.file, line, "sourcedId", reason if sourced_id else _("This cell is empty."))
    active = _status(table, line, cell("status"), roster)
    modified = cell("dateLastModified")
    if modified and not INSTANT.fullmatch(modified):
        roster.problem(
            table.file, line, "dateLastModified", _("This is not an instant like 2026-09-01T08:00:00Z.")
        )
    elif not modified and roster.modes[table.kind] == "delta":
        roster.problem(table.file, line, "dateLastModified", _("A delta file dates every row."))
    told: dict[str, Any] = {}
    if active:  # a row that is to be deleted tells nothing but its id
        for column in table.columns:
            text = cell(column.name)
            if not text:
                if column.needed:
                    roster.problem(table.file, line, column.name, _("This cell is empty."))
                continue
            try:
                told[column.name] = read_cell(column, text)
            except BadCell as bad:
                roster.problem(table.file, line, column.name, str(bad))
    if len(roster.problems) > before:
        return None
    return Record(table.file, line, table.kind, sourced_id, active, modified, told)


def _status(table: Table, line: int, status: str, roster: Roster) -> bool:
    """Whether the row stands. A bulk file leaves out what is gone; a delta file says so."""
    if roster.modes[table.kind] == "bulk":
        if status not in ("", "active"):
            roster.problem(
                table.file, line, "status", _("A bulk file holds active rows only: leave out what is gone.")
            )
        return True
    if status not in ("active", "tobedeleted"):
        roster.problem(table.file, line, "status", _("This has to be active or tobedeleted."))
    return status != "tobedeleted"


def unread_files(bundle: Bundle, roster: Roster) -> list[str]:
    """Files of the archive that hold nothing for the portal."""
    known = {MANIFEST, *(table.file for table in TABLES.get(roster.version, ()))}
    return sorted(name for name in bundle.names if name not in known)


def unknown_files(bundle: Bundle, roster: Roster) -> list[str]:
    """… and among them those that OneRoster does not know either."""
    return [name for name in unread_files(bundle, roster) if name.removesuffix(".csv") not in UNREAD]
