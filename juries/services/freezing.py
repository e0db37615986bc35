"""Records are frozen, and what comes later is added beside them (J2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from juries.models import Addendum, Candidacy, Dossier, DossierPart
from juries.sealing import Part, digest_of, manifest, signed_text
from record.canonical import iso, to_json
from record.signing import sign

from .gathering import Found, everything, later


def freeze(candidacy: Candidacy, now: datetime) -> Dossier:
    """Make the record of a candidate, in the transaction of the submission: gathered, sealed, signed."""
    found = everything(candidacy.enrolment)
    sealed = _numbered(found, start=1)
    text = manifest(sealed, about=about(candidacy), sealed_at=iso(now))
    digest = digest_of(text)
    signer, signature = sign(signed_text(digest))
    dossier = Dossier.objects.create(
        candidacy=candidacy,
        frozen_at=now,
        manifest=text,
        digest=digest,
        signer=signer,
        signature=signature,
    )
    _store(dossier, None, sealed, found)
    return dossier


def bring_up(candidacy: Candidacy, now: datetime) -> Addendum | None:
    """Add what came since the record was sealed last; None where nothing did. The candidacy is locked.

    A jury votes on a record that is brought up to then, so that no penalty escapes it (4.2).
    """
    dossier = candidacy.dossier
    known = list(dossier.parts.order_by("position").values_list("position", "source"))
    found = later(candidacy.enrolment, (source for _, source in known))
    if not found:
        return None
    last = dossier.addenda.order_by("number").last()
    number = last.number + 1 if last else 1
    sealed = _numbered(found, start=known[-1][0] + 1)
    text = manifest(
        sealed,
        about=about(candidacy),
        sealed_at=iso(now),
        number=number,
        previous=last.digest if last else dossier.digest,
    )
    digest = digest_of(text)
    signer, signature = sign(signed_text(digest))
    addendum = Addendum.objects.create(
        dossier=dossier,
        number=number,
        made_at=now,
        manifest=text,
        digest=digest,
        signer=signer,
        signature=signature,
    )
    _store(dossier, addendum, sealed, found)
    return addendum


def about(candidacy: Candidacy) -> Mapping[str, Any]:
    """Whose record it is: the same words in the record and in all its addenda, whatever is renamed later."""
    return {"candidacy": candidacy.pk, "enrolment": candidacy.enrolment_id}


def _numbered(found: Sequence[Found], start: int) -> list[Part]:
    return [
        Part(
            position=position,
            kind=str(each.kind),
            title=each.title,
            source=each.source,
            content=to_json(each.content),
            file_name=each.document.file_name if each.document else "",
            file_size=each.document.size if each.document else None,
            file_sha256=each.document.sha256 if each.document else "",
        )
        for position, each in enumerate(found, start=start)
    ]


def _store(
    dossier: Dossier, addendum: Addendum | None, sealed: Sequence[Part], found: Sequence[Found]
) -> None:
    DossierPart.objects.bulk_create(
        DossierPart(
            dossier=dossier,
            addendum=addendum,
            position=part.position,
            kind=part.kind,
            title=part.title,
            source=part.source,
            content=part.content,
            document=each.document,
            file_name=part.file_name,
            file_size=part.file_size,
            file_sha256=part.file_sha256,
            digest=part.digest,
        )
        for part, each in zip(sealed, found, strict=True)
    )
