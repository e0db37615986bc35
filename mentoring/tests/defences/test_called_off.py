"""A defence is called off, by somebody or by what happens to the training and its people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import Role, User
from enforcement.runner import run
from mentoring.models import DefenceState, Session
from mentoring.services import interrupt_training, mentor_leaves, works
from mentoring.services.adaptations import change_training_dates, end_trainings
from mentoring.services.defences import (
    cancel_defence,
)
from mentoring.sweeps.defences import DEFENCES_WITHOUT_ASSESSOR
from record.models import Message
from rulebook.errors import RuleError
from students.models import InterruptionKind, SkillApproval, WorkState
from students.services import NewDates
from tests.factories import (
    make_approved_work,
    make_defence,
    make_user,
)

from .acts import HOUR, NO, NOW, START, YES, book, decide, recorded, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["student", "assessor", "mentor", "staff"])
def test_a_defence_is_called_off_by_either_side_at_any_time_and_counts_as_nothing(
    work, assessor, mentorship, who
):
    people = {
        "student": work.enrolment.student.user,
        "assessor": assessor.user,
        "mentor": mentorship.mentor.user,
        "staff": make_user(Role.STUDENT_SUCCESS),
    }
    defence = book(work, assessor)
    a_minute_before = START - timedelta(minutes=1)
    cancel_defence(defence_id=defence.pk, reason="Ill", by=people[who], now=a_minute_before)
    defence.refresh_from_db()
    assert defence.state == DefenceState.CANCELLED
    assert not Session.objects.filter(enrolment=work.enrolment).exists()  # no absence of any kind
    assert book(work, assessor, START + 24 * HOUR).attempt == 2
    with pytest.raises(RuleError):
        cancel_defence(defence_id=defence.pk, reason="Again", by=people[who], now=NOW)


def test_a_leave_and_the_end_of_a_training_call_its_defences_off(work, assessor):
    staff = make_user(Role.STUDENT_SUCCESS)
    first = book(work, assessor)
    interrupt_training(
        enrolment=work.enrolment,
        kind=InterruptionKind.LEAVE,
        starts_on=date(2026, 3, 4),
        ends_on=date(2026, 3, 4),
        by=staff,
        now=NOW,
    )
    first.refresh_from_db()
    assert first.state == DefenceState.CANCELLED
    second = book(work, assessor, START + 24 * HOUR)
    end_trainings(enrolments=[work.enrolment], ended_on=date(2026, 3, 4), reason="Stops", by=staff, now=NOW)
    second.refresh_from_db()
    assert second.state == DefenceState.CANCELLED
    assert Message.objects.filter(kind="defence_cancelled_assessor").count() == 2


def test_a11_an_assessor_who_leaves_calls_off_what_comes_after_and_everybody_is_told(
    work, student, assessor, mentorship
):
    stays = book(work, assessor, START, now=NOW)
    later = make_defence(make_approved_work(mentorship.mentor.user), START + 24 * HOUR, assessor=assessor)
    mentor_leaves(mentor=assessor, left_on=date(2026, 3, 4), by=make_user(Role.STUDENT_SUCCESS), now=NOW)
    stays.refresh_from_db()
    later.refresh_from_db()
    assert (stays.state, later.state, later.revision) == ("booked", "cancelled", 2)
    assert later.student.user_id in told("defence_cancelled")
    mentor_leaves(mentor=assessor, left_on=date(2026, 3, 3), by=make_user(Role.STUDENT_SUCCESS), now=NOW)
    stays.refresh_from_db()
    assert stays.state == "cancelled"
    assert student.pk in told("defence_cancelled") and mentorship.mentor.user_id in told(
        "defence_cancelled_mentor"
    )
    assert not Session.objects.filter(enrolment=work.enrolment, state="unauthorised_absence").exists()
    with pytest.raises(RuleError) as refused:
        book(work, assessor, START + 48 * HOUR)
    assert refused.value.field == "assessor"


def test_a_students_mentor_who_leaves_leaves_the_defence_as_it_is(work, assessor, mentorship):
    defence = book(work, assessor)
    mentor_leaves(mentor=mentorship.mentor, left_on=date(2026, 3, 3), by=None, now=NOW)
    defence.refresh_from_db()
    assert defence.state == "booked"


@pytest.mark.parametrize("lost", ["role", "account"])
def test_an_assessor_without_role_or_account_assesses_nothing_more(work, student, assessor, lost):
    defence = book(work, assessor)
    assert run(DEFENCES_WITHOUT_ASSESSOR, NOW) == 0
    if lost == "role":
        assessor.user.role_grants.all().delete()
    else:
        User.objects.filter(pk=assessor.user_id).update(is_active=False)
    assert run(DEFENCES_WITHOUT_ASSESSOR, NOW) == 1
    assert run(DEFENCES_WITHOUT_ASSESSOR, NOW) == 0
    defence.refresh_from_db()
    assert defence.state == "cancelled" and student.pk in told("defence_cancelled")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "state"),
    [
        (date(2026, 3, 4), date(2026, 3, 4), "booked"),
        (date(2026, 3, 5), date(2026, 6, 1), "cancelled"),
        (date(2026, 1, 1), date(2026, 3, 3), "cancelled"),
    ],
)
def test_other_dates_of_a_training_call_off_the_defences_outside(work, assessor, starts_on, ends_on, state):
    defence = book(work, assessor)
    staff = make_user(Role.STUDENT_SUCCESS)
    change_training_dates(changes=[NewDates(work.enrolment, starts_on, ends_on)], by=staff, now=NOW)
    defence.refresh_from_db()
    assert defence.state == state
    assert Message.objects.filter(kind="defence_cancelled").count() == (state == "cancelled")


def test_pl3_a_finding_calls_a_booked_defence_off_and_takes_approved_skills_back(work, assessor, mentorship):
    decide(recorded(book(work, assessor)), {"a": YES, "b": NO})
    booked = book(work, assessor, START + 24 * HOUR, now=START + 2 * HOUR)
    works.require_redo(work=work, reason="Copied", about="finding:1", by=None, now=START + 3 * HOUR)
    booked.refresh_from_db()
    work.refresh_from_db()
    assert (booked.state, work.state) == (DefenceState.CANCELLED, WorkState.TO_REDO)
    assert not SkillApproval.objects.filter(work=work, withdrawn_at__isnull=True).exists()
    assert (
        Message.objects.filter(kind="rework_required_mentor").get().recipient_id == mentorship.mentor.user_id
    )
