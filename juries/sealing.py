"""What the digests of a candidate's record cover, and how to find out that something was changed (J2).

No database and no Django: the verifier reads a downloaded archive with this module alone. A *part* is sealed by a
digest over every field of it; a *manifest* names the parts with their digests in their order, and the digest of the
manifest before it; its own digest is what is signed. So a changed byte, a part more or less, another order, another
title, an addendum left out in the middle: each is found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from record.canonical import to_json

FORMAT = "policy-portal/candidate-record/1"
PURPOSE = "juries.dossier"
"""Stands before the digest in what is signed: the same key signs other things, and no signature fits two."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in the record; ``content`` is canonical JSON, ``file_*`` are empty where there is no file."""

    position: int
    kind: str
    title: str
    source: str
    content: str
    file_name: str = ""
    file_size: int | None = None
    file_sha256: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 over every field, in hex."""
        return _sha256(to_json({"format": FORMAT, **asdict(self)}))


@dataclass(frozen=True, slots=True)
class Seal:
    """A manifest with its digest and the signature of it."""

    manifest: str
    digest: str
    signer: str = ""
    signature: str = ""

    @property
    def signed_text(self) -> str:
        return signed_text(self.digest)


def signed_text(digest: str) -> str:
    return f"{PURPOSE}\n{digest}"


def manifest(
    parts: Sequence[Part], *, about: Mapping[str, Any], sealed_at: str, number: int = 0, previous: str = ""
) -> str:
    """The manifest of a record (``number`` 0) or of its addendum, as canonical JSON.

    ``about`` says whose record it is; ``previous`` is the digest of the manifest before it.
    """
    return to_json(
        {
            "format": FORMAT,
            "about": dict(about),
            "sealed_at": sealed_at,
            "number": number,
            "previous": previous,
            "count": len(parts),
            "parts": [
                {"position": part.position, "kind": part.kind, "title": part.title, "digest": part.digest}
                for part in parts
            ],
        }
    )


def digest_of(manifest_text: str) -> str:
    return _sha256(manifest_text)


def problems(
    seals: Sequence[Seal],
    parts: Iterable[Part],
    *,
    file_digest: Callable[[Part], str | None],
    is_signed: Callable[[Seal], bool | None],
) -> list[str]:
    """Everything that is not as it was sealed; an empty list: nothing was changed.

    ``file_digest`` gives the SHA-256 of a part's file as it is now, None where it is not there; ``is_signed`` says
    None where the key is not known.
    """
    found: list[str] = []
    if not seals:
        return ["there is no manifest"]
    remaining = {part.position: part for part in parts}
    previous, expected, about = "", 1, None
    for number, seal in enumerate(seals):
        name = "the record" if number == 0 else f"addendum {number}"
        if digest_of(seal.manifest) != seal.digest:
            found.append(f"{name}: the manifest is not the one that was sealed")
        signed = is_signed(seal)
        if signed is None:
            found.append(f"{name}: signed by a key that is not known ({seal.signer or 'none'})")
        elif not signed:
            found.append(f"{name}: the signature does not fit")
        try:
            told = json.loads(seal.manifest)
            listed = [(row["position"], row["kind"], row["title"], row["digest"]) for row in told["parts"]]
            head = (told["format"], told["number"], told["previous"], told["count"])
            whose = told["about"]
        except (ValueError, KeyError, TypeError):
            found.append(f"{name}: the manifest cannot be read")
            continue
        if head != (FORMAT, number, previous, len(listed)):
            found.append(f"{name}: the manifest does not follow the one before it")
        if about is not None and whose != about:
            found.append(f"{name}: it is about somebody else")
        about = whose
        for position, kind, title, digest in listed:
            if position != expected:
                found.append(f"{name}: part {position} stands where part {expected} belongs")
            expected = position + 1
            part = remaining.pop(position, None)
            if part is None:
                found.append(f"{name}: part {position} ({title}) is missing")
                continue
            if part.digest != digest or (part.kind, part.title) != (kind, title):
                found.append(f"{name}: part {position} ({title}) was changed")
            found += _file_problems(name, part, file_digest)
        previous = seal.digest
    found += [f"part {position} ({part.title}) was added" for position, part in sorted(remaining.items())]
    return found


def _file_problems(name: str, part: Part, file_digest: Callable[[Part], str | None]) -> list[str]:
    if not part.file_sha256:
        return []
    found = file_digest(part)
    if found is None:
        return [f"{name}: the file of part {part.position} ({part.file_name}) is missing"]
    if found != part.file_sha256:
        return [f"{name}: the file of part {part.position} ({part.file_name}) was changed"]
    return []


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
