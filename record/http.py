"""A small HTTP client that tells apart what certainly never left and what may have arrived.

No redirect is followed and no environment's proxy is used. ``connect_to`` names the address to connect to while the
name stands in the certificate's check: whoever looked at an address connects to that one and to no other.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

MOST = 20 * 1024 * 1024
"""Bytes of an answer that are read: a proof is a PDF or a picture."""


class NotConnected(Exception):
    """Nothing was sent."""


class Broken(Exception):
    """Something was sent, and no whole answer came: the other side may have acted on it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _PinnedTLS(HTTPSConnection):
    """A TLS connection to one address, for the name that its certificate must bear."""

    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, port, timeout=timeout, context=self._tls)
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


class _Pinned(HTTPConnection):
    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout: float = 30.0,
    connect_to: str = "",
    most: int = MOST,
) -> Answer:
    """Ask once. Raises NotConnected or Broken; any status is an answer."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = connect_to or host
    make: Any = _PinnedTLS if secure else _Pinned
    connection = make(host, port, address, timeout)
    try:
        try:
            connection.connect()
        except (OSError, ValueError) as error:
            raise NotConnected(f"{type(error).__name__}: {error}") from error
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, target, body=body or None, headers=dict(headers or {}))
            answer = connection.getresponse()
            content = answer.read(most + 1)
        except (OSError, HTTPException) as error:
            raise Broken(f"{type(error).__name__}: {error}") from error
        if len(content) > most:
            raise Broken(f"an answer of more than {most} bytes")
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, content)
    finally:
        connection.close()
