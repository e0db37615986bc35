"""The terms that a session is judged by, for the services (see ``mentoring.selectors.terms``)."""

from mentoring.selectors.terms import Adapted, SessionRow, adapted_for_sessions, terms_for, terms_for_sessions

__all__ = ["Adapted", "SessionRow", "adapted_for_sessions", "terms_for", "terms_for_sessions"]
