"""Reports uploaded, looked at, and applied: the preview is the real thing, taken back at its end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from accounts.models import User
from mentoring.models import (
    Absence,
    ConferenceReport,
    DateOrder,
    Participant,
    Problem,
    ReportRow,
    ReschedulingState,
    Session,
)
from mentoring.permissions import can_upload_report
from mentoring.roster.uploading import plain_name
from mentoring.services.joins import record_reported_joins
from mentoring.services.locks import lock_counts
from mentoring.words import refusal
from record.services import write
from record.types import NewEntry
from rulebook.errors import RuleError
from rulebook.policy import policy_at

from .instants import Ambiguous, Reading, day_first
from .matching import Row, match_rows, read_rows
from .reading import read_report

# A preview that nobody confirmed is forgotten, with the file.
DRAFT_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a report did to one session: its verdict before and after, and whether anything was new."""

    session_id: int
    before: str
    after: str
    new: bool

    def as_json(self) -> dict[str, Any]:
        return {"session": self.session_id, "before": self.before, "after": self.after, "new": self.new}


@dataclass(slots=True)
class Told:
    """A report read against the sessions; ``question`` holds a date that can be read in two ways."""

    rows: list[Row] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    question: str = ""


@transaction.atomic
def upload_report(
    *,
    content: bytes,
    file_name: str,
    time_zone: str,
    date_order: str = DateOrder.AUTO,
    by: User,
    now: datetime,
) -> ConferenceReport:
    """Keep a report with what applying it would do; nothing is applied yet. Raises ``RuleError``.

    The same file of the same person is the same report: one that is applied stays as it is.
    """
    if not can_upload_report(by):
        raise PermissionDenied
    _check_reading(time_zone, date_order)
    ConferenceReport.objects.filter(
        uploaded_by=by, applied_at__isnull=True, uploaded_at__lt=now - DRAFT_KEPT
    ).delete()
    provider = read_report(content).provider
    report, made = ConferenceReport.objects.select_for_update().get_or_create(
        uploaded_by=by,
        digest=hashlib.sha256(content).hexdigest(),
        defaults={
            "provider": provider,
            "file_name": plain_name(file_name),
            "uploaded_at": now,
            "content": content,
            "time_zone": time_zone,
            "date_order": date_order,
        },
    )
    if not made:
        if report.applied_at is not None:
            return report
        report.content = content
    return _preview(report, time_zone, date_order, by=by, now=now)


@transaction.atomic
def read_again(
    *, report: ConferenceReport, time_zone: str, date_order: str, by: User, now: datetime
) -> ConferenceReport:
    """Look at an uploaded report with its times read in another way. Raises ``RuleError``."""
    _check_reading(time_zone, date_order)
    report = _own_draft(report.pk, by)
    return _preview(report, time_zone, date_order, by=by, now=now)


@transaction.atomic
def apply_report(*, report: ConferenceReport, by: User, now: datetime) -> tuple[ConferenceReport, bool]:
    """Make facts of a report's joins, if they still are what its preview showed.

    Returns the report and whether it was applied: otherwise the preview was made anew and is to be looked at.
    """
    report = _own_draft(report.pk, by)
    with transaction.atomic():
        told = _tell(report, by=by, now=now)
        as_shown = not told.question and _shown(report) == [_as_tuple(row) for row in told.rows]
        if not as_shown:
            transaction.set_rollback(True)
    _keep(report, told)
    if not as_shown:
        report.save(update_fields=["effects"])
        return report, False
    report.applied_at, report.content = now, None
    report.save(update_fields=["applied_at", "content", "effects"])
    write(entries=[_school_entry(report, told, by, now)], now=now)
    return report, True


@transaction.atomic
def lay_aside(*, report: ConferenceReport, by: User) -> None:
    """Forget a preview and its file."""
    _own_draft(report.pk, by).delete()


def _check_reading(time_zone: str, date_order: str) -> None:
    if time_zone not in available_timezones():
        raise RuleError("time_zone", "2.5", gettext_noop("This time zone does not exist."))
    if date_order not in DateOrder.values:
        raise RuleError("date_order", "2.5", gettext_noop("Choose how the dates are written."))


def _own_draft(report_id: int, by: User) -> ConferenceReport:
    """The person's own report that is not applied yet. Raises ``ConferenceReport.DoesNotExist``."""
    return ConferenceReport.objects.select_for_update().get(
        pk=report_id, uploaded_by=by, applied_at__isnull=True
    )


