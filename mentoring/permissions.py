"""Who may do what with a session, an absence or a note; pages and API ask the same predicates."""

from __future__ import annotations

from typing import Any

import rules

from accounts.permissions import (
    is_administrator,
    is_assessor,
    is_head_of_learning,
    is_learning_manager,
    is_mentor,
    is_student,
    is_student_success,
)
from mentoring.models import (
    Absence,
    CommitmentAlert,
    Contest,
    Defence,
    Mentor,
    MonitoringReport,
    Note,
    Session,
)
from students.models import Enrolment, LeaveApprover, LeaveRequest, ProjectWork


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


@rules.predicate
def owns_training(user: Any, enrolment: Enrolment) -> bool:
    """The student of the training."""
    return enrolment.student.user_id == user.pk


@rules.predicate
def is_its_author(user: Any, report: MonitoringReport) -> bool:
    """The mentor who owes the report, or wrote it."""
    return report.mentor.user_id == user.pk


@rules.predicate
def manages_alert(user: Any, alert: CommitmentAlert) -> bool:
    return alert.enrolment.path.learning_manager_id == user.pk


_student = is_student & is_own_session
_mentor = is_mentor & is_its_mentor
_school = is_student_success | is_head_of_learning | is_administrator
_staff = _school | (is_learning_manager & manages_its_path)

can_give_notice = _student
can_give_reasons = _student
can_contest = _student
can_join = _student | _mentor
can_state_presence = _mentor
# The mentor who books is whoever mentors the student now, which the service asks (A11).
can_book_replacement = _student | _staff
can_cancel_session = _mentor | _staff
# Exceptional circumstances, contests and sessions that nobody attended are Student Success's (A4, A7).
# Nobody decides on a session of their own, on either side of it. Asked of nothing: whether they decide at all.
_decides = is_student_success & ~was_in_it
can_authorise_exception = _decides
# The student, or the mentor who expects them, for them (A4).
can_ask_exception = _student | _mentor
can_decide_contest = _decides
can_resolve_unattended = _decides
can_upload_report = is_mentor | _school
can_edit_note = is_author
can_write_report = is_mentor & is_its_author
# Beside the student's mentor of today, whom the selector knows (3.3).
can_mark_alert = is_head_of_learning | (is_learning_manager & manages_alert)
# Mentorships, leaves, dates and the end of a training.
can_arrange_training = _school | (is_learning_manager & manages_training)
_own_training = is_student & owns_training
# Leaves, changes of Path, the end of a training: asked for by the student, or by staff for them (2.7, 2.8).
can_ask_leave = _own_training | can_arrange_training
can_ask_change = _own_training
can_end_own_training = _own_training
# Whether a document is the funder's official approval.
can_check_approval = (is_student_success | is_administrator) & ~owns_training
can_decide_change = (_school | (is_learning_manager & manages_training)) & ~owns_training

# A hold on recordings that a person places: the Head of Learning answers for it (abuse 76).
can_hold_recordings = is_head_of_learning

can_ask_adaptation = _own_training
# Proofs of a disability: Student Success alone, and nobody their own (abuse 7, 12).
can_read_proof = is_student_success & ~owns_training


def can_decide_leave(user: Any, leave: LeaveRequest, mentor: Mentor | None) -> bool:
    """The training's mentor decides a short leave (L1), Student Success all others, and where there is no mentor
    (L2). Nobody decides on their own. ``mentor`` is who mentors the training now.
    """
    if leave.enrolment.student.user_id == user.pk:
        return False
    if leave.approver == LeaveApprover.MENTOR and mentor is not None:
        return bool(is_mentor(user)) and mentor.user_id == user.pk
    return bool(is_student_success(user))


# Measures for a disability: who sees the proof accepts them (2.4).
can_adapt_training = is_student_success | is_administrator

# Defences. That a mentor acts for a student whom they mentor now, the services ask (it hangs on the day).


@rules.predicate
def is_own_work(user: Any, work: ProjectWork) -> bool:
    return work.enrolment.student.user_id == user.pk


@rules.predicate
def manages_works_path(user: Any, work: ProjectWork) -> bool:
    return work.enrolment.path.learning_manager_id == user.pk


@rules.predicate
def is_own_defence(user: Any, defence: Defence) -> bool:
    return defence.student.user_id == user.pk


@rules.predicate
def assesses_it(user: Any, defence: Defence) -> bool:
    return defence.assessor.user_id == user.pk


@rules.predicate
def manages_defences_path(user: Any, defence: Defence) -> bool:
    return defence.work.enrolment.path.learning_manager_id == user.pk


can_hand_in = is_student & is_own_work
can_book_defence = can_hand_in | _school | (is_learning_manager & manages_works_path)
can_assess = is_assessor & assesses_it & ~is_own_defence
can_join_defence = (is_student & is_own_defence) | (is_assessor & assesses_it)
can_cancel_defence = can_join_defence | _school | (is_learning_manager & manages_defences_path)

for _name, _predicate in {
    "mentoring.give_notice": can_give_notice,
    "mentoring.give_reasons": can_give_reasons,
    "mentoring.contest_absence": can_contest,
    "mentoring.join_session": can_join,
    "mentoring.state_presence": can_state_presence,
    "mentoring.book_replacement": can_book_replacement,
    "mentoring.cancel_session": can_cancel_session,
    "mentoring.ask_exception": can_ask_exception,
    "mentoring.authorise_exception": can_authorise_exception,
    "mentoring.decide_contest": can_decide_contest,
    "mentoring.resolve_unattended": can_resolve_unattended,
    "mentoring.arrange_training": can_arrange_training,
    "mentoring.adapt_training": can_adapt_training,
    "mentoring.ask_leave": can_ask_leave,
    "mentoring.ask_change": can_ask_change,
    "mentoring.end_own_training": can_end_own_training,
    "mentoring.check_approval": can_check_approval,
    "mentoring.decide_change": can_decide_change,
    "mentoring.hold_recordings": can_hold_recordings,
    "mentoring.ask_adaptation": can_ask_adaptation,
    "mentoring.read_proof": can_read_proof,
    "mentoring.hand_in": can_hand_in,
    "mentoring.book_defence": can_book_defence,
    "mentoring.assess_defence": can_assess,
    "mentoring.join_defence": can_join_defence,
    "mentoring.cancel_defence": can_cancel_defence,
}.items():
    rules.set_perm(_name, _predicate)
