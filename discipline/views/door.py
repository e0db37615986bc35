"""The door of the pages of cases: students and the school's staff; which rows they find, the selectors say."""

from __future__ import annotations

from accounts.doors import opened_to
from accounts.permissions import is_school_staff, is_student

students_and_staff = opened_to(is_student | is_school_staff)
