"""What a file really is: its type from its content, and what in it makes it unwelcome."""

from .examining import Examined, examine

__all__ = ["Examined", "examine"]
