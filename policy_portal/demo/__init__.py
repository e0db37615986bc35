"""A made-up school with a lawful past: every row comes from the services, called at past instants."""

from .school import make_school
from .story import live

__all__ = ["live", "make_school"]
