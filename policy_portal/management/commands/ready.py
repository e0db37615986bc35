"""`manage.py ready`: the readiness check for a container that serves no pages (worker and beat)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enforcement.selectors import late_sweeps


class Command(BaseCommand):
    help = "Fails when the database is away or a sweep has been silent for more than three ticks."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        late = late_sweeps(timezone.now())
        if late:
            raise CommandError(f"silent for more than three ticks: {', '.join(late)}")
        self.stdout.write("ready")
