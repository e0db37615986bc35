"""Whether two titles mean about the same thing: by the words that they share."""

import re
import unicodedata

ALIKE = 0.5
"""Of the words of the shorter title."""

# Words that say nothing about what a group is for.
EMPTY = frozenset(
    (
        *("group", "groups", "the", "a", "an", "of", "for", "and", "to", "in", "on", "with", "study"),
        *("team", "club", "groupe", "de", "des", "du", "la", "le", "les", "et", "pour"),
    )
)


def words_of(title: str) -> frozenset[str]:
    """The words that count, without accents and capitals: "Équipe JavaScript!" is {"equipe", "javascript"}."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    return frozenset(re.findall(r"[a-z0-9+#]+", plain)) - EMPTY


def alike(one: str, other: str) -> bool:
    """Whether at least half of the shorter title's words stand in the other."""
    first, second = words_of(one), words_of(other)
    shorter = min(len(first), len(second))
    return shorter > 0 and len(first & second) >= ALIKE * shorter
