"""Who may do what with a session, an absence or a note; pages and API ask the same predicates."""

from __future__ import annotations

from typing import Any

import rules

from accounts.permissions import (
    is_administrator,
    is_head_of_learning,
    is_learning_manager,
    is_mentor,
    is_student,
    is_student_success,
)
from mentoring.models import Absence, Contest, Note, Session
from students.models import Enrolment


def _session(row: Session | Absence | Contest) -> Session:
    if isinstance(row, Contest):
        return row.absence.session
    return row.session if isinstance(row, Absence) else row


@rules.predicate
def is_own_session(user: Any, row: Session | Absence) -> bool:
    """The student of the session."""
    return _session(row).student.user_id == user.pk


@rules.predicate
def is_its_mentor(user: Any, row: Session | Absence) -> bool:
    """The mentor of the session."""
    return _session(row).mentor.user_id == user.pk


@rules.predicate
def was_in_it(user: Any, row: Session | Absence | Contest | None = None) -> bool:
    """The student or the mentor of the session that is to be decided on."""
    return row is not None and user.pk in (_session(row).student.user_id, _session(row).mentor.user_id)


@rules.predicate
def is_author(user: Any, note: Note) -> bool:
    return note.author_id == user.pk


@rules.predicate
def manages_its_path(user: Any, row: Session | Absence) -> bool:
    return _session(row).enrolment.path.learning_manager_id == user.pk


@rules.predicate
def manages_training(user: Any, enrolment: Enrolment) -> bool:
    return enrolment.path.learning_manager_id == user.pk


_student = is_student & is_own_session
_mentor = is_mentor & is_its_mentor
_school = is_student_success | is_head_of_learning | is_administrator
_staff = _school | (is_learning_manager & manages_its_path)

can_give_notice = _student
can_give_reasons = _student
can_contest = _student
can_join = _student | _mentor
can_state_presence = _mentor
can_book_replacement = _student | _mentor | _staff
can_cancel_session = _mentor | _staff
# Exceptional circumstances, contests and sessions that nobody attended are Student Success's (A4, A7).
# Nobody decides on a session of their own, on either side of it. Asked of nothing: whether they decide at all.
_decides = is_student_success & ~was_in_it
can_authorise_exception = _decides
can_decide_contest = _decides
can_resolve_unattended = _decides
can_upload_report = is_mentor | _school
can_edit_note = is_author
# Mentorships, leaves, dates and the end of a training.
can_arrange_training = _school | (is_learning_manager & manages_training)
# Measures for a disability: who sees the proof accepts them (2.4).
can_adapt_training = is_student_success | is_administrator

for _name, _predicate in {
    "mentoring.give_notice": can_give_notice,
    "mentoring.give_reasons": can_give_reasons,
    "mentoring.contest_absence": can_contest,
    "mentoring.join_session": can_join,
    "mentoring.state_presence": can_state_presence,
    "mentoring.book_replacement": can_book_replacement,
    "mentoring.cancel_session": can_cancel_session,
    "mentoring.authorise_exception": can_authorise_exception,
    "mentoring.decide_contest": can_decide_contest,
    "mentoring.resolve_unattended": can_resolve_unattended,
    "mentoring.arrange_training": can_arrange_training,
    "mentoring.adapt_training": can_adapt_training,
}.items():
    rules.set_perm(_name, _predicate)
