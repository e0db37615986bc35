"""``manage.py verify_record``: is the record as it was written?"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from record import signing
from record.models import Chain
from record.verify import Verification


class Command(BaseCommand):
    help = (
        "Find edited, deleted, reordered or cut entries, lost chains and forged checkpoints."
        " Exit code 1 when there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--subject", metavar="EMAIL", help="the chain of this person only")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument(
            "--anchor",
            metavar="NUMBER:SIGNATURE",
            help="a checkpoint that you noted down elsewhere: the record must still hold it",
        )
        parser.add_argument(
            "--public-key", action="store_true", help="print the key that checks the checkpoints, and end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["public_key"]:
            self.stdout.write(signing.public_key())
            return
        verification = Verification(chain_id=_chain_of(options["subject"]), anchor=_anchor(options["anchor"]))
        wrong = 0
        for finding in verification.findings():
            wrong += 1
            if options["json"]:
                self.stdout.write(json.dumps(asdict(finding)))
            else:
                self.stdout.write(f"{finding.what}: {finding.where}: {finding.how}")
        last = verification.last_checkpoint_at
        summary = {
            "ok": not wrong,
            "findings": wrong,
            "chains": verification.chains,
            "entries": verification.entries,
            "checkpoints": verification.checkpoints,
            "last_checkpoint_at": last.isoformat() if last else None,
            "last_checkpoint": verification.last_checkpoint,
            "entries_not_signed_yet": verification.unsigned,
        }
        if options["json"]:
            self.stdout.write(json.dumps(summary))
        else:
            self.stdout.write(
                f"{summary['entries']} entries in {summary['chains']} chains,"
                f" {summary['checkpoints']} checkpoints (the last: {summary['last_checkpoint_at'] or 'none'};"
                f" {summary['entries_not_signed_yet']} entries since): "
                + (f"{wrong} finding(s)" if wrong else "intact")
            )
            if verification.last_checkpoint:
                self.stdout.write(f"To be noted down elsewhere: {verification.last_checkpoint}")
        if wrong:
            sys.exit(1)


def _chain_of(email: str | None) -> int | None:
    if email is None:
        return None
    chain = Chain.objects.filter(subject__email__iexact=email).values_list("pk", flat=True).first()
    if chain is None:
        raise CommandError(f"--subject: nobody with a record has the address {email}")
    return chain


def _anchor(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    number, _, signature = text.partition(":")
    if not number.isdigit() or not signature:
        raise CommandError("--anchor: NUMBER:SIGNATURE, as noted down from the list of checkpoints")
    return int(number), signature
