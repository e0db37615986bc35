"""What goes along with a message: made with its words when it is first rendered, and stored as it was sent.

An app that has something to attach to a kind of message lists its maker in ``<app>/invitations.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Attachment:
    """A small text beside a message; ``method`` is a calendar's (RFC 5546)."""

    name: str
    content_type: str
    body: str
    method: str = ""


Maker = Callable[[Mapping[str, Any], User], Sequence[Attachment]]
"""From a message's stored values and its recipient. In the recipient's language."""


@cache
def _makers() -> dict[str, Maker]:
    """``ATTACHMENTS`` of every installed app's ``invitations`` module."""
    found: dict[str, Maker] = {}
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "invitations"):
            found |= import_module(f"{config.name}.invitations").ATTACHMENTS
    return found


def attachments_of(kind: str, values: Mapping[str, Any], recipient: User) -> tuple[Attachment, ...]:
    """What a message of this kind carries; mostly nothing."""
    maker = _makers().get(kind)
    return tuple(maker(values, recipient)) if maker else ()


def stored(attachments: Sequence[Attachment]) -> str:
    """As the message keeps them; empty for none."""
    return json.dumps([asdict(each) for each in attachments]) if attachments else ""


def read(text: str) -> tuple[Attachment, ...]:
    """What a message has kept."""
    return tuple(Attachment(**each) for each in json.loads(text)) if text else ()
