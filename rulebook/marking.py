"""Marks texts for translation without knowing who translates them: `makemessages` collects what it
wraps.
"""


def gettext_noop(text: str) -> str:
    """The text itself; the name is what the collector of translatable texts looks for."""
    return text
