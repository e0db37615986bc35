"""Who may do what with people in training; pages and API ask the same predicates."""

from __future__ import annotations

import rules

from accounts.permissions import is_administrator, is_learning_manager

# Rosters make accounts and enrolments for the whole school.
may_import_rosters = is_administrator | is_learning_manager

rules.set_perm("students.import_roster", may_import_rosters)
