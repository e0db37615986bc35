"""What files the record itself keeps: letters and the proofs of what became of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from record.documents.purposes import MB, PAPERS, PDF, Purpose
from record.letters.permissions import may_handle_letters, may_read_letter
from record.letters.proofs import PROOF
from record.letters.services import LETTER
from record.models import Document, Letter


def reads_letter(user: User, document: Document) -> bool:
    """Its recipient once it was received, and whoever looks after it."""
    letter = Letter.objects.filter(document=document).first()
    return letter is not None and may_read_letter(user, letter)


def reads_proof(user: User, document: Document) -> bool:
    """As the letter: a proof says to everybody who may read it what became of it (R2)."""
    letter = Letter.objects.filter(proofs__document=document).first()
    return letter is not None and may_read_letter(user, letter)


PURPOSES = [
    Purpose(
        name=LETTER,
        label=_("a registered letter"),
        content_types=frozenset({PDF}),
        max_bytes=10 * MB,
        may_read=reads_letter,
        may_upload=lambda user: False,
    ),
    Purpose(
        name=PROOF,
        label=_("proof of what became of a letter"),
        content_types=PAPERS,
        max_bytes=20 * MB,
        may_read=reads_proof,
        may_upload=may_handle_letters,
    ),
]
