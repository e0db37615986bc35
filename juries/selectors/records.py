"""A record as it is stored, in the shape that is sealed and verified: three statements."""

from __future__ import annotations

from typing import BinaryIO

from juries.models import Addendum, Dossier, DossierPart
from juries.sealing import Part, Seal, problems
from record.documents import store
from record.signing import is_signed


def seals_of(dossier: Dossier) -> list[Seal]:
    """The record's own seal, then those of its addenda."""
    rows: list[Dossier | Addendum] = [dossier, *dossier.addenda.order_by("number")]
    return [Seal(row.manifest, row.digest, row.signer, row.signature) for row in rows]


def parts_of(dossier: Dossier) -> list[Part]:
    return [sealed(row) for row in dossier.parts.order_by("position")]


def sealed(row: DossierPart) -> Part:
    """A stored part, as its digest sees it."""
    return Part(
        position=row.position,
        kind=row.kind,
        title=row.title,
        source=row.source,
        content=row.content,
        file_name=row.file_name,
        file_size=row.file_size,
        file_sha256=row.file_sha256,
    )


def head_of(dossier: Dossier) -> str:
    """The digest of the record with all that was added to it so far."""
    last = dossier.addenda.order_by("number").values_list("digest", flat=True).last()
    return last or dossier.digest


def signed(seal: Seal) -> bool | None:
    return is_signed(seal.signed_text, seal.signer, seal.signature)


def open_file(row: DossierPart) -> BinaryIO | None:
    """A part's file; None where it was deleted by its retention."""
    if row.document is None or row.document.deleted_at is not None:
        return None
    return store.open_file(row.document.stored_name)


def stored_problems(dossier: Dossier) -> list[str]:
    """What of a stored record is not as it was sealed. A file that was deleted by its retention is no problem: its
    stub says so."""
    rows = {row.position: row for row in dossier.parts.select_related("document")}

    def digest(part: Part) -> str | None:
        document = rows[part.position].document
        if document is None:
            return None
        if document.deleted_at is not None:
            return part.file_sha256
        try:
            return store.digest_of(document.stored_name)
        except FileNotFoundError:
            return None

    return problems(
        seals_of(dossier), [sealed(row) for row in rows.values()], file_digest=digest, is_signed=signed
    )
