"""A student's work on a project: versions are handed in, decided on, required anew, and its skills approved.

Lock order: the work → the student's chain. Whoever decides on a version and whoever hands in another stand in line
at the work's row. Which mentor decides is known above this app: ``tell`` are the people of the other side.
"""

from .findings import require_redo, require_rework
from .remarks import set_due_day, write_remark
from .skills import approve_skills, approved_skills, carry_over_skills
from .states import lock_work
from .telling import enter
from .versions import MOST_FILES, PURPOSE, decide_on_version, submit_deliverable

__all__ = [
    "MOST_FILES",
    "PURPOSE",
    "approve_skills",
    "approved_skills",
    "carry_over_skills",
    "decide_on_version",
    "enter",
    "lock_work",
    "require_redo",
    "require_rework",
    "set_due_day",
    "submit_deliverable",
    "write_remark",
]
