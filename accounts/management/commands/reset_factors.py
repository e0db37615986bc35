"""`manage.py reset_factors ADDRESS`: for somebody who has lost every second factor."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import mail, services
from accounts.selectors import person_by_address


class Command(BaseCommand):
    help = "Remove a person's second factors, end their sessions and tokens, and tell them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="the e-mail address that they sign in with")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        person = person_by_address(address)
        if person is None:
            raise CommandError(f"Nobody has the address {address}.")
        removed = services.reset_factors(person=person, by=None, now=timezone.now())
        mail.send_factors_reset(person)
        self.stdout.write(f"{person}: {removed} removed, signed out everywhere, told by e-mail.")
