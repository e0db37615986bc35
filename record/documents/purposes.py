"""What files are kept for: each purpose says what may come in and who may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from accounts.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from record.models import Document

MB = 1024 * 1024

PDF = "application/pdf"
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
PAPERS = frozenset({PDF, "image/png", "image/jpeg"})
"""What an official document comes as: printed to PDF, scanned, or photographed."""
VIDEOS = frozenset({"video/mp4", "video/webm"})
OFFICE = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
    }
)
ZIP = "application/zip"
TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class Purpose:
    """One reason to keep a file.

    ``may_read`` is asked at every door, on every request, and is the only answer there is: it says no to
    whoever is not active. It is asked of stubs of deleted documents, too.
    ``content_types`` are found from the content, never from a name or a header.
    ``log_viewing``: each opening is a Viewing, written before the first byte goes out (V3).
    ``over_api``: whether API clients get it at all (V1: recordings of mentoring, never).
    ``may_upload``: who may begin a resumable upload for it.
    ``listed_to``: who may know, in the admin's tables, that somebody has such a file at all.
    """

    name: str
    label: StrOrPromise
    content_types: frozenset[str]
    max_bytes: int
    may_read: Callable[[User, Document], bool]
    log_viewing: bool = False
    over_api: bool = True
    may_upload: Callable[[User], bool] = lambda user: user.is_active
    listed_to: Callable[[User], bool] = lambda user: user.is_active


_REGISTERED: dict[str, Purpose] = {}


def register(purpose: Purpose) -> Purpose:
    """Add a purpose that no app lists (a test's own)."""
    if _all().get(purpose.name, purpose) is not purpose:
        raise ValueError(f"two purposes are named {purpose.name!r}")
    _REGISTERED[purpose.name] = purpose
    return purpose


def purpose(name: str) -> Purpose:
    """The purpose of this name; KeyError where there is none."""
    found = _all().get(name)
    if found is None:
        raise KeyError(f"no purpose {name!r}; there are: {', '.join(sorted(_all())) or 'none'}")
    return found


def all_purposes() -> dict[str, Purpose]:
    return dict(_all())


def hidden_from(user: User) -> list[str]:
    """Purposes whose files are not even named to this person: a file of theirs says something about its subject."""
    return sorted(name for name, kept in _all().items() if not kept.listed_to(user))


def _all() -> dict[str, Purpose]:
    return {**_listed(), **_REGISTERED}


@cache
def _listed() -> dict[str, Purpose]:
    """``PURPOSES`` of every installed app's ``purposes`` module."""
    found: dict[str, Purpose] = {}
    for config in apps.get_app_configs():
        if config.module is None or not module_has_submodule(config.module, "purposes"):
            continue
        for each in getattr(import_module(f"{config.name}.purposes"), "PURPOSES", ()):
            if found.setdefault(each.name, each) is not each:
                raise ValueError(f"two purposes are named {each.name!r}")
    return found
