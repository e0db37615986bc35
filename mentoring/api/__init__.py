"""Mentoring over the API: sessions with their verdicts, absences and their duties, calendars, notes."""

from .routes import urls

__all__ = ["urls"]
