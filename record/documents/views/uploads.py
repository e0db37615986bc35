"""Resumable uploads as tus 1.0 has them (core, creation, termination, expiration, checksum)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from accounts.doors import PersonRequest, signed_in
from accounts.models import User
from record.documents import uploads
from record.documents.purposes import all_purposes
from record.documents.uploads import Conflict, PieceSum, WrongSum
from record.models import StagedUpload
from rulebook.errors import RuleError

VERSION = "1.0.0"
SUMS = ("sha256", "sha1")
WRONG_SUM = 460  # tus: checksum mismatch
MOST_METADATA = 8192


class Wrong(Exception):
    """A request that tus does not allow, as the status of its answer."""

    def __init__(self, status: int, why: str = "") -> None:
        super().__init__(why)
        self.status, self.why = status, why


def _answer(status: int, **headers: object) -> HttpResponse:
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return HttpResponse(
        status=status, headers={"Tus-Resumable": VERSION, "Cache-Control": "private, no-store", **named}
    )


def _refused(status: int, why: str) -> HttpResponse:
    return JsonResponse(
        {"title": why, "status": status},
        status=status,
        headers={"Tus-Resumable": VERSION, "Cache-Control": "private, no-store"},
        content_type="application/problem+json",
    )


def tus(act: Callable[..., HttpResponse], request: HttpRequest, *args: Any) -> HttpResponse:
    """One request of the protocol: its version checked, what goes wrong told by its status."""
    if request.headers.get("Tus-Resumable") != VERSION:
        return _answer(412, Tus_Version=VERSION)
    try:
        return act(request, *args)
    except Wrong as wrong:
        return _refused(wrong.status, wrong.why)
    except Conflict:
        return _refused(409, _("The upload stands elsewhere: ask where it stands."))
    except WrongSum:
        return _refused(WRONG_SUM, _("This piece was damaged on its way."))
    except RuleError as refused:
        return _refused(422, _(refused.message) % refused.params)


def _number(request: HttpRequest, name: str) -> int:
    value = request.headers.get(name, "")
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise Wrong(400, _("%(name)s is missing or not a number.") % {"name": name})
    return int(value)


def _metadata(request: HttpRequest) -> dict[str, str]:
    """``Upload-Metadata``: names with values in base 64."""
    header = request.headers.get("Upload-Metadata", "")
    found: dict[str, str] = {}
    try:
        if len(header) > MOST_METADATA:
            raise ValueError
        for pair in filter(None, header.split(",")):
            name, _space, value = pair.strip().partition(" ")
            found[name] = base64.b64decode(value, validate=True).decode("utf-8")
    except (ValueError, binascii.Error):
        raise Wrong(400, _("Upload-Metadata cannot be read.")) from None
    return found


def _sum(request: HttpRequest) -> PieceSum | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _space, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error):
        raise Wrong(400, _("Upload-Checksum cannot be read.")) from None
    if algorithm not in SUMS or len(digest) != hashlib.new(algorithm).digest_size:
        raise Wrong(400, _("Upload-Checksum cannot be read."))
    return PieceSum(algorithm, digest)


# What the pages' and the API's addresses do ------------------------------------------------------


def options() -> HttpResponse:
    most = max((kept.max_bytes for kept in all_purposes().values()), default=0)
    return _answer(
        204,
        Tus_Version=VERSION,
        Tus_Extension="creation,termination,expiration,checksum",
        Tus_Max_Size=most,
        Tus_Checksum_Algorithm=",".join(SUMS),
    )


def create(request: HttpRequest, user: User, now: datetime, route: str) -> HttpResponse:
    length = _number(request, "Upload-Length")
    told = _metadata(request)
    if length == 0:
        raise Wrong(400, _("This file is empty."))
    upload = uploads.begin_upload(
        purpose_name=told.get("purpose", ""),
        file_name=told.get("filename", ""),
        length=length,
        by=user,
        now=now,
    )
    return _answer(
        201,
        Location=request.build_absolute_uri(reverse(route, args=[upload.key])),
        Upload_Expires=http_date(upload.expires_at.timestamp()),
        Upload_Offset=0,
    )


def find(user: User, key: uuid.UUID, now: datetime) -> StagedUpload:
    found = uploads.upload_for(user, key, now)
    if found is None:
        raise Http404
    return found


def tell(_request: HttpRequest, upload: StagedUpload, now: datetime) -> HttpResponse:
    if upload.finished_at is None and upload.offset == upload.length:
        # All of it came, and then somebody pulled the plug: what remains is to look at it.
        upload = uploads.continue_upload(
            upload=upload, offset=upload.offset, read=lambda _size: b"", length=0, summed=None, now=now
        )
    return _standing(200, upload, Upload_Length=upload.length)


def append(request: HttpRequest, upload: StagedUpload, now: datetime) -> HttpResponse:
    if request.content_type != "application/offset+octet-stream":
        raise Wrong(415, _("A piece comes as application/offset+octet-stream."))
    length = request.headers.get("Content-Length", "")
    continued = uploads.continue_upload(
        upload=upload,
        offset=_number(request, "Upload-Offset"),
        read=request.read,
        length=int(length) if length.isdigit() else upload.length - upload.offset,
        summed=_sum(request),
        now=now,
    )
    return _standing(204, continued)


def terminate(_request: HttpRequest, upload: StagedUpload, _now: datetime) -> HttpResponse:
    uploads.drop_upload(upload=upload)
    return _answer(204)


def _standing(status: int, upload: StagedUpload, **more: object) -> HttpResponse:
    return _answer(
        status,
        Upload_Offset=upload.offset,
        Upload_Expires=http_date(upload.expires_at.timestamp()),
        **more,
    )


# The pages' addresses ----------------------------------------------------------------------------


@signed_in
def collection(request: PersonRequest) -> HttpResponse:
    """Where an upload begins."""
    if request.method == "OPTIONS":
        return options()
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST, OPTIONS"})
    return tus(create, request, request.user, request.now, "upload")


@signed_in
def upload(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """One upload: where it stands, its next piece, its end."""
    if request.method not in ("HEAD", "PATCH", "DELETE"):
        return HttpResponse(status=405, headers={"Allow": "HEAD, PATCH, DELETE"})
    found = find(request.user, key, request.now)
    act = {"PATCH": append, "HEAD": tell, "DELETE": terminate}[request.method]
    return tus(act, request, found, request.now)
