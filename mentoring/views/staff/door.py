"""The door of the staff pages: Student Success, Learning Managers, Head of Learning, administrators.

Anyone else finds no page here (404). Which rows a page shows, the selectors say.
"""

from __future__ import annotations

from accounts.permissions import is_school_staff
from mentoring.views.imports.door import PersonsRequest, only_those_who

StaffRequest = PersonsRequest
staff_only = only_those_who(is_school_staff)

__all__ = ["StaffRequest", "staff_only"]
