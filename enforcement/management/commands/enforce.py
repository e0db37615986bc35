"""``manage.py enforce``: do by hand, now, all that time has made due; or show what that would be."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from enforcement import selectors
from enforcement.registry import all_sweeps, get_sweep
from enforcement.runner import run
from enforcement.sweeps import Sweep

MOST_ROUNDS = 20
"""What one sweep settles may be due to another, which may stand before it: go round until nothing is left."""


class Command(BaseCommand):
    help = "Settle everything that is due, of all sweeps or of one; the same work as Celery's, and safe beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at",
            metavar="INSTANT",
            help="as of this instant (ISO 8601 with an offset, e.g. 2026-03-03T14:00:00+01:00);"
            " one in the future needs --dry-run",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would happen and change nothing"
        )
        parser.add_argument("--only", metavar="NAME", help="one sweep only")
        parser.add_argument("--batch", type=int, metavar="N", help="rows per transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        now = _instant(options["at"], options["dry_run"])
        if options["batch"] is not None and options["batch"] < 1:
            raise CommandError("--batch: at least 1")
        try:
            sweeps = [get_sweep(options["only"])] if options["only"] else list(all_sweeps().values())
        except KeyError as error:
            raise CommandError(str(error.args[0])) from None
        if options["dry_run"]:
            self._show(sweeps, now, options["batch"], options["verbosity"])
        else:
            self._settle(sweeps, now, options["batch"])

    def _settle(self, sweeps: list[Sweep], now: datetime, batch: int | None) -> None:
        settled, problems = _rounds(sweeps, now, batch)
        for sweep in sweeps:
            self.stdout.write(f"{sweep.name:<32} {sweep.clause:<8} {settled[sweep.name]:>8} settled")
        if problems:
            raise CommandError("\n".join(problems))

    def _show(self, sweeps: list[Sweep], now: datetime, batch: int | None, verbosity: int) -> None:
        """Do it all and take it back; sweeps that act outside of the database are only counted."""
        self.stdout.write(f"As of {now.isoformat()}; nothing is changed.")
        before = {s.name: (selectors.count_due(s, now), selectors.oldest_lag(s, now)) for s in sweeps}
        with transaction.atomic():
            settled, problems = _rounds([s for s in sweeps if not s.outward], now, batch, heartbeat=False)
            settled |= {s.name: selectors.count_due(s, now) for s in sweeps if s.outward}
            transaction.set_rollback(True)
        for sweep in sweeps:
            count, lag = before[sweep.name]
            due = f"more than {count - 1}" if count > selectors.MOST_COUNTED else str(count)
            self.stdout.write(
                f"{sweep.name:<32} {sweep.clause:<8} due {due}, oldest {lag or '-'},"
                f" would settle {settled[sweep.name]}"
            )
            if verbosity > 1:
                for row in sweep.due(now)[:10]:
                    self.stdout.write(f"    {row}")
        for problem in problems:
            self.stderr.write(problem)


def _rounds(
    sweeps: list[Sweep], now: datetime, batch: int | None, *, heartbeat: bool = True
) -> tuple[dict[str, int], list[str]]:
    """Run the sweeps in turn until a round settles nothing; how much each settled, and what went wrong."""
    settled = {sweep.name: 0 for sweep in sweeps}
    problems: dict[str, str] = {}
    for _ in range(MOST_ROUNDS):
        before = sum(settled.values())
        for sweep in sweeps:
            if sweep.name in problems:
                continue
            try:
                settled[sweep.name] += run(sweep, now, batch, heartbeat=heartbeat)
            except Exception as error:  # one sweep that fails does not stop the others
                settled[sweep.name] += getattr(error, "settled", 0)
                problems[sweep.name] = f"{sweep.name}: {error}"
        if sum(settled.values()) == before:
            break
    return settled, list(problems.values())


def _instant(text: str | None, dry_run: bool) -> datetime:
    now = timezone.now()
    if text is None:
        return now
    try:
        at = parse_datetime(text)
    except ValueError as error:
        raise CommandError(f"--at: {error}") from None
    if at is None or at.tzinfo is None:
        raise CommandError("--at: an instant with an offset, e.g. 2026-03-03T14:00:00+01:00")
    if at > now and not dry_run:
        raise CommandError("--at: what is not due yet is not settled; look ahead with --dry-run")
    return at.astimezone(UTC)
