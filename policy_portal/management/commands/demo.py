"""``manage.py demo``: the made-up school, into an empty database."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Role, User
from policy_portal.demo import cast
from policy_portal.demo.proceedings import proceed
from policy_portal.demo.recordings import agree, film
from policy_portal.demo.requests import ask
from policy_portal.demo.school import make_school
from policy_portal.demo.story import live
from policy_portal.demo.together import study


class Command(BaseCommand):
    help = (
        "Make the made-up school: sixty students on three Paths, sixteen weeks of history and four ahead, "
        "by calling the services at past instants. Only into an empty database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seed", type=int, default=settings.DEMO_SEED, help="another seed, another story"
        )
        parser.add_argument("--logins", action="store_true", help="only print the logins, one for each role")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["logins"]:
            self._print_logins()
            return
        if not settings.DEMO:
            raise CommandError("DEMO is off: this is no place for made-up people.")
        if User.objects.exists():
            raise CommandError("There are people in this database; the demo school goes into an empty one.")
        started, now = perf_counter(), timezone.now()
        school = make_school(now, options["seed"])
        agree(school, school.begins_at + timedelta(hours=4))
        live(school, now, options["seed"])
        ask(school, now)
        study(school, now)
        film(school, now)
        proceed(school, now)
        if options["verbosity"]:
            self.stdout.write(f"The demo school is there ({perf_counter() - started:.0f} s).")
            self._print_logins()

    def _print_logins(self) -> None:
        width = max(map(len, cast.LOGINS))
        for email, (_given, _family, roles) in cast.LOGINS.items():
            self.stdout.write(
                f"  {email:{width}}  {cast.PASSWORD}  ({', '.join(str(Role(role).label) for role in roles)})"
            )
