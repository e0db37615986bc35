"""Numbers as a form or an address tells them."""

from __future__ import annotations

import re

_ID = re.compile(r"[0-9]{1,18}")


def number_in(text: str) -> int | None:
    """The number that this text is, None where it is none that an id or a place could have.

    ``str.isdigit`` also says yes to “²” and to any length, which ``int`` then refuses.
    """
    return int(text) if _ID.fullmatch(text) else None
