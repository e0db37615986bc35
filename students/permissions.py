"""Who may do what with people in training; pages and API ask the same predicates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
from students.models import Enrolment, Interruption, InterruptionKind, Path
from students.selectors import staff_scope, trainings_of
from students.selectors.acceptances import has_accepted
from students.words import day_in_words

# Rosters make accounts and enrolments: a Learning Manager's for their own Paths only (mentoring.roster.limits).
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

# Whether somebody is the person whom a ban is for (B9): whoever decides reads of another student's penalty.
may_settle_identity = _school
rules.set_perm("students.settle_identity", may_settle_identity)


def may_set_address(user: User, person: User) -> bool:
    """Who says where a student's registered letters go: the student, whatever became of their training, and the staff
    who see them."""
    if not user.is_active or not user.is_authenticated:
        return False
    if user.pk == person.pk:
        return bool(is_student(user))
    scope = staff_scope(user)
    own = Enrolment.objects.filter(student__user=person)
    return bool(user.is_school_staff) and (not scope or own.filter(scope).exists())


PENALTIES = "4.2"


@dataclass(frozen=True, slots=True)
class Access:
    """Whether collaborative tools and mentoring are open (4.2); if not: why, and until which day, the last one
    included, where that is known.
    """

    open: bool
    reason: RuleError | None = None
    until: date | None = None

    @property
    def by_penalty(self) -> bool:
        """Whether a penalty closes them, and not the calendar."""
        return self.reason is not None and self.reason.clause == PENALTIES

    def closes(self, field: str) -> RuleError:
        """Why they are closed, to be said beside a field of whatever was asked."""
        assert self.reason is not None
        return RuleError(field, self.reason.clause, self.reason.message, self.reason.params)


OPEN = Access(True)


def access_of(who: User | Enrolment, now: datetime) -> Access:
    """The one access question: may this training, or a person by any of theirs, use what a training opens (4.2)?

    From the first to the last day of a training, not while it is suspended, and not once a penalty ended it; a
    leave closes nothing. Whoever is shut out still signs in, reads their own file, record and decision, and answers a
    complaint: those doors do not ask. Every other one asks here, at each request. One statement for an enrolment
    (none with its interruptions prefetched), two for a person.
    """
    if isinstance(who, Enrolment):
        return _access(who, now)
    answers = [_access(enrolment, now) for enrolment in trainings_of(who)]
    if not answers:
        return _closed(gettext_noop("You are in no training."), clause="2.4")
    # The one that opens again soonest says why, where none is open.
    return next(
        (each for each in answers if each.open), min(answers, key=lambda each: each.until or date.max)
    )


def _access(enrolment: Enrolment, now: datetime) -> Access:
    if enrolment.closed_at is not None and enrolment.closed_at <= now:
        return _closed(gettext_noop("A decision of the Disciplinary Board has ended this training."))
    today = local_date(now, enrolment.time_zone)
    if today < enrolment.starts_on:
        before = enrolment.starts_on - timedelta(days=1)
        return _closed(gettext_noop("This training has not begun yet."), before, clause="2.4")
    if today > enrolment.last_day:
        return _closed(gettext_noop("This training has ended."), clause="2.7")
    until = max(
        (row.ends_on for row in enrolment.interruptions.all() if _suspends(row, today, now)), default=None
    )
    if until is not None:
        return _closed(gettext_noop("This training is suspended until %(until)s, that day included."), until)
    return OPEN


def _suspends(row: Interruption, today: date, now: datetime) -> bool:
    if row.kind != InterruptionKind.SUSPENSION or not row.starts_on <= today <= row.ends_on:
        return False
    return row.lifted_at is None or now < row.lifted_at


def _closed(message: str, until: date | None = None, clause: str = PENALTIES) -> Access:
    params = {"until": day_in_words(until)} if until else {}
    return Access(False, RuleError("enrolment", clause, message, params), until)


def in_training(who: User | Enrolment, now: datetime) -> bool:
    """Whether collaborative tools and mentoring are open: the access question, answered by yes or no."""
    return access_of(who, now).open


def check_standing(enrolment: Enrolment, when: datetime, field: str = "enrolment") -> None:
    """Raises the ``RuleError`` of a door that a penalty closes to a training at an instant: a suspension or an end for
    good, whatever the days of the training say. For doors that have their own word on a training's first and last day,
    and for what is asked ahead: a notice is about the session's time and not about the hour at which it is given.
    """
    access = access_of(enrolment, when)
    if access.by_penalty:
        raise access.closes(field)


def check_open(enrolment: Enrolment, now: datetime, field: str = "enrolment") -> None:
    """Raises the ``RuleError`` of a door that is closed to a training, beside the field that was asked."""
    access = access_of(enrolment, now)
    if not access.open:
        raise access.closes(field)


def open_trainings(user: User, now: datetime) -> list[Enrolment]:
    """The trainings of a person whose tools are open now; two statements."""
    return [enrolment for enrolment in trainings_of(user) if _access(enrolment, now).open]


def may_work_together(user: User, now: datetime) -> RuleError | None:
    """Why collaborative tools are closed to a person, or None when they are open: in training, not suspended, and
    the rules in force accepted. Every door of the groups asks here."""
    access = access_of(user, now)
    if not access.open:
        return access.closes("group")
    if not has_accepted(user, now):
        return RuleError("group", "2.1", gettext_noop("Accept the policy and the code of conduct first."))
    return None
