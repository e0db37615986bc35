"""All sweeps of the platform: ``SWEEPS`` of every installed app's ``sweeps`` module."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from .sweeps import Sweep


@cache
def all_sweeps() -> dict[str, Sweep]:
    """Every sweep by its name, lower apps first: what one settles may be due to the next."""
    found: dict[str, Sweep] = {}
    for config in reversed(list(apps.get_app_configs())):
        if config.module is None or not module_has_submodule(config.module, "sweeps"):
            continue
        for sweep in getattr(import_module(f"{config.name}.sweeps"), "SWEEPS", ()):
            if found.setdefault(sweep.name, sweep) is not sweep:
                raise ValueError(f"two sweeps are named {sweep.name!r}")
    return found


def get_sweep(name: str) -> Sweep:
    """The sweep of this name; KeyError names those that there are."""
    sweeps = all_sweeps()
    if name not in sweeps:
        raise KeyError(f"no sweep {name!r}; there are: {', '.join(sorted(sweeps)) or 'none'}")
    return sweeps[name]
