"""Webhooks of carriers: nothing is believed before it is known to be genuine and of now (abuse 54).

A carrier whose webhooks are not signed as a whole is not taken at its word: its webhook is a reason to ask it.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.doors import came_at

from .carriers import all_carriers
from .carriers.base import Received
from .following import take_notice
from .types import Forged

log = logging.getLogger(__name__)

MOST = 30 * 1024 * 1024
"""Bytes of a webhook: some carry a scanned receipt."""
SALT = "record.letters.hook"


def token_of(key: uuid.UUID) -> str:
    """The secret part of the address that a carrier is given for one letter, where it cannot sign."""
    return salted_hmac(SALT, key.hex, algorithm="sha256").hexdigest()[:40]


@csrf_exempt  # no cookie is read here: a signature or a secret opens it
@require_POST
def receive(
    request: HttpRequest, carrier: str, key: uuid.UUID | None = None, token: str = ""
) -> HttpResponse:
    """One webhook. 401 for whatever is not the carrier's, not of now, or about no letter of ours alike."""
    now = came_at(request)
    found = all_carriers().get(carrier)
    if found is None or int(request.headers.get("Content-Length") or 0) > MOST:
        return _refused()
    body = request.read(MOST + 1)
    if len(body) > MOST:
        return _refused()
    if key is not None and not hmac.compare_digest(token, token_of(key)):
        return _refused()
    received = Received(
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        content_type=request.content_type or "",
        key=key.hex if key else "",
        token=token,
    )
    try:
        notices = found.read_notice(received, now)
    except Forged as error:
        log.warning("a webhook of %s was refused: %s", carrier, error)
        return _refused()
    digest = hashlib.sha256(received.body).hexdigest()
    for notice in notices:
        take_notice(carrier, notice, digest, now)
    # What was told twice, or of a letter that is none of ours, is answered alike: the carrier need not come again.
    return HttpResponse(status=getattr(found, "hook_answer", 200))


def _refused() -> HttpResponse:
    return HttpResponse(status=401)
