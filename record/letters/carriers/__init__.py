"""Who carries letters: one adapter each. *By hand and post* is there always; the others need their settings."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from . import hand, simulator
from .base import Carrier

__all__ = ["Carrier", "all_carriers", "get_carrier"]


@cache
def _built_in() -> dict[str, Carrier]:
    return {"hand": hand.ByHandAndPost()}


_REGISTERED: dict[str, Carrier] = {}


def register(carrier: Carrier) -> Carrier:
    """Add a carrier that is not built in (a school's own, a test's)."""
    _REGISTERED[carrier.name] = carrier
    return carrier


def unregister(name: str) -> None:
    _REGISTERED.pop(name, None)


def all_carriers() -> dict[str, Carrier]:
    """The carriers that are set up, by name."""
    return {**_built_in(), **_set_up(), **_REGISTERED}


def get_carrier(name: str) -> Carrier:
    """The carrier of this name; KeyError where it is not set up (any more)."""
    return all_carriers()[name]


def _set_up() -> dict[str, Carrier]:
    """Those whose settings are there."""
    found: dict[str, Carrier] = {}
    if folder := getattr(settings, "LETTER_SIMULATOR_DIR", ""):
        found["simulator"] = simulator.Simulator(simulator.PostOffice(folder))
    return found
