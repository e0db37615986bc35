"""Forms of mentoring's pages: they read what was typed; the services decide."""

from students.forms import add_refusal

__all__ = ["add_refusal"]
