"""Penalties take effect on their letter's receipt, on sending, or on the day that was set; suspensions lift (B7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Role
from discipline.models import Case, CaseState, EffectiveBy, Penalty
from discipline.selectors.penalties import LETTER, MAIL, penalties_for
from discipline.services.dispatch import letter_occasion, mail_occasion
from discipline.services.penalties import set_day, take_effect
from discipline.sweeps import PENALTIES_EFFECTIVE, SUSPENSIONS_LIFTED
from enforcement.runner import run
from record.models import Entry, LetterState, Message
from rulebook.errors import RuleError
from students.models import Ban, Enrolment, EnrolmentState, Interruption
from students.permissions import access_of
from students.services import enrol_student
from tests.factories import at, make_enrolment, make_path, make_user

from .deciding import DAY, HOUR, make_letter, make_penalty, sent

pytestmark = pytest.mark.django_db

HELD = at("2026-01-20 13:00")
RECEIVED = at("2026-01-31 09:30")  # day 11
MICRO = timedelta(microseconds=1)
OVER = at("2026-03-01 00:00+01:00")
LATE = at("2026-02-05 00:00+01:00")  # the first instant after day 15


def settle(now):
    return run(PENALTIES_EFFECTIVE, now), run(SUSPENSIONS_LIFTED, now)


def refused(call, **kwargs):
    with pytest.raises(RuleError) as error, transaction.atomic():
        call(**kwargs)
    return error.value.field


def received(kind, enrolment=None, **instants):
    """A penalty whose letter was received, and the sweep has run, an hour late."""
    penalty = make_penalty(kind, held_at=HELD, enrolment=enrolment)
    make_letter(penalty, **(instants or {"state": LetterState.DELIVERED, "delivered_at": RECEIVED}))
    settle(RECEIVED + HOUR)
    penalty.refresh_from_db()
    return penalty


@pytest.mark.parametrize("how", ["delivered", "refused", "presented"])
def test_b7_a_penalty_takes_effect_on_its_letters_receipt_dated_by_it(how):
    penalty = received("suspension", state=LetterState(how), **{f"{how}_at": RECEIVED})
    assert (penalty.effective_at, penalty.effective_by) == (RECEIVED, how)
    assert (penalty.starts_on, penalty.ends_on) == (date(2026, 1, 31), date(2026, 2, 28))
    assert "stay due" in penalty.fees_note
    entry = Entry.objects.get(kind="penalty_effective")
    assert (entry.happened_at, entry.clause) == (RECEIVED, "4.2")
    case = Case.objects.get(pk=penalty.case_id)
    assert (case.state, case.concluded_at) == (CaseState.CONCLUDED, RECEIVED)


def test_b7_nothing_takes_effect_while_the_letter_is_under_way():
    penalty = make_penalty("exclusion", held_at=HELD)
    make_letter(penalty)
    settle(LATE + 30 * DAY)
    penalty.refresh_from_db()
    assert penalty.effective_at is None
    assert access_of(penalty.enrolment, LATE).open


def test_b7_a_warning_without_a_meeting_takes_effect_when_its_e_mail_was_sent():
    penalty = make_penalty("warning", held_at=HELD, by_meeting=False)
    settle(RECEIVED)
    penalty.refresh_from_db()
    assert penalty.effective_at is None
    sent(penalty.case, f"decision:{penalty.decision_id}:email", RECEIVED)
    settle(RECEIVED + DAY)
    penalty.refresh_from_db()
    assert (penalty.effective_at, penalty.effective_by) == (RECEIVED, EffectiveBy.ON_SENDING)
    assert access_of(penalty.enrolment, RECEIVED + DAY).open


def test_the_sender_of_decisions_and_the_sweep_call_them_by_the_same_name():
    decision = make_penalty("warning", held_at=HELD).decision
    assert letter_occasion(decision) == LETTER.format(decision.pk)
    assert mail_occasion(decision) == MAIL.format(decision.pk)


def test_abuse_40_twice_or_late_it_acts_once():
    penalty = received("suspension")
    for _ in range(2):
        settle(OVER + DAY)
        again = take_effect(penalty_id=penalty.pk, at=RECEIVED, rule=EffectiveBy.DELIVERED, now=OVER)
        assert again.effective_at == RECEIVED
    assert Interruption.objects.filter(kind="suspension").count() == 1
    for kind in ("penalty_effective", "suspension_lifted", "training_suspended"):
        assert Entry.objects.filter(kind=kind).count() == 1
    assert Message.objects.filter(kind="suspension_lifted").count() == 1


def test_abuse_40_a_suspension_lifts_as_it_ends_never_early_and_access_follows_the_days_alone():
    penalty = received("suspension")
    assert settle(OVER - MICRO)[1] == 0
    assert not access_of(penalty.enrolment, OVER - MICRO).open
    assert access_of(penalty.enrolment, OVER).open  # no sweep has run
    assert settle(OVER + 3 * DAY)[1] == 1
    penalty.refresh_from_db()
    assert penalty.lifted_at == OVER


def test_abuse_40_a_suspension_is_not_lifted_despite_a_ban():
    first = received("suspension")
    second = make_penalty("exclusion", held_at=HELD + DAY, enrolment=first.enrolment)
    make_letter(second, state=LetterState.DELIVERED, delivered_at=RECEIVED + 5 * DAY)
    settle(OVER + DAY)
    first.refresh_from_db()
    assert first.lifted_at is None
    assert not Message.objects.filter(kind="suspension_lifted").exists()
    assert not access_of(first.enrolment.student.user, OVER + DAY).open


@pytest.mark.parametrize(
    ("kind", "until", "clause"),
    [("exclusion", date(2027, 1, 30), "4.2"), ("discontinuation", date(2028, 1, 30), "PL")],
)
def test_b9_a_penalty_that_ends_a_training_bans_from_every_other(kind, until, clause):
    second = make_enrolment()
    first = make_enrolment(student=second.student)
    penalty = received(kind, enrolment=first)
    assert (penalty.ban_until, penalty.effective_at) == (until, RECEIVED)
    row = Ban.objects.get()
    assert (row.until, row.clause, row.imposed_at) == (until, clause, RECEIVED)
    ended = Enrolment.objects.values_list("state", "closed_at", "ended_on")
    assert set(ended) == {(EnrolmentState.ENDED, RECEIVED, date(2026, 1, 31))}
    wanted = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 12, 1), "time_zone": "Europe/Paris"}
    field = refused(
        enrol_student, student=first.student, path=make_path(), **wanted, by=None, now=RECEIVED + DAY
    )
    assert field == "student"


def test_b7_the_people_concerned_are_told_once_and_the_reasons_stay_in_the_file():
    team = make_user(Role.STUDENT_SUCCESS)
    penalty = received("suspension")
    told = {
        (row.kind, row.recipient_id): row.context
        for row in Message.objects.filter(kind__startswith="penalty_effective")
    }
    manager = penalty.enrolment.path.learning_manager_id
    assert {
        ("penalty_effective", penalty.student.user_id),
        ("penalty_effective_staff", team.pk),
    } <= told.keys()
    assert ("penalty_effective_staff", manager) in told
    assert not any("Why." in context for context in told.values())


def test_b7_with_no_receipt_after_day_15_the_head_of_learning_sets_the_day():
    head = make_user(Role.HEAD_OF_LEARNING)
    penalty = make_penalty("suspension", held_at=HELD)
    make_letter(penalty)
    day = date(2026, 2, 9)
    asked = {"penalty_id": penalty.pk, "day": day, "reasons": "Not claimed", "by": head}
    assert refused(set_day, **asked, now=LATE - MICRO) == "day"
    assert refused(set_day, **{**asked, "reasons": " "}, now=LATE) == "reasons"
    assert refused(set_day, **{**asked, "day": date(2026, 2, 4)}, now=LATE) == "day"
    with pytest.raises(PermissionDenied):
        set_day(**{**asked, "by": make_user(Role.STUDENT_SUCCESS)}, now=LATE)
    set_day(**asked, now=LATE)
    assert refused(set_day, **asked, now=LATE) == "penalty"
    settle(at("2026-02-08 23:00+01:00"))
    penalty.refresh_from_db()
    assert penalty.effective_at is None
    settle(at("2026-02-12 10:00"))
    penalty.refresh_from_db()
    assert penalty.effective_by == EffectiveBy.SET_BY_HEAD
    assert penalty.effective_at == at("2026-02-09 00:00+01:00")
    assert (penalty.starts_on, penalty.ends_on) == (day, date(2026, 3, 8))
    assert Message.objects.filter(kind="penalty_day_set", recipient=penalty.student.user).count() == 1


def test_b7_a_receipt_before_the_day_that_was_set_counts():
    head = make_user(Role.HEAD_OF_LEARNING)
    penalty = make_penalty("suspension", held_at=HELD)
    letter = make_letter(penalty)
    set_day(penalty_id=penalty.pk, day=date(2026, 2, 20), reasons="Not claimed", by=head, now=LATE)
    letter.state, letter.delivered_at = LetterState.DELIVERED, LATE + DAY
    letter.save()
    settle(LATE + 2 * DAY)
    penalty.refresh_from_db()
    assert (penalty.effective_at, penalty.effective_by) == (LATE + DAY, EffectiveBy.DELIVERED)


def test_b7_today_takes_effect_at_once():
    head = make_user(Role.HEAD_OF_LEARNING)
    penalty = make_penalty("exclusion", held_at=HELD)
    make_letter(penalty)
    now = LATE + 10 * HOUR
    done = set_day(penalty_id=penalty.pk, day=date(2026, 2, 5), reasons="Not claimed", by=head, now=now)
    assert (done.effective_at, done.set_for) == (now, None)


def test_b6_a_student_learns_of_a_penalty_by_its_letter_and_staff_when_it_was_decided():
    penalty = make_penalty("exclusion", held_at=HELD)
    student, head = penalty.student.user, make_user(Role.HEAD_OF_LEARNING)
    assert not penalties_for(student).exists()
    assert list(penalties_for(head)) == [penalty]
    assert not penalties_for(make_user(Role.MENTOR)).exists()
    make_letter(penalty, state=LetterState.DELIVERED, delivered_at=RECEIVED)
    settle(RECEIVED)
    assert list(penalties_for(student)) == [penalty]
    assert Penalty.objects.get().revision > 1
