"""What a roster changes here: worked out first, shown row by row, then written."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from students.models import Enrolment, Path

from .problems import Problem

CREATE, UPDATE, DEACTIVATE, UNCHANGED = "create", "update", "deactivate", "unchanged"
ACTIONS = (CREATE, UPDATE, DEACTIVATE, UNCHANGED)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one row of the source: the line, who or what it is, old and new values, and a remark."""

    action: str
    kind: str
    file: str
    line: int
    sourced_id: str
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "action": self.action,
            "kind": self.kind,
            "file": self.file,
            "line": self.line,
            "sourced_id": self.sourced_id,
            "name": self.name,
            "fields": [list(values) for values in self.fields],
            "note": self.note,
        }


@dataclass(slots=True)
class PathPlan:
    """A Path to be made (``path`` is None) or changed."""

    sourced_id: str
    path: Path | None
    values: dict[str, Any]


@dataclass(slots=True)
class PersonPlan:
    """A person to be made (``user`` is None) or changed. Empty values stay as they are."""

    sourced_id: str
    user: User | None
    values: dict[str, Any] = field(default_factory=dict)  # columns of the account
    roles: list[str] = field(default_factory=list)  # to be granted
    rows: list[str] = field(default_factory=list)  # roles whose Student or Mentor is to be made
    reference: str | None = None  # of the student
    video_link: str | None = None  # of the mentor
    active: bool | None = None  # to be closed (False) or opened again (True)


@dataclass(slots=True)
class EnrolmentPlan:
    """An enrolment to be made (``enrolment`` is None), moved (``dates``) or ended."""

    sourced_id: str
    person: str  # sourced id
    course: str  # sourced id
    line: int
    enrolment: Enrolment | None = None
    dates: tuple[datetime.date, datetime.date] | None = None  # both inclusive
    time_zone: str = ""
    ends: bool = False


@dataclass(slots=True)
class MentorshipPlan:
    """A weekly session to be agreed for an enrolment: mentor (sourced id), ISO weekday and local time."""

    enrolment: str  # sourced id
    mentor: str  # sourced id
    weekday: int
    local_time: datetime.time
    line: int


@dataclass(slots=True)
class Plan:
    """Everything that one roster does; nothing has been written yet."""

    changes: list[Change] = field(default_factory=list)
    paths: list[PathPlan] = field(default_factory=list)
    people: list[PersonPlan] = field(default_factory=list)
    enrolments: list[EnrolmentPlan] = field(default_factory=list)
    mentorships: list[MentorshipPlan] = field(default_factory=list)
    # (kind, sourced id) → the row of ours that it stands for, where that is known before writing
    links: dict[tuple[str, str], int] = field(default_factory=dict)
    # what the portal worked out of a row, kept beside it: kind, sourced id → extra values
    derived: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """The answer to an import: what it changes (or changed), or why it cannot be applied."""

    digest: str
    version: str
    system: str
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    many: bool = False  # whoever imports has said that many may be ended or closed
    applied: bool = False

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(change.action for change in self.changes)
        return {action: found[action] for action in ACTIONS}

    @property
    def changed(self) -> list[Change]:
        return [change for change in self.changes if change.action != UNCHANGED]

    def as_json(self, *, unchanged: bool = False) -> dict[str, Any]:
        return {
            "digest": self.digest,
            "version": self.version,
            "system": self.system,
            "many": self.many,
            "applied": self.applied,
            "counts": self.counts,
            "changes": [change.as_json() for change in (self.changes if unchanged else self.changed)],
            "problems": [problem.as_json() for problem in self.problems],
            "notes": self.notes,
        }
