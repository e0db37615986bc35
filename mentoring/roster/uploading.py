"""A roster uploaded on the staff page: looked at, then applied if it still does what was shown."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from students.models import RosterImport
from students.permissions import may_import_rosters

from .importing import import_roster
from .plan import Outcome

# An upload that nobody confirmed is forgotten, with its file.
DRAFT_KEPT = timedelta(days=2)


def upload_roster(
    *, content: bytes, file_name: str, many: bool = False, by: User, now: datetime
) -> RosterImport:
    """Keep an archive with its dry run; nothing is applied. ``many``: that many end is meant."""
    _may(by)
    outcome = import_roster(source=content, by=by, now=now, dry_run=True, many=many)
    text = _text(outcome)
    with transaction.atomic():
        RosterImport.objects.filter(applied_at__isnull=True, uploaded_at__lt=now - DRAFT_KEPT).delete()
        return RosterImport.objects.create(
            digest=outcome.digest or hashlib.sha256(content).hexdigest(),
            file_name=plain_name(file_name),
            content=content if not outcome.problems else None,
            uploaded_at=now,
            uploaded_by=by,
            outcome=text,
            outcome_digest=digest_of(text),
        )


def apply_upload(
    *, upload: RosterImport, outcome_digest: str, by: User, now: datetime
) -> tuple[RosterImport, bool]:
    """Apply exactly the file and the changes that were shown, all or nothing.

    Returns the upload and whether it was applied. Where the portal has changed since the dry run, it is made
    anew and is to be looked at again. Raises ``RosterImport.DoesNotExist`` for another's or one that is done.
    """
    _may(by)
    with transaction.atomic():
        upload = _own_draft(upload, by)
        content = bytes(upload.content or b"")
        with transaction.atomic():
            outcome = import_roster(
                source=content,
                by=by,
                now=now,
                dry_run=False,
                many=json.loads(upload.outcome)["many"],
                import_id=upload.pk,
            )
            text = _text(outcome)
            as_shown = outcome.applied and digest_of(text) == outcome_digest == upload.outcome_digest
            if not as_shown:
                transaction.set_rollback(True)
        if not as_shown:
            upload.outcome, upload.outcome_digest = text, digest_of(text)
            upload.save(update_fields=["outcome", "outcome_digest"])
            return upload, False
        upload.applied_at, upload.content = now, None
        upload.save(update_fields=["applied_at", "content"])
    return upload, True


def lay_aside(*, upload: RosterImport, by: User) -> None:
    """Forget an upload that is not applied, with its file."""
    _may(by)
    with transaction.atomic():
        _own_draft(upload, by).delete()


def plain_name(name: str) -> str:
    """The last part of a file's name, without what does not print (abuse 62)."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[:200] or "file"


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _may(by: User) -> None:
    if not may_import_rosters(by):
        raise PermissionDenied


def _own_draft(upload: RosterImport, by: User) -> RosterImport:
    return RosterImport.objects.select_for_update().get(pk=upload.pk, uploaded_by=by, applied_at__isnull=True)


def _text(outcome: Outcome) -> str:
    answer: dict[str, Any] = outcome.as_json()
    answer.pop("applied")
    return json.dumps(answer, sort_keys=True, ensure_ascii=False)
