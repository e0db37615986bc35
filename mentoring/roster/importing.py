"""Importing a roster: the same path for the dry run and the real one, so that they cannot differ."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from record.services import write
from rulebook.dates import local_date
from rulebook.policy import policy_at
from students.models import ExternalId, ExternalKind

from .applying import Applying, school_entry
from .bundle import Bundle, open_bundle
from .here import Here
from .limits import Limits
from .mirror import FILES, Source
from .plan import DEACTIVATE, Outcome, Plan
from .planning import plan_roster
from .problems import BundleRefused, RosterRefused
from .reading import Roster, read_roster, unknown_files, unread_files

# So many may end whatever the school's size.
FEW = 10


def import_roster(
    *,
    source: Path | bytes | IO[bytes],
    by: User | None,
    now: datetime.datetime,
    dry_run: bool,
    many: bool = False,
    import_id: int | None = None,
) -> Outcome:
    """Read a roster and apply it, all or nothing; a dry run applies it too, and takes it back at the end.

    ``by`` None is the operator at the command line, who gives no staff roles. Without ``many``, a roster that
    would end or close a great part of the school is refused: most of all, an export was cut short.
    """
    try:
        with open_bundle(source) as bundle:
            roster = read_roster(bundle)
            outcome = Outcome(bundle.digest, roster.version, roster.system, many=many)
            _note_files(bundle, roster)
    except BundleRefused as refused:
        return Outcome("", "", "", problems=[refused.problem])
    if not roster.problems:
        with transaction.atomic():
            _apply(roster, outcome, by=by, now=now, import_id=import_id)
            if dry_run or roster.problems:
                transaction.set_rollback(True)
    outcome.problems = sorted(roster.problems)
    outcome.notes = roster.notes
    outcome.applied = not dry_run and not outcome.problems
    return outcome


def _note_files(bundle: Bundle, roster: Roster) -> None:
    unknown = set(unknown_files(bundle, roster))
    for name in unread_files(bundle, roster):
        reason = _("OneRoster knows no such file") if name in unknown else _("holds nothing for the portal")
        roster.notes.append(_("%(file)s was not read: %(reason)s.") % {"file": name, "reason": reason})


def _one_at_a_time() -> None:
    """Rosters come in one after the other, until the transaction ends. SQLite has one writer as it is."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('mentoring.roster'))")


def _refuse_many(roster: Roster, source: Source, plan: Plan) -> None:
    """A file that was cut short looks like a school that most people have left."""
    for kind in (ExternalKind.USER, ExternalKind.ENROLMENT):
        standing = sum(1 for told in source.every(kind) if told.was_current and told.object_id)
        ending = sum(1 for change in plan.changes if change.kind == kind and change.action == DEACTIVATE)
        if ending > max(FEW, standing * settings.ROSTER_MOST_ENDED // 100):
            reason = _(
                "This would end or close %(ending)s of %(standing)s. If the file is complete, import it once more "
                "and say that many are meant."
            )
            roster.problem(FILES[kind], 0, "", reason % {"ending": ending, "standing": standing})


def _apply(
    roster: Roster, outcome: Outcome, *, by: User | None, now: datetime.datetime, import_id: int | None
) -> None:
    _one_at_a_time()
    rows = list(ExternalId.objects.filter(system=roster.system).order_by("pk"))
    source = Source(roster, rows)
    source.check_references()
    if roster.problems:
        return
    if source.stale:
        roster.notes.append(
            _("%(count)s rows are older than what is known already; they change nothing.")
            % {"count": len(source.stale)}
        )
    today = local_date(now, settings.ROSTER_TIME_ZONE)
    here = Here(source, now)
    plan = plan_roster(
        source,
        here,
        today=today,
        session_length=policy_at(now).attendance.session_length,
        limits=Limits(by),
    )
    outcome.changes = plan.changes
    if not outcome.many:
        _refuse_many(roster, source, plan)
    if roster.problems:
        return
    try:
        Applying(source, here, plan, today=today, by=by, now=now).run()
    except RosterRefused:
        return
    facts = {
        "digest": outcome.digest,
        "system": roster.system,
        "version": roster.version,
        "modes": {kind.value: mode for kind, mode in roster.modes.items()},
        "counts": outcome.counts,
    }
    write(entries=school_entry(facts=facts, import_id=import_id, by=by, now=now), now=now)
