"""Proofs of what became of a letter, kept here: a carrier shows them for a while only."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from record.documents.services import Upload, store_document
from record.models import Letter, LetterProof, ProofKind

PROOF = "letter-proof"

PROOF_OF_END = {
    "delivered": ProofKind.RECEIPT,
    "refused": ProofKind.REFUSAL,
    "unclaimed": ProofKind.UNCLAIMED,
}


def keep_proof(
    letter: Letter, kind: str, upload: Upload, by: User | None, now: datetime
) -> LetterProof | None:
    """Keep one proof of a kind; the first stays, and what else comes under its name is not taken (abuse 55)."""
    if LetterProof.objects.filter(letter=letter, kind=kind).exists():
        return None
    document = store_document(
        purpose=PROOF,
        upload=upload,
        subject=letter.subject,
        about=f"record.letter:{letter.pk}",
        by=by,
        now=now,
    )
    return LetterProof.objects.create(
        letter=letter, kind=kind, document=document, sha256=document.sha256, fetched_at=now
    )
