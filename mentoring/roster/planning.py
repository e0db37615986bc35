"""Working out what a roster changes: the mirrored rows and the Paths; people and enrolments stand beside."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from students.models import ExternalKind, Path

from .here import Here
from .limits import Limits
from .mirror import FILES, Source, Told, content
from .plan import CREATE, DEACTIVATE, UNCHANGED, UPDATE, Change, PathPlan, Plan
from .plan_enrolments import not_your_path, plan_enrolments
from .plan_people import plan_people

# Rows that stand for nothing of their own here: they are kept, so that a later delta can point to them.
MIRRORED = (ExternalKind.ORG, ExternalKind.TERM, ExternalKind.CLASS, ExternalKind.ROLE)


def plan_roster(
    source: Source,
    here: Here,
    *,
    today: datetime.date,
    session_length: datetime.timedelta,
    limits: Limits,
) -> Plan:
    """What this roster does. What stands in its way goes to the roster's problems."""
    plan = Plan()
    for kind in (ExternalKind.ORG, ExternalKind.TERM):
        _plan_mirrored(source, kind, plan)
    _plan_paths(source, here, plan, limits)
    _plan_mirrored(source, ExternalKind.CLASS, plan)
    plan_people(source, here, plan, today=today, limits=limits)
    _plan_mirrored(source, ExternalKind.ROLE, plan)
    plan_enrolments(source, here, plan, today=today, session_length=session_length, limits=limits)
    # As the files stand, what is gone from them last.
    order = {kind: place for place, kind in enumerate(FILES)}
    plan.changes.sort(key=lambda change: (order[ExternalKind(change.kind)], not change.line, change.line))
    return plan


def _plan_mirrored(source: Source, kind: ExternalKind, plan: Plan) -> None:
    for told in source.every(kind):
        if told.now is None and not told.was_current:
            continue
        shown = told.now or told.before or {}
        name = str(shown.get("title") or shown.get("name") or shown.get("role") or told.sourced_id)
        plan.changes.append(
            Change(_mirrored_action(told), kind, told.file, told.line, told.sourced_id, name, _fields(told))
        )


def _mirrored_action(told: Told) -> str:
    if told.now is None:
        return DEACTIVATE
    if not told.was_current:
        return CREATE if told.row is None else UPDATE
    return UNCHANGED if content(told.now) == content(told.before) else UPDATE


def _fields(told: Told) -> tuple[tuple[str, str, str], ...]:
    if told.now is None or not told.was_current:
        return ()
    before, now = content(told.before), content(told.now)
    return tuple(
        (name, as_text(before.get(name)), as_text(now.get(name)))
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    )


def as_text(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, list) else str(value)


def _plan_paths(source: Source, here: Here, plan: Plan, limits: Limits) -> None:
    claimed: dict[str, str] = {}
    linked = {told.object_id for told in source.every(ExternalKind.COURSE) if told.object_id}
    for told in source.every(ExternalKind.COURSE):
        path = here.paths.get(told.object_id or 0)
        if told.now is None:
            if told.was_current and path is not None and path.active and _covers(source, told, path, limits):
                plan.paths.append(PathPlan(told.sourced_id, path, {"active": False}))
                fields = (("active", "True", "False"),)
                plan.changes.append(
                    Change(DEACTIVATE, told.kind, told.file, 0, told.sourced_id, path.title, fields)
                )
            continue
        code, title = _code(told), str(told.now["title"])
        if code in claimed:
            reason = _("Another course of this roster has the same code: %(id)s.") % {"id": claimed[code]}
            source.roster.problem(told.file, told.line, "courseCode", reason)
            continue
        claimed[code] = told.sourced_id
        note = ""
        if path is None and (path := here.by_code.get(code)) is not None:
            if path.pk in linked:
                reason = _("The Path %(code)s stands for another course already.") % {"code": code}
                source.roster.problem(told.file, told.line, "courseCode", reason)
                continue
            note = _("linked with the Path that has this code")
        if path is None and not _covers(source, told, None, limits):
            continue
        if path is None:
            plan.paths.append(PathPlan(told.sourced_id, None, {"code": code, "title": title}))
            plan.changes.append(
                Change(CREATE, told.kind, told.file, told.line, told.sourced_id, title, (("code", "", code),))
            )
            continue
        plan.links[told.kind, told.sourced_id] = path.pk
        values = _path_values(told, here, source, code, title)
        if (values or note) and not _covers(source, told, path, limits):
            continue
        if values:
            plan.paths.append(PathPlan(told.sourced_id, path, values))
        plan.changes.append(
            Change(
                UPDATE if values or note else UNCHANGED,
                told.kind,
                told.file,
                told.line,
                told.sourced_id,
                title,
                tuple((name, str(getattr(path, name)), str(new)) for name, new in values.items()),
                note,
            )
        )


def _covers(source: Source, told: Told, path: Path | None, limits: Limits) -> bool:
    """Whether this Path is the importer's to make or change; if not, the line says so."""
    if limits.covers_path(path):
        return True
    source.roster.problem(told.file, told.line, "courseCode", not_your_path())
    return False


def _code(told: Told) -> str:
    """A Path's code: the course's, or where it has none its id."""
    return str((told.now or told.before or {}).get("courseCode") or told.sourced_id)[:64]


def _path_values(told: Told, here: Here, source: Source, code: str, title: str) -> dict[str, Any]:
    """Columns of a Path that the source has changed and that are not so here."""
    path = here.paths[told.object_id] if told.object_id else here.by_code[code]
    before = told.before or {}
    values: dict[str, Any] = {}
    if title != before.get("title") and title != path.title:
        values["title"] = title
    if (
        told.row is not None
        and code != (before.get("courseCode") or told.sourced_id)[:64]
        and code != path.code
    ):
        if code in here.by_code:
            reason = _("Another Path has the code %(code)s.") % {"code": code}
            source.roster.problem(told.file, told.line, "courseCode", reason)
        else:
            values["code"] = code
    if told.row is not None and not told.was_current and not path.active:
        values["active"] = True
    return values
