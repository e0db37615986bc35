"""Uploads that are named in a body."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError

from record.models import StagedUpload


def arrived(user: Any, purpose: str, keys: list[Any], field: str) -> list[StagedUpload]:
    """One's own uploads that have arrived, in the order of their ids; refused by the field where one is not there."""
    found = {
        row.key: row
        for row in StagedUpload.objects.filter(
            owner=user, purpose=purpose, finished_at__isnull=False, key__in=keys
        )
    }
    if missing := [str(key) for key in keys if key not in found]:
        raise ValidationError({field: [f"No such upload: {missing[0]}"]})
    return [found[key] for key in dict.fromkeys(keys)]
