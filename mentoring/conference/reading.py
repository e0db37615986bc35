"""The participants of a report: a table is known by its columns, for titles and languages vary.

Zoom's begins at once or after a block about the meeting; Teams' has numbered sections, of which the last tells each
coming and going, or (before 2021) one line for each of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from mentoring.models import ConferenceReport

from .decoding import refuse, rows_of

Provider = ConferenceReport.Provider

# What the providers call these columns, in English and French, in small letters.
COLUMNS = {
    "name": (
        "name (original name)",
        "name",
        "full name",
        "participant",
        "nom (nom original)",
        "nom (nom d'origine)",
        "nom",
        "nom complet",
    ),
    "email": (
        "user email",
        "email",
        "e-mail",
        "email address",
        "adresse e-mail de l'utilisateur",
        "e-mail de l'utilisateur",
        "adresse e-mail",
        "adresse de messagerie",
        "courriel",
    ),
    "upn": ("participant id (upn)", "id du participant (upn)", "id de participant (upn)"),
    "join": (
        "join time",
        "first join",
        "first join time",
        "heure d'arrivée",
        "heure de connexion",
        "heure de participation",
        "première participation",
        "première connexion",
        "premier accès",
    ),
    "leave": (
        "leave time",
        "last leave",
        "last leave time",
        "heure de départ",
        "heure de déconnexion",
        "dernier départ",
        "dernière sortie",
        "dernière déconnexion",
    ),
    "action": ("user action", "action de l'utilisateur", "action utilisateur"),
    "at": ("timestamp", "horodatage", "horodateur"),
    "role": ("role", "rôle"),
    "total": ("total duration (minutes)", "durée totale (minutes)"),
}
MEANING = {title: meaning for meaning, titles in COLUMNS.items() for title in titles}
FIRST_JOINS = frozenset({"first join", "first join time", "première participation", "première connexion"})
LEAVING = ("left", "parti", "a quitté")


@dataclass(frozen=True, slots=True)
class Participant:
    """One line of a report, as it stands there."""

    line: int
    name: str
    email: str
    joined: str
    left: str


@dataclass(frozen=True, slots=True)
class Report:
    provider: str
    participants: tuple[Participant, ...]


@dataclass(slots=True)
class _Table:
    header: dict[str, int]
    is_summary: bool  # one line a person: first join and last leave
    rows: list[tuple[int, list[str]]]


def read_report(content: bytes) -> Report:
    """The participants, each coming of theirs by itself where the report tells it. Raises ``RuleError`` on ``file``."""
    tables: list[_Table] = []
    current: _Table | None = None
    only_totals = False
    for line, row in rows_of(content):
        header = _header(row)
        if "join" in header or {"action", "at"} <= header.keys():
            is_summary = any(cell.casefold() in FIRST_JOINS for cell in row)
            current = _Table(header, is_summary, [])
            tables.append(current)
        elif not any(row):
            current = None
        elif current is not None:
            current.rows.append((line, row))
        else:
            only_totals = only_totals or "total" in header
    if not tables and only_totals:
        raise refuse(
            gettext_noop("This report has no times of joining: export it again without “Show unique users”.")
        )
    if not tables:
        raise refuse(
            gettext_noop(
                "This is no participant report of Zoom or Microsoft Teams: no line names the columns for who "
                "joined and when."
            )
        )
    return Report(_provider(tables), tuple(_participants(tables)))


def _header(row: list[str]) -> dict[str, int]:
    """Where the known columns stand, if this row names any."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        meaning = MEANING.get(" ".join(cell.replace("’", "'").casefold().split()))
        if meaning:
            found.setdefault(meaning, place)
    return found if "name" in found or "email" in found else {}


def _provider(tables: list[_Table]) -> str:
    teams = any(table.is_summary or table.header.keys() & {"upn", "role", "action"} for table in tables)
    return Provider.TEAMS if teams else Provider.ZOOM


def _participants(tables: list[_Table]) -> Iterator[Participant]:
    """Every coming; and of a summary those whom no other section tells of."""
    told: set[tuple[str, str]] = set()
    for table in sorted(tables, key=lambda each: each.is_summary):
        comings = list(_events(table) if "action" in table.header else _lines(table))
        for participant in comings:
            if not table.is_summary or (participant.name, participant.email) not in told:
                yield participant
        told |= {(participant.name, participant.email) for participant in comings}


def _cell(row: list[str], header: dict[str, int], meaning: str) -> str:
    place = header.get(meaning, len(row))
    return row[place] if place < len(row) else ""


def _address(row: list[str], header: dict[str, int]) -> str:
    """The e-mail, or else the name that they sign in with where that is one."""
    address = _cell(row, header, "email") or _cell(row, header, "upn")
    return address.casefold()[:254] if "@" in address else ""


def _lines(table: _Table) -> Iterator[Participant]:
    for line, row in table.rows:
        yield Participant(
            line,
            _cell(row, table.header, "name")[:200],
            _address(row, table.header),
            _cell(row, table.header, "join"),
            _cell(row, table.header, "leave"),
        )


def _events(table: _Table) -> Iterator[Participant]:
    """Teams' first format: a line for each coming and going, in order."""
    waiting: dict[str, Participant] = {}
    for line, row in table.rows:
        name, at = _cell(row, table.header, "name")[:200], _cell(row, table.header, "at")
        if _cell(row, table.header, "action").casefold().startswith(LEAVING):
            come = waiting.pop(name, None)
            if come is not None:
                yield Participant(come.line, name, come.email, come.joined, at)
        else:
            if name in waiting:
                yield waiting[name]
            waiting[name] = Participant(line, name, _address(row, table.header), at, "")
    yield from waiting.values()
