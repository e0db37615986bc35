"""Reading policy files: TOML in, a checked `Policy` out, or an error that names file, key and reason."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from rulebook.dates import local_instant
from rulebook.errors import PolicyError
from rulebook.terms import (
    DURATION,
    AttendanceTerms,
    BoardTerms,
    ChangeTerms,
    Clause,
    CommitmentTerms,
    DefenceTerms,
    EquipmentTerms,
    JuryTerms,
    LeaveTerms,
    OffsiteTerms,
    PenaltyTerms,
    Policy,
    RecordingTerms,
    Unit,
)

SECTIONS: dict[str, type] = {
    "attendance": AttendanceTerms,
    "leave": LeaveTerms,
    "change": ChangeTerms,
    "commitment": CommitmentTerms,
    "equipment": EquipmentTerms,
    "offsite": OffsiteTerms,
    "defences": DefenceTerms,
    "jury": JuryTerms,
    "recordings": RecordingTerms,
    "board": BoardTerms,
    "penalties": PenaltyTerms,
}

# Every decision names one of these, so a version without its text could not be explained to a student.
CITED = (
    *("1", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8"),
    *("3.1", "3.2", "3.3", "3.4", "3.5", "4.1", "4.2", "5", "PL"),
)

_QUANTITY = re.compile(r"(\d{1,6}) ([a-z]+(?: [a-z]+)*)")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_LENGTHS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


def read_policy(path: Path) -> Policy:
    """The policy version that a TOML file holds."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(path, "", str(error)) from error
    texts = {"id", "title", "time_zone", "content_licence", "content_licence_url"}
    _refuse_unknown(path, "", table, {"effective_from", "clauses", *texts, *SECTIONS})
    identifier = _text(path, "id", table)
    if not _IDENTIFIER.fullmatch(identifier):
        raise PolicyError(path, "id", "must be up to 32 letters, digits, dots, dashes and underscores")
    sections = {name: _section(path, name, table, kind) for name, kind in SECTIONS.items()}
    sections["attendance"] = replace(sections["attendance"], policy_id=identifier)
    policy = Policy(
        id=identifier,
        title=_text(path, "title", table),
        time_zone=_text(path, "time_zone", table),
        content_licence=_text(path, "content_licence", table),
        content_licence_url=_https(path, "content_licence_url", table),
        effective_from=_effective_from(path, table),
        clauses=_clauses(path, table),
        **sections,
    )
    _check_together(path, policy)
    return policy


def _effective_from(path: Path, table: Mapping[str, Any]) -> datetime:
    """The first instant of the version: a day means its midnight in the file's time zone."""
    name = _text(path, "time_zone", table)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise PolicyError(path, "time_zone", f"{name!r} is not a known time zone") from error
    value = table.get("effective_from")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise PolicyError(path, "effective_from", "a date with a time needs its offset from UTC")
        return value.astimezone(UTC)
    if isinstance(value, date):
        return local_instant(value, time(0), name)
    raise PolicyError(path, "effective_from", "must be a date, such as 2026-01-01, without quotes")


def _section(path: Path, name: str, table: Mapping[str, Any], kind: type) -> Any:
    """One table of parameters as its frozen value."""
    section = table.get(name)
    if not isinstance(section, dict):
        raise PolicyError(path, name, "this section is missing")
    units: dict[str, Unit] = {
        field: hint.__metadata__[0]
        for field, hint in get_type_hints(kind, include_extras=True).items()
        if hasattr(hint, "__metadata__")
    }
    _refuse_unknown(path, f"{name}.", section, set(units))
    return kind(**{f: _quantity(path, f"{name}.{f}", section.get(f), unit) for f, unit in units.items()})


def _quantity(path: Path, key: str, value: object, unit: Unit) -> timedelta | int:
    """A number with its unit, such as "24 hours" or "3 absences"."""
    is_duration = unit.one == DURATION.one
    wanted = '"24 hours"' if is_duration else f'"3 {unit.one}s"'
    if value is None:
        raise PolicyError(path, key, f"is missing; write for example {wanted}")
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PolicyError(path, key, f"{value!r} must be a number and a unit in quotes, such as {wanted}")
    number, word = int(match[1]), match[2].removesuffix("s")
    if number < unit.least:
        raise PolicyError(path, key, f"{value!r} must be at least {unit.least}")
    if is_duration and word in _LENGTHS:
        return number * _LENGTHS[word]
    if word != unit.one or is_duration:
        known = ", ".join(f"{name}s" for name in (_LENGTHS if is_duration else (unit.one,)))
        raise PolicyError(path, key, f"the unit of {value!r} is not known; known here: {known}")
    return number


def _clauses(path: Path, table: Mapping[str, Any]) -> Mapping[str, Clause]:
    """The clauses, by number, in the order of the file."""
    given = table.get("clauses")
    if not isinstance(given, dict):
        raise PolicyError(path, "clauses", "this section is missing")
    for number in CITED:
        if number not in given:
            raise PolicyError(path, f"clauses.{number}", "is missing; decisions refer to it")
    return MappingProxyType({number: _clause(path, number, entry) for number, entry in given.items()})


def _clause(path: Path, number: str, entry: object) -> Clause:
    key = f"clauses.{number}"
    if not isinstance(entry, dict):
        raise PolicyError(path, key, "must be a table with title and summary")
    translations = {}
    for code, words in entry.items():
        if code in ("title", "summary"):
            continue
        if not _LANGUAGE.fullmatch(code) or not isinstance(words, dict):
            raise PolicyError(path, f"{key}.{code}", "is not known; known: title, summary, a language")
        _refuse_unknown(path, f"{key}.{code}.", words, {"title", "summary"})
        inside = f"{key}.{code}."
        translations[code] = (_text(path, "title", words, inside), _text(path, "summary", words, inside))
    return Clause(
        number,
        _text(path, "title", entry, f"{key}."),
        _text(path, "summary", entry, f"{key}."),
        MappingProxyType(translations),
    )


def _check_together(path: Path, policy: Policy) -> None:
    """Parameters that only make sense beside each other."""
    attendance, leave, board = policy.attendance, policy.leave, policy.board
    if attendance.reminder_before >= attendance.rescheduling:
        raise PolicyError(path, "attendance.reminder_before", "must be shorter than attendance.rescheduling")
    if attendance.lateness >= attendance.session_length:
        raise PolicyError(path, "attendance.lateness", "must be shorter than attendance.session_length")
    if leave.mentor_approves_up_to > leave.email_beyond:
        raise PolicyError(path, "leave.mentor_approves_up_to", "must not be more than leave.email_beyond")
    if not board.letter_earliest <= board.letter_escalates <= board.letter_latest:
        raise PolicyError(path, "board.letter_escalates", "must lie from letter_earliest to letter_latest")


def _text(path: Path, name: str, table: Mapping[str, Any], prefix: str = "") -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip():
        raise PolicyError(path, f"{prefix}{name}", "must be a text in quotes that is not empty")
    return value.strip()


def _https(path: Path, name: str, table: Mapping[str, Any]) -> str:
    """An address that a page may link to."""
    value = _text(path, name, table)
    if not value.startswith("https://"):
        raise PolicyError(path, name, "must begin with https://")
    return value


def _refuse_unknown(path: Path, prefix: str, table: Mapping[str, Any], known: set[str]) -> None:
    for name in table:
        if name not in known:
            choices = ", ".join(sorted(known))
            raise PolicyError(path, f"{prefix}{name}", f"is not known; known here: {choices}")
