"""What counts as a text where a rule asks for one."""

import unicodedata

UNSEEN = ("Cf", "Cc", "Z")
"""Categories of signs that nobody sees: formats (zero width, direction), controls, and every kind of space."""


def has_words(text: str) -> bool:
    """Whether a text says anything: at least one letter or digit among what can be seen.

    >>> has_words("A birth"), has_words("\u200b"), has_words(" … ")
    (True, False, False)
    """
    seen = (sign for sign in text if not unicodedata.category(sign).startswith(UNSEEN))
    return any(unicodedata.category(sign)[0] in "LN" for sign in seen)


def written(text: str) -> str:
    """The text without the space around it, or nothing where it says nothing."""
    return text.strip() if has_words(text) else ""
