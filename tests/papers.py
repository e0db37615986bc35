"""Papers and funders for tests."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from students.models import Enrolment, Funder, FunderKind, Funding

from .factories import LONG_AGO

_numbers = itertools.count(1)

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def pdf(name: str = "approval.pdf") -> SimpleUploadedFile:
    """A small paper."""
    return SimpleUploadedFile(name, PDF, "application/pdf")


def make_funder(kind: str = FunderKind.FUNDER, **fields: Any) -> Funder:
    fields.setdefault("name", f"Fund {next(_numbers)}")
    return Funder.objects.create(kind=kind, **fields)


def make_funding(
    enrolment: Enrolment, *, funder: Funder | None = None, ends_on: date | None = None, **fields: Any
) -> Funding:
    fields.setdefault("starts_on", date(2026, 1, 1))
    return Funding.objects.create(
        enrolment=enrolment,
        funder=funder or make_funder(),
        ends_on=ends_on,
        recorded_at=LONG_AGO,
        **fields,
    )
