"""``manage.py verify_dossier FILE``: is a candidate's record as it was sealed?"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management.base import BaseCommand, CommandError

from juries.archive import NotARecord, verify_archive
from juries.sealing import Seal
from record.signing import is_signed, key_id


class Command(BaseCommand):
    help = (
        "Look whether the archive of a candidate's record was changed in any byte: its parts, their order and number,"
        " their files, the seals. Needs no database. Exit code 1 when it was."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the archive, as it was downloaded")
        parser.add_argument(
            "--key",
            metavar="HEX",
            help="the school's public key (manage.py verify_record --public-key); otherwise the settings' own",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        check = _by(options["key"]) if options["key"] else _by_settings
        try:
            with options["file"].open("rb") as source:
                found, parts = verify_archive(source, is_signed=check)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except NotARecord as error:
            raise CommandError(f"{options['file']} is not a candidate's record: {error}") from error
        for problem in found:
            self.stdout.write(problem)
        self.stdout.write(f"{len(parts)} parts, {len(found)} problem(s)")
        if found:
            sys.exit(1)


def _by_settings(seal: Seal) -> bool | None:
    return is_signed(seal.signed_text, seal.signer, seal.signature)


def _by(key: str) -> Any:
    try:
        public = bytes.fromhex(key)
        verifier = Ed25519PublicKey.from_public_bytes(public)
    except ValueError as error:
        raise CommandError("--key: 32 bytes in hexadecimal") from error

    def check(seal: Seal) -> bool | None:
        if seal.signer != key_id(public):
            return None
        try:
            verifier.verify(bytes.fromhex(seal.signature), seal.signed_text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    return check
