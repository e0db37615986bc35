"""Cells that leave for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable

# What a spreadsheet takes for the beginning of a formula, or strips to get at one (abuse 64).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(cells: Iterable[object]) -> list[str]:
    """The cells as texts that no spreadsheet computes."""
    texts = [str(cell) for cell in cells]
    return [f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text for text in texts]