def _preview(
    report: ConferenceReport, time_zone: str, date_order: str, *, by: User, now: datetime
) -> ConferenceReport:
    report.time_zone, report.date_order = time_zone, date_order
    with transaction.atomic():
        told = _tell(report, by=by, now=now)
        transaction.set_rollback(True)
    _keep(report, told)
    report.save(update_fields=["time_zone", "date_order", "content", "effects"])
    return report


def _tell(report: ConferenceReport, *, by: User, now: datetime) -> Told:
    """Read the report and apply it, within the caller's transaction."""
    participants = read_report(bytes(report.content or b"")).participants
    texts = [text for participant in participants for text in (participant.joined, participant.left) if text]
    try:
        reading = Reading(day_first(texts, report.date_order), report.time_zone)
    except Ambiguous as ambiguous:
        return Told(question=ambiguous.example)
    rows = match_rows(read_rows(participants, reading), by=by)
    return _record(rows, by=by, now=now)


def _record(rows: list[Row], *, by: User, now: datetime) -> Told:
    """The first join of each person in each session becomes its fact."""
    ids = sorted({row.session_id for row in rows if row.session_id})
    before = _lock(ids, now)
    refused: dict[int, str] = {}
    new: dict[int, bool] = {}
    for session_id in ids:
        first = {
            participant: min(
                (
                    row.counted_at
                    for row in rows
                    if row.session_id == session_id and row.participant == participant and row.counted_at
                ),
                default=None,
            )
            for participant in Participant.values
        }
        try:
            new[session_id] = record_reported_joins(
                session_id=session_id,
                student_joined_at=first[Participant.STUDENT],
                mentor_joined_at=first[Participant.MENTOR],
                by=by,
                now=now,
            )
        except RuleError as error:
            refused[session_id] = refusal(error)
    after = dict(Session.objects.filter(pk__in=ids).values_list("pk", "state"))
    return Told(
        rows=[
            replace(row, problem=Problem.REFUSED, detail=refused[row.session_id][:300])
            if row.session_id in refused
            else row
            for row in rows
        ],
        effects=[
            Effect(session_id, before[session_id], after[session_id], new.get(session_id, False))
            for session_id in ids
        ],
    )


def _lock(ids: Sequence[int], now: datetime) -> dict[int, str]:
    """Lock every session and duty that the joins will touch, then all their chains at once (services.desk)."""
    people = set(Session.objects.filter(pk__in=ids).values_list("enrolment_id", "student__user_id"))
    enrolments = {row[0] for row in people}
    sessions = (
        Session.objects.select_for_update(no_key=True)
        .filter(Q(pk__in=ids) | Q(enrolment__in=enrolments, falls_due_at__lt=now))
        .order_by("pk")
    )
    states = dict(sessions.values_list("pk", "state"))
    duties = Absence.objects.select_for_update(no_key=True).filter(
        Q(session__in=ids)
        | Q(
            enrolment__in=enrolments,
            rescheduling_state=ReschedulingState.OPEN,
            withdrawn_at__isnull=True,
        )
    )
    list(duties.order_by("pk").values_list("pk"))
    lock_counts(enrolments, {row[1] for row in people})
    return {pk: states[pk] for pk in ids}


def _keep(report: ConferenceReport, told: Told) -> None:
    report.rows.all().delete()
    ReportRow.objects.bulk_create(
        (
            ReportRow(
                report=report,
                line=row.line,
                name=row.name,
                email=row.email,
                joined_at=row.joined_at,
                left_at=row.left_at,
                session_id=row.session_id,
                participant=row.participant,
                counted_at=row.counted_at,
                problem=row.problem,
                detail=row.detail,
            )
            for row in told.rows
        ),
        batch_size=500,
    )
    report.effects = json.dumps(
        {"question": told.question, "sessions": [effect.as_json() for effect in told.effects]}, sort_keys=True
    )


def _as_tuple(row: Row | ReportRow) -> tuple[Any, ...]:
    return (row.line, row.session_id, row.participant, row.counted_at, row.problem)


def _shown(report: ConferenceReport) -> list[tuple[Any, ...]]:
    return [_as_tuple(row) for row in report.rows.order_by("line", "counted_at", "pk")]


def _school_entry(report: ConferenceReport, told: Told, by: User, now: datetime) -> NewEntry:
    """The school's own entry about a report: who, which file, how much it told (R1)."""
    return NewEntry(
        subject_id=None,
        kind="report_applied",
        clause="2.5",
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk,
        about=f"mentoring.conferencereport:{report.pk}",
        facts={
            "provider": report.provider,
            "digest": report.digest,
            "rows": len(told.rows),
            "unmatched": sum(1 for row in told.rows if row.problem),
            "sessions": sum(1 for effect in told.effects if effect.new),
        },
    )
