"""Who may do what with people in training; pages and API ask the same predicates."""

from __future__ import annotations

from datetime import datetime

import rules

from accounts.models import User
from accounts.permissions import (
    is_administrator,
    is_head_of_learning,
    is_learning_manager,
    is_student,
    is_student_success,
)
from rulebook.dates import local_date
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from students.models import Enrolment, InterruptionKind, Path
from students.selectors import trainings_of
from students.selectors.acceptances import has_accepted

# Rosters make accounts and enrolments for the whole school.
may_import_rosters = is_administrator | is_learning_manager


@rules.predicate
def manages_path(user: User, path: Path) -> bool:
    return path.learning_manager_id == user.pk


# Projects and skills are the Learning Manager's, of their own Paths only.
can_edit_path = is_administrator | (is_learning_manager & manages_path)

rules.set_perm("students.import_roster", may_import_rosters)


@rules.predicate
def manages_the_path(user: User, enrolment: Enrolment) -> bool:
    return enrolment.path.learning_manager_id == user.pk


_school = is_student_success | is_head_of_learning | is_administrator

# Places and their rules are the whole school's.
may_keep_places = _school
may_arrange_stay = _school | (is_learning_manager & manages_the_path)
# Whom a report of conduct is for (3.5): a Learning Manager sees none, for some may be about their own Path's mentors.
may_take_up_reports = is_student_success | is_head_of_learning
may_accept_terms = is_student

rules.set_perm("students.keep_places", may_keep_places)
rules.set_perm("students.arrange_stay", may_arrange_stay)
rules.set_perm("students.take_up_reports", may_take_up_reports)
rules.set_perm("students.edit_path", can_edit_path)


def in_training(who: User | Enrolment, now: datetime) -> bool:
    """Whether collaborative tools and mentoring are open (4.2): to a training, or to a person by any of theirs.

    From the first to the last day of a training and not while it is suspended; a leave closes nothing. Every door
    asks here. One statement for an enrolment (none with its interruptions prefetched), two for a person.
    """
    if isinstance(who, Enrolment):
        return _is_open(who, now)
    return any(_is_open(enrolment, now) for enrolment in trainings_of(who))


def _is_open(enrolment: Enrolment, now: datetime) -> bool:
    today = local_date(now, enrolment.time_zone)
    if not enrolment.starts_on <= today <= enrolment.last_day:
        return False
    return not any(
        row.kind == InterruptionKind.SUSPENSION
        and row.lifted_at is None
        and row.starts_on <= today <= row.ends_on
        for row in enrolment.interruptions.all()
    )


def open_trainings(user: User, now: datetime) -> list[Enrolment]:
    """The trainings of a person whose tools are open now; two statements."""
    return [enrolment for enrolment in trainings_of(user) if _is_open(enrolment, now)]


def may_work_together(user: User, now: datetime) -> RuleError | None:
    """Why collaborative tools are closed to a person, or None when they are open: in training, not suspended, and
    the rules in force accepted. Every door of the groups asks here."""
    if not in_training(user, now):
        return RuleError(
            "group", "4.2", gettext_noop("Groups are open during a training that is not suspended.")
        )
    if not has_accepted(user, now):
        return RuleError("group", "2.1", gettext_noop("Accept the policy and the code of conduct first."))
    return None
