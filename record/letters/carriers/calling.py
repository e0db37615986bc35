"""How adapters call a carrier: what certainly never left, and what may have arrived, told apart."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from record import http
from record.letters.types import CannotTell, NotTaken, Unanswered

Ask = Callable[..., http.Answer]
"""``http.request``, or what a test puts in its place."""

FORM = "application/x-www-form-urlencoded"


def form(fields: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
    """Headers and body of a form."""
    return {"Content-Type": FORM}, urlencode({name: str(value) for name, value in fields.items()}).encode()


def multipart(
    fields: Mapping[str, Any], files: Sequence[tuple[str, str, str, bytes]] = ()
) -> tuple[dict[str, str], bytes]:
    """Headers and body of a form with files: (field, file name, type, content)."""
    boundary = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        head = f'Content-Disposition: form-data; name="{name}"\r\n\r\n'
        parts.append(head.encode() + str(value).encode())
    for name, file_name, kind, content in files:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: {kind}\r\n\r\n'
        parts.append(head.encode() + content)
    line = f"--{boundary}\r\n".encode()
    body = b"".join(line + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}, body


def acting(ask: Ask, method: str, url: str, **how: Any) -> http.Answer:
    """A call that does something. Without a connection nothing was done; without an answer nobody knows."""
    try:
        answer = ask(method, url, **how)
    except http.NotConnected as error:
        raise NotTaken(str(error)) from error
    except http.Broken as error:
        raise Unanswered(str(error)) from error
    if answer.status >= 500:
        raise Unanswered(f"it answered {answer.status}")
    if answer.status in (408, 429):
        raise NotTaken(f"it answered {answer.status}")
    return answer


def asking(ask: Ask, method: str, url: str, **how: Any) -> http.Answer:
    """A call that only asks."""
    try:
        answer = ask(method, url, **how)
    except (http.NotConnected, http.Broken) as error:
        raise CannotTell(str(error)) from error
    if answer.status >= 500 or answer.status in (408, 429):
        raise CannotTell(f"it answered {answer.status}")
    return answer


def read(answer: http.Answer) -> dict[str, Any]:
    """The JSON object of an answer; ValueError where it is none."""
    found = json.loads(answer.body)
    if not isinstance(found, dict):
        raise ValueError("an answer that is no object")
    return found
