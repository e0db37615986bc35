"""Mentoring in the staff admin: facts with a rule behind them are read only; actions call services."""

from . import absences, calendars, defences, monitoring, recordings, reports, requests, sessions

__all__ = ["absences", "calendars", "defences", "monitoring", "recordings", "reports", "requests", "sessions"]
