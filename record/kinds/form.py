"""The words that a kind of entry is told in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """How a kind of entry is told: a title, a sentence to the person it is about, and one to others."""

    title: str
    to_subject: str
    to_others: str = ""
    icon: str = "circle-check"
    grave: bool = False
    """It counts against the person."""
