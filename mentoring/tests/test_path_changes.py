"""Changes of Path from the mentor's word to the day they take effect (C1, C2), and the early end (L5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from enforcement.runner import run
from mentoring import services
from mentoring.models import Mentorship, Session, SessionState, SkillAssessment
from mentoring.selectors.works import readiness_of, waiting_for
from mentoring.services.defences import check_defendable
from mentoring.services.path_changes import effect_of
from mentoring.sweeps.leaves import CHANGE_REMINDERS, CHANGES_OF_PATH
from record.models import Entry, Message
from students.models import (
    ChangeOfPath,
    ChangeState,
    EndShift,
    Enrolment,
    LeaveState,
    Path,
    Project,
    ProjectWork,
    Skill,
    SkillApproval,
    WorkState,
)
from tests.factories import LONG_AGO, at, make_defence, make_document, make_mentorship, make_path, make_user
from tests.papers import make_funding, pdf

from .leaves.cast import DAY, NOW, Cast, refused

pytestmark = pytest.mark.django_db

EARLIEST = date(2026, 3, 11)  # the seventh business day after Monday the 2nd


class PathCast(Cast):
    """A student who would rather be on another Path."""

    def __init__(self) -> None:
        super().__init__()
        self.path = make_path(learning_manager=self.manager)

    def consult(self, by=None, path: Path | None = None):
        return services.record_consultation(
            enrolment_id=self.enrolment.pk,
            to_path=path or self.path,
            advice="It suits you.",
            by=by or self.mentor,
            now=NOW,
        )

    def ask(self, now=NOW, by=None) -> ChangeOfPath:  # type: ignore[override]  # another thing is asked
        return services.request_change(
            consultation_id=self.consult().pk, reason="I like data more.", by=by or self.student, now=now
        )

    def schedule(self, change: ChangeOfPath, on: date = EARLIEST, ends_on: date | None = None, by=None):
        return services.schedule_change(
            change_id=change.pk,
            takes_effect_on=on,
            ends_on=ends_on or self.enrolment.ends_on,
            by=by or self.manager,
            now=NOW,
        )


@pytest.fixture
def cast() -> PathCast:
    return PathCast()


def project(path: Path, title: str, *codes: str) -> Project:
    made = Project.objects.create(path=path, position=1, title=title, added_at=LONG_AGO)
    for place, code in enumerate(codes):
        Skill.objects.create(project=made, position=place, code=code, title=code.upper(), added_at=LONG_AGO)
    return made


def test_c1_only_the_mentor_records_the_consultation_and_it_comes_first(cast):
    stranger = make_mentorship().mentor.user
    for person in (stranger, cast.student, cast.manager):
        with pytest.raises(PermissionDenied):
            cast.consult(by=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeOfPath.objects.create(
            enrolment=cast.enrolment,
            from_path=cast.enrolment.path,
            to_path=cast.path,
            reason="x",
            requested_at=NOW,
            policy_id="2026-01",
            state=ChangeState.WAITING,
        )


def test_c1_an_advice_serves_one_request_and_one_change_is_under_way_at_a_time(cast):
    consultation = cast.consult()
    asked = {"consultation_id": consultation.pk, "reason": "Because", "by": cast.student, "now": NOW}
    services.request_change(**asked)
    with refused("consultation"):
        services.request_change(**asked)
    with refused("consultation"):
        cast.ask()


def test_c1_a_former_mentor_is_not_consulted(cast):
    Mentorship.objects.update(ends_on=date(2026, 2, 28))
    with pytest.raises(PermissionDenied):
        cast.consult()


def test_c1_without_funders_it_is_accepted_on_receipt_and_the_earliest_day_is_known(cast):
    change = cast.ask()
    assert (change.state, change.accepted_at, change.earliest_on) == (ChangeState.ACCEPTED, NOW, EARLIEST)


def test_c1_holidays_of_the_region_put_the_day_off(cast):
    Enrolment.objects.update(region="FR-57")
    change = cast.ask(now=at("2026-04-01 08:00"))
    assert change.earliest_on == date(2026, 4, 14)


def test_c1_another_region_counts_the_business_days_anew_and_its_people_are_told(cast):
    change = cast.ask(now=at("2026-03-30 09:00"))
    assert change.earliest_on == date(2026, 4, 9)  # Easter Monday is no business day in France
    services.change_region(
        enrolment_id=cast.enrolment.pk, region="FR-57", by=cast.success, now=at("2026-03-30 10:00")
    )
    change.refresh_from_db()
    assert change.earliest_on == date(2026, 4, 10)  # nor is Good Friday in Moselle
    told = Message.objects.filter(occasion__startswith="path-change-recounted").values_list(
        "recipient", flat=True
    )
    assert set(told) == {cast.student.pk, cast.manager.pk, cast.success.pk}
    assert Entry.objects.filter(kind="enrolment_region_changed").count() == 1
    with pytest.raises(PermissionDenied):
        services.change_region(enrolment_id=cast.enrolment.pk, region="FR", by=cast.mentor, now=NOW)
    with refused("region"):
        services.change_region(enrolment_id=cast.enrolment.pk, region="DE", by=cast.success, now=NOW)


def test_c1_a_day_that_is_set_stays_when_the_region_changes(cast):
    change = cast.ask()
    cast.schedule(change)
    services.change_region(enrolment_id=cast.enrolment.pk, region="FR-57", by=cast.success, now=NOW)
    change.refresh_from_db()
    assert (change.state, change.takes_effect_on) == (ChangeState.SCHEDULED, EARLIEST)


def test_c1_not_a_day_before_the_seventh_business_day(cast):
    change = cast.ask()
    with refused("takes_effect_on"):
        cast.schedule(change, on=EARLIEST - DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeOfPath.objects.filter(pk=change.pk).update(
            state=ChangeState.SCHEDULED, takes_effect_on=EARLIEST - DAY
        )
    assert cast.schedule(change).state == ChangeState.SCHEDULED


def test_c2_funders_approve_before_it_is_accepted_and_the_days_count_from_then(cast):
    make_funding(cast.enrolment)
    change = cast.ask()
    assert (change.state, change.earliest_on) == (ChangeState.WAITING, None)
    with refused("change"):
        cast.schedule(change)
    approval = change.approvals.get()
    later = NOW + timedelta(days=2)  # a Wednesday
    services.send_approval(approval_id=approval.pk, upload=pdf(), by=cast.student, now=later)
    change.refresh_from_db()
    assert change.state == ChangeState.WAITING
    services.confirm_approval(approval_id=approval.pk, by=cast.success, now=later)
    change.refresh_from_db()
    assert (change.state, change.accepted_at, change.earliest_on) == (
        ChangeState.ACCEPTED,
        later,
        date(2026, 3, 13),
    )


def test_c1_it_takes_effect_on_its_day_whenever_the_worker_runs(cast):
    change = cast.ask()
    cast.schedule(change, on=date(2026, 3, 16), ends_on=date(2027, 1, 31))
    midnight = at("2026-03-15 23:00")
    assert run(CHANGES_OF_PATH, midnight - timedelta(microseconds=1)) == 0
    assert run(CHANGES_OF_PATH, midnight + 2 * DAY) == 1
    assert run(CHANGES_OF_PATH, midnight + 2 * DAY) == 0
    change.refresh_from_db()
    enrolment = Enrolment.objects.get(pk=cast.enrolment.pk)
    assert (change.state, change.effective_at) == (ChangeState.EFFECTIVE, midnight)
    assert (enrolment.path, enrolment.ends_on) == (cast.path, date(2027, 1, 31))
    assert Entry.objects.get(kind="path_change_effective").happened_at == midnight
    shift = EndShift.objects.get()
    assert (shift.cause, shift.days, shift.change) == ("change", 31, change)
    # The mentor stays, and so do the sessions.
    assert Session.objects.filter(starts_at=at("2026-03-24 13:00"), state=SessionState.SCHEDULED).exists()


def test_2_8_skills_in_common_carry_over_and_what_was_not_begun_is_dropped(cast):
    old = project(cast.enrolment.path, "Old", "sql", "python")
    untouched = project(cast.enrolment.path, "Not begun", "java")
    new = project(cast.path, "New", "sql", "spark")
    work = ProjectWork.objects.create(
        enrolment=cast.enrolment, project=old, given_at=LONG_AGO, state=WorkState.DEFENDED
    )
    idle = ProjectWork.objects.create(enrolment=cast.enrolment, project=untouched, given_at=LONG_AGO)
    defence = make_defence(
        work,
        at("2026-02-03 09:00"),
        recording=make_document(cast.student, purpose="defence-recording"),
        recorded_at=LONG_AGO,
    )
    for skill in old.skills.all():
        SkillAssessment.objects.create(defence=defence, skill=skill, approved=True, comment="Yes")
        SkillApproval.objects.create(
            work=work, skill=skill, approved_at=LONG_AGO, approved_by=make_user("assessor")
        )
    effect = effect_of(cast.enrolment, cast.path)
    assert (effect.finished, effect.dropped, effect.new) == (("Old",), ("Not begun",), ("New",))
    assert effect.carried == ("sql SQL",)
    cast.schedule(cast.ask())
    run(CHANGES_OF_PATH, at("2026-03-12 09:00"))
    given = ProjectWork.objects.get(enrolment=cast.enrolment, project=new)
    approval = SkillApproval.objects.get(work=given)
    assert approval.skill.code == "sql" and approval.carried_from.work == work
    idle.refresh_from_db()
    work.refresh_from_db()
    assert idle.dropped_at is not None and work.state == WorkState.DEFENDED


def test_2_8_what_was_begun_closes_as_it_is_and_opens_again_on_the_way_back(cast):
    path = cast.enrolment.path
    asked = {"enrolment": cast.enrolment, "given_at": LONG_AGO}
    handed_in = ProjectWork.objects.create(
        project=project(path, "Handed in", "sql"), state=WorkState.SUBMITTED, **asked
    )
    to_defend = ProjectWork.objects.create(
        project=project(path, "To defend", "java"), state=WorkState.APPROVED, in_depth=True, **asked
    )
    done = ProjectWork.objects.create(project=project(path, "Done"), state=WorkState.APPROVED, **asked)
    defence = make_defence(to_defend, at("2026-03-18 09:00"))
    effect = effect_of(cast.enrolment, cast.path)
    assert (effect.finished, effect.closed) == (("Done",), ("Handed in", "To defend"))
    cast.schedule(cast.ask())
    run(CHANGES_OF_PATH, at("2026-03-12 09:00"))
    for row in (handed_in, to_defend, done, defence):
        row.refresh_from_db()
    assert handed_in.dropped_at == to_defend.dropped_at == at("2026-03-10 23:00") and done.dropped_at is None
    assert (handed_in.state, to_defend.state, defence.state) == ("submitted", "approved", "cancelled")
    assert readiness_of([cast.enrolment.pk])[cast.enrolment.pk].ready
    assert waiting_for(cast.mentor, at("2026-03-12 09:00")) == []
    with refused("work"):
        check_defendable(to_defend)
    # Back again: what was begun goes on where it stood.
    back = services.record_consultation(
        enrolment_id=cast.enrolment.pk,
        to_path=path,
        advice="Back.",
        by=cast.mentor,
        now=at("2026-03-12 10:00"),
    )
    again = services.request_change(
        consultation_id=back.pk, reason="I was wrong.", by=cast.student, now=at("2026-03-12 10:00")
    )
    cast.schedule(again, on=date(2026, 3, 30))
    run(CHANGES_OF_PATH, at("2026-03-30 09:00"))
    handed_in.refresh_from_db()
    assert (handed_in.dropped_at, handed_in.state) == (None, "submitted")


def test_one_can_stay_until_its_day(cast):
    change = cast.ask()
    cast.schedule(change)
    with refused("change"):
        services.withdraw_change(change_id=change.pk, by=cast.student, now=at("2026-03-11 08:00"))
    services.withdraw_change(change_id=change.pk, by=cast.student, now=NOW)
    assert run(CHANGES_OF_PATH, at("2026-03-20 09:00")) == 0
    cast.enrolment.refresh_from_db()
    assert cast.enrolment.path != cast.path


def test_a_change_is_refused_with_reasons_by_the_school_only(cast):
    change = cast.ask()
    for person in (cast.mentor, cast.student):
        with pytest.raises(PermissionDenied):
            services.refuse_change(change_id=change.pk, decision="No", by=person, now=NOW)
    with refused("decision"):
        services.refuse_change(change_id=change.pk, decision=" ", by=cast.manager, now=NOW)
    services.refuse_change(change_id=change.pk, decision="Full.", by=cast.manager, now=NOW)
    change.refresh_from_db()
    assert change.state == ChangeState.REFUSED


def test_who_is_waited_for_is_reminded_once(cast):
    cast.ask()
    assert run(CHANGE_REMINDERS, NOW + timedelta(days=4)) == 1
    assert run(CHANGE_REMINDERS, NOW + timedelta(days=9)) == 0
    assert Message.objects.filter(
        occasion__startswith="path-change-reminder", recipient=cast.manager
    ).exists()


# L5 --------------------------------------------------------------------------------------------


def test_l5_the_student_ends_the_training_on_a_day_and_nothing_is_deleted(cast):
    before = Session.objects.count()
    leave = services.request_leave(
        enrolment_id=cast.enrolment.pk,
        starts_on=date(2026, 4, 6),
        ends_on=date(2026, 4, 8),
        reason="",
        by=cast.student,
        now=NOW,
    )
    change = cast.ask()
    ended = services.end_own_training(
        enrolment_id=cast.enrolment.pk, ends_on=date(2026, 3, 16), reason="A job.", by=cast.student, now=NOW
    )
    assert (ended.state, ended.ended_on) == ("ended", date(2026, 3, 16))
    assert Session.objects.count() == before
    assert Session.objects.get(starts_at=at("2026-03-10 13:00")).state == SessionState.SCHEDULED
    assert Session.objects.get(starts_at=at("2026-03-17 13:00")).state == SessionState.CANCELLED_BY_SCHOOL
    leave.refresh_from_db()
    change.refresh_from_db()
    assert (leave.state, change.state) == (LeaveState.WITHDRAWN, ChangeState.WITHDRAWN)
    told = set(Message.objects.filter(kind="training_ends").values_list("recipient", flat=True))
    assert told == {cast.student.pk, cast.mentor.pk, cast.manager.pk, cast.success.pk}


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2027, 1, 1)])
def test_l5_not_in_the_past_and_not_after_the_end(cast, day):
    with refused("ends_on"):
        services.end_own_training(
            enrolment_id=cast.enrolment.pk, ends_on=day, reason="", by=cast.student, now=NOW
        )


def test_l5_nobody_else_does(cast):
    for person in (cast.mentor, make_mentorship().enrolment.student.user):
        with pytest.raises(PermissionDenied):
            services.end_own_training(
                enrolment_id=cast.enrolment.pk, ends_on=date(2026, 3, 3), reason="", by=person, now=NOW
            )
