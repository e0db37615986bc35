"""How long recordings are kept (2.5, 2.6): pure functions of when things were and of the policy's terms."""

from datetime import date, datetime, time, timedelta

from rulebook.dates import local_instant
from rulebook.terms import RecordingTerms


def session_recording_kept_until(ends_at: datetime, terms: RecordingTerms) -> datetime:
    """The instant at which the recording of a mentoring session goes, whatever else happens (2.5, V1)."""
    return ends_at + timedelta(days=terms.mentoring_kept)


def defence_recording_kept_until(last_day: date, zone: str, terms: RecordingTerms) -> datetime:
    """The first instant at which the recording of a defence may go: after the training's last day (2.6, V2).

    Whoever still needs it then holds it: an open case, the jury's decision.
    """
    return local_instant(last_day + timedelta(days=terms.defence_kept + 1), time(0), zone)
