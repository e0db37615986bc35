"""Counts and durations of cases by stage, clause and Path, as far as a reader may be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import NamedTuple

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from accounts.models import User
from discipline.models import Case, CaseState
from students.selectors import SEES_ALL

from .hiding import FEWEST, hidden, tells_total


class Row(NamedTuple):
    """What is counted of one case: no name, no id."""

    kind: str
    clause: str
    state: str
    path_id: int
    path: str
    manager_id: int | None
    opened_at: datetime
    informed_at: datetime | None
    heard_at: datetime | None
    decided_at: datetime | None
    concluded_at: datetime | None
    closed_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def ended_at(self) -> datetime | None:
        return self.concluded_at or self.closed_at or self.withdrawn_at


COLUMNS = (
    "kind",
    "clause",
    "state",
    "enrolment__path_id",
    "enrolment__path__title",
    "enrolment__path__learning_manager_id",
    "opened_at",
    "informed_at",
    "heard_at",
    "decided_at",
    "concluded_at",
    "closed_at",
    "withdrawn_at",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One group. ``count`` is None where it is not told; so are the lengths, which only ended cases have."""

    label: str
    count: int | None
    typical: timedelta | None
    longest: timedelta | None

    @property
    def told(self) -> str:
        return str(self.count) if self.count is not None else _("fewer than %(n)d") % {"n": FEWEST}


@dataclass(frozen=True, slots=True)
class Table:
    """The groups of one question."""

    name: str
    title: str
    of: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """All that one reader is told."""

    total: int | None
    tables: tuple[Table, ...]
    stages: Table
    limited: bool


def sees_everybody(user: User) -> bool:
    """Whether the reader may know every student, so that no number can tell them anything new of one."""
    return user.has_role(*SEES_ALL)


def years() -> list[int]:
    """The years in which cases were opened, the newest first. One statement."""
    span = Case.objects.aggregate(first=Min("opened_at"), last=Max("opened_at"))
    if span["first"] is None:
        return []
    return list(range(span["last"].year, span["first"].year - 1, -1))


def numbers_for(user: User, year: int | None = None) -> Numbers:
    """What this reader is told of the school's cases; those opened in one year where they see everybody.

    Whoever does not is told of all years together only: two spans of time that differ by a little would tell of
    the few in between. One statement.
    """
    limited = not sees_everybody(user)
    cases = Case.objects.order_by()
    if year is not None and not limited:
        cases = cases.filter(
            opened_at__gte=datetime(year, 1, 1, tzinfo=UTC),
            opened_at__lt=datetime(year + 1, 1, 1, tzinfo=UTC),
        )
    rows = [Row(*values) for values in cases.values_list(*COLUMNS)]

    def unseen(row: Row) -> bool:
        return limited and row.manager_id != user.pk

    whole = {"": sum(map(unseen, rows))}
    return Numbers(
        total=len(rows) if tells_total(whole) else None,
        tables=(
            _table("stage", _("By stage"), _("Stage"), rows, unseen, _stage),
            _table("clause", _("By clause"), _("Clause"), rows, unseen, lambda row: row.clause),
            _table("path", _("By Path"), _("Path"), rows, unseen, lambda row: row.path),
        ),
        stages=_stages(rows, unseen),
        limited=limited,
    )


def _stage(row: Row) -> str:
    return str(CaseState(row.state).label).capitalize()


def _table(
    name: str,
    title: str,
    of: str,
    rows: list[Row],
    unseen: Callable[[Row], bool],
    key: Callable[[Row], str],
) -> Table:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    strangers = {label: sum(map(unseen, members)) for label, members in groups.items()}
    gone = hidden(strangers)
    order = [_state_label(state) for state in CaseState] if name == "stage" else sorted(groups)
    lines = []
    for label in order:
        if label not in groups:
            continue
        members = groups[label]
        lengths = [(row.ended_at - row.opened_at, unseen(row)) for row in members if row.ended_at is not None]
        typical, longest = _lengths(lengths) if label not in gone else (None, None)
        lines.append(Line(label, None if label in gone else len(members), typical, longest))
    return Table(name, title, of, tuple(lines))


def _state_label(state: CaseState) -> str:
    return str(state.label).capitalize()


def _stages(rows: list[Row], unseen: Callable[[Row], bool]) -> Table:
    """How long cases stay in each stage; of those that have left it."""
    spans: tuple[tuple[str, Callable[[Row], tuple[datetime | None, datetime | None]]], ...] = (
        (_("From the opening to the complaint"), lambda row: (row.opened_at, row.informed_at)),
        (_("From the complaint to the meeting"), lambda row: (row.informed_at, row.heard_at)),
        (_("From the meeting to the decision"), lambda row: (row.heard_at, row.decided_at)),
        (_("From the decision to its effect"), lambda row: (row.decided_at, row.concluded_at)),
    )
    lines = []
    for label, ends in spans:
        lengths = [
            (until - since, unseen(row)) for row in rows for since, until in (ends(row),) if since and until
        ]
        strangers = {"": sum(1 for _length, far in lengths if far)}
        count = len(lengths) if tells_total(strangers) else None
        lines.append(Line(label, count, *_lengths(lengths)))
    return Table("duration", _("How long each stage takes"), _("Stage"), tuple(lines))


def _lengths(lengths: Iterable[tuple[timedelta, bool]]) -> tuple[timedelta | None, timedelta | None]:
    """The median and the longest. The longest is one person's own: it is told where the reader sees everybody
    behind the number; the median where nobody unseen stands behind it, or enough do."""
    known = list(lengths)
    strangers = sum(far for _length, far in known)
    if not known or 0 < strangers < FEWEST:
        return None, None
    seconds = [length.total_seconds() for length, _far in known]
    longest = timedelta(seconds=max(seconds)) if strangers == 0 else None
    return timedelta(seconds=median(seconds)), longest
