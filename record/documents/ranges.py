"""Byte ranges of a request (RFC 9110, 14): what a video player asks for."""

from __future__ import annotations

import re

MOST_RANGES = 8
"""More in one request is nobody's player; it gets the whole file."""

_SPEC = re.compile(r"(\d{0,18})-(\d{0,18})")

Range = tuple[int, int]
"""First and last byte, both included."""


def ranges_of(header: str, size: int) -> list[Range] | None:
    """The satisfiable ranges that a header asks for, in its order, those that overlap or touch as one; None
    where it is not understood and so ignored; empty where none can be satisfied.

    >>> ranges_of("bytes=0-4, 3-9, -2", 100)
    [(0, 9), (98, 99)]
    """
    unit, equals, specs = header.partition("=")
    if not equals or unit.strip().lower() != "bytes" or len(specs) > 400:
        return None
    found: list[Range] = []
    for spec in specs.split(","):
        match = _SPEC.fullmatch(spec.strip())
        if match is None:
            return None
        first, last = match.groups()
        if first and last and int(last) < int(first):
            return None
        if not first and not last:
            return None
        start, end = (int(first), int(last) if last else size - 1) if first else (size - int(last), size - 1)
        if (first and start >= size) or (not first and int(last) == 0):
            continue
        found.append((max(start, 0), min(end, size - 1)))
    if len(found) > MOST_RANGES:
        return None
    return _joined(found)


def _joined(found: list[Range]) -> list[Range]:
    """Ranges that overlap or touch are one: nothing is sent twice."""
    joined: list[Range] = []
    for start, end in found:
        apart = []
        for other in joined:
            if start <= other[1] + 1 and other[0] <= end + 1:
                start, end = min(start, other[0]), max(end, other[1])
            else:
                apart.append(other)
        joined = [*apart, (start, end)]
    return joined
