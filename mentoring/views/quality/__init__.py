"""Quality staff: the recordings of mentoring sessions."""

from .recordings import recordings

__all__ = ["recordings"]
