"""`manage.py import_roster DIR_OR_ZIP`: take in a school's OneRoster files."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.selectors import person_with_roles
from mentoring.roster.importing import import_roster
from mentoring.roster.plan import Change, Outcome
from students.permissions import may_import_rosters


class Command(BaseCommand):
    help = "Take in OneRoster 1.2 (or 1.1) CSV files from a folder or a ZIP archive: all of them or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="DIR_OR_ZIP", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change, and change nothing"
        )
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")
        parser.add_argument(
            "--many", action="store_true", help="a great part of the school may end or be closed"
        )
        parser.add_argument("--by", metavar="EMAIL", help="who imports; without it, the platform does")

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = import_roster(
            source=options["source"],
            by=self._person(options["by"]),
            now=timezone.now(),
            dry_run=options["dry_run"],
            many=options["many"],
        )
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json(unchanged=True), ensure_ascii=False, indent=2))
        else:
            self._show(outcome, dry_run=options["dry_run"])
        if outcome.problems:
            raise CommandError(f"Nothing was changed: {len(outcome.problems)} problems.", returncode=1)

    def _person(self, email: str | None) -> User | None:
        if not email:
            return None
        person = person_with_roles(email=email.lower())
        if person is None or not may_import_rosters(person):
            raise CommandError(f"{email} may not import rosters.")
        return person

    def _show(self, outcome: Outcome, *, dry_run: bool) -> None:
        for problem in outcome.problems:
            self.stderr.write(str(problem))
        for change in outcome.changed:
            self.stdout.write(_line(change))
        for note in outcome.notes:
            self.stdout.write(f"note: {note}")
        counts = ", ".join(f"{count} {action}" for action, count in outcome.counts.items())
        done = "would change" if dry_run else "changed"
        if not outcome.problems:
            self.stdout.write(f"{done}: {counts} (SHA-256 {outcome.digest})")


def _line(change: Change) -> str:
    place = f"{change.file}:{change.line}" if change.line else change.file
    fields = "; ".join(f"{name}: {old or '–'} → {new or '–'}" for name, old, new in change.fields)
    parts = [f"{change.action:<10} {place} {change.kind} {change.name}", fields, change.note]
    # A name may hold anything; the terminal gets it without its control characters.
    return "  ".join("".join(c if c.isprintable() else "�" for c in part) for part in parts if part)
