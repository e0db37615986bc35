"""Check private files against their rows: `manage.py check_documents [--digests] [--remove-orphans]`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from record.documents import keeping, store


class Command(BaseCommand):
    help = "Say which documents have no file, a cut or a changed one, and how many files have no row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--digests", action="store_true", help="read every file and compare its digest")
        parser.add_argument(
            "--remove-orphans",
            action="store_true",
            help="remove files without a row (not those of the last hours)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for document, why in keeping.broken_promises(digests=options["digests"]):
            broken += 1
            self.stdout.write(f"{document.key} ({document.purpose}): {why}")
        orphans = sum(len(set(names) - keeping.known_names(names)) for names in store.listed())
        self.stdout.write(f"{broken} document(s) without their file, {orphans} file(s) without a row")
        if options["remove_orphans"]:
            removed = keeping.remove_orphans(timezone.now())
            self.stdout.write(f"{removed} file(s) removed")
        if broken:
            raise CommandError("files are missing or changed: restore them from a backup")
