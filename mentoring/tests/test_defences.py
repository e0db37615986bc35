"""Defences: booked without an overlap, recorded, decided skill by skill; the database holds it too (2.2, 2.6, T1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from enforcement.runner import run
from mentoring.migrations._defences import GUARDS
from mentoring.models import Defence, DefenceState, Medium, Session, SkillAssessment
from mentoring.selectors.defence_slots import defence_slots
from mentoring.selectors.works import assessors_for, readiness_of
from mentoring.services import add_time_off, interrupt_training, mentor_leaves, works
from mentoring.services.adaptations import change_training_dates, end_trainings
from mentoring.services.defences import (
    attach_recording,
    book_defence,
    cancel_defence,
    decide_defence,
    join_defence,
)
from mentoring.services.generation import generate_now
from mentoring.sweeps.defences import DEFENCES_WITHOUT_ASSESSOR
from record.documents.selectors import may_read
from record.models import Entry, Message
from rulebook.defences import Assessment
from rulebook.errors import RuleError
from students.models import Accommodation, InterruptionKind, SkillApproval, WorkState
from students.services import NewDates, carry_over_skills, require_redo
from tests.factories import (
    at,
    make_approved_work,
    make_assessor,
    make_defence,
    make_document,
    make_enrolment,
    make_file,
    make_mentorship,
    make_path,
    make_project,
    make_session,
    make_user,
    make_work,
)

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")  # a Monday, 09:00 in Paris
START = at("2026-03-04 09:00")  # Wednesday 10:00 in Paris
HOUR = timedelta(hours=1)
YES, NO = Assessment(True, "Well shown"), Assessment(False, "Not shown")
WEBM = bytes.fromhex("1a45dfa3") + b"\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"


@pytest.fixture(autouse=True)
def private_store(settings, tmp_path):
    documents = {**settings.STORAGES["documents"]}
    documents["OPTIONS"] = {**documents["OPTIONS"], "location": str(tmp_path / "documents")}
    settings.STORAGES = {**settings.STORAGES, "documents": documents}


@pytest.fixture
def mentorship():
    return make_mentorship()


@pytest.fixture
def work(mentorship):
    project = make_project(mentorship.enrolment.path, skills=["a", "b"], in_depth=True)
    return make_approved_work(mentorship.mentor.user, mentorship.enrolment, project=project)


@pytest.fixture
def student(work):
    return work.enrolment.student.user


@pytest.fixture
def assessor():
    return make_assessor()


def book(work, assessor, starts_at=START, by=None, now=NOW, **more):
    return book_defence(
        work_id=work.pk,
        assessor_id=assessor.pk,
        starts_at=starts_at,
        by=by or work.enrolment.student.user,
        now=now,
        **more,
    )


def recorded(defence):
    """A defence with a recording, as a row."""
    document = make_document(defence.student.user, purpose="defence-recording", content_type="video/webm")
    defence.recording, defence.recorded_at = document, defence.starts_at + HOUR
    defence.save()
    return defence


def decide(defence, words, now=START + HOUR, by=None, comment="Good work"):
    skills = {each.code: each.pk for each in defence.work.project.skills.all()}
    return decide_defence(
        defence_id=defence.pk,
        assessed={skills[code]: word for code, word in words.items()},
        comment=comment,
        by=by or defence.assessor.user,
        now=now,
    )


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_2_2_a_student_books_a_free_slot_and_both_are_told(work, student, assessor):
    offer = defence_slots(work, assessor, now=NOW)
    assert START in offer.starts
    defence = book(work, assessor)
    assert (defence.state, defence.attempt, defence.medium) == ("booked", 1, Medium.VIDEO)
    assert defence.ends_at - defence.starts_at == HOUR
    assert {(each.kind, each.recipient_id) for each in Message.objects.all()} == {
        ("defence_booked", student.pk),
        ("defence_booked_assessor", assessor.user_id),
    }
    assert Entry.objects.get(kind="defence_booked").chain.subject_id == student.pk


def test_slots_leave_out_sessions_defences_time_off_and_what_lies_outside_of_the_training(work, assessor):
    for starts_at in (START, START + 2 * HOUR):
        assert starts_at in defence_slots(work, assessor, now=NOW).starts
    make_session(START, mentorship=make_mentorship(mentor=assessor))  # the assessor's own, as a mentor
    make_session(
        START + HOUR, mentorship=make_mentorship(enrolment=work.enrolment, ends_on=date(2026, 12, 31))
    )
    elsewhere = make_work(make_enrolment(), in_depth=True)
    make_defence(elsewhere, START + 2 * HOUR, assessor=assessor)
    free = defence_slots(work, assessor, now=NOW).starts
    assert not {START, START + HOUR, START + 2 * HOUR} & set(free)
    work.enrolment.ends_on = date(2026, 3, 4)
    assert max(defence_slots(work, assessor, now=NOW).starts) < at("2026-03-04 23:00")


def test_the_slots_of_a_work_cost_the_same_with_one_and_with_three_bookings(work, assessor):
    counts = []
    for number in (1, 3):
        for hour in range(number):
            make_defence(make_work(in_depth=True), START + (hour + number) * HOUR, assessor=assessor)
        with CaptureQueriesContext(connection) as queries:
            defence_slots(work, assessor, now=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "starts_at", [START + timedelta(minutes=1), at("2026-03-04 20:00"), NOW, at("2026-04-15 08:00")]
)
def test_a_student_books_nothing_but_what_is_offered(work, assessor, starts_at):
    with pytest.raises(RuleError) as refused:
        book(work, assessor, starts_at)
    assert refused.value.field == "starts_at"


def test_a_mentor_proposes_a_time_outside_of_the_hours_but_not_over_another_appointment(
    work, mentorship, assessor
):
    evening = at("2026-03-04 19:00")
    make_session(evening + HOUR, mentorship=mentorship)
    with pytest.raises(RuleError, match="not free"):
        book(work, assessor, evening, by=mentorship.mentor.user, length=timedelta(minutes=61))
    assert book(work, assessor, evening, by=mentorship.mentor.user).starts_at == evening


@pytest.mark.parametrize("length", [timedelta(minutes=1), timedelta(hours=3, seconds=1)])
def test_a_defence_is_neither_a_minute_nor_half_a_day(work, mentorship, assessor, length):
    with pytest.raises(RuleError):
        book(work, assessor, by=mentorship.mentor.user, length=length)


def test_who_approved_the_project_does_not_assess_it_nor_does_its_student(
    work, mentorship, assessor, student
):
    for person in (mentorship.mentor.user, student):
        person.role_grants.create(role=Role.ASSESSOR, granted_at=NOW)
    own = make_assessor(student)
    assert list(assessors_for(work)) == [assessor]
    for wrong in (mentorship.mentor, own):
        with pytest.raises(RuleError) as refused:
            book(work, wrong)
        assert refused.value.field == "assessor"
        with pytest.raises(IntegrityError), transaction.atomic():
            make_defence(work, START, assessor=wrong)


def test_whoever_mentors_without_the_role_assesses_nothing(work):
    with pytest.raises(RuleError):
        book(work, make_mentorship().mentor)


@pytest.mark.parametrize("state", [state for state in WorkState if state != WorkState.APPROVED])
def test_a_project_is_defended_only_once_it_is_approved_and_before_it_is_defended(work, assessor, state):
    work.state = state
    work.save()
    with pytest.raises(RuleError) as refused:
        book(work, assessor)
    assert refused.value.field == "work"


def test_a_project_without_in_depth_approval_is_not_defended(mentorship, assessor):
    with pytest.raises(RuleError):
        book(make_approved_work(mentorship.mentor.user, mentorship.enrolment), assessor)


def test_a_stranger_books_nothing(work, assessor):
    for person in (
        make_user(Role.STUDENT),
        make_mentorship().mentor.user,
        make_user(Role.LEARNING_MANAGER),
        assessor.user,
    ):
        with pytest.raises(PermissionDenied):
            book(work, assessor, by=person)


def test_one_defence_is_open_at_a_time(work, assessor):
    book(work, assessor)
    with pytest.raises(RuleError, match="booked already"):
        book(work, make_assessor(), START + 24 * HOUR)


def test_2_5_an_audio_conference_only_where_an_accepted_proof_stands(work, assessor):
    Accommodation.objects.create(
        enrolment=work.enrolment,
        audio=True,
        valid_from=date(2026, 3, 4),
        valid_until=date(2026, 3, 4),
        accepted_at=NOW - HOUR,
    )
    defence = book(work, assessor)
    assert defence.medium == Medium.AUDIO
    cancel_defence(defence_id=defence.pk, reason="Another day", by=work.enrolment.student.user, now=NOW)
    assert book(work, assessor, START + 24 * HOUR).medium == Medium.VIDEO


def test_the_link_opens_before_the_start_and_joining_late_is_judged_by_nobody(work, student, assessor):
    defence = book(work, assessor)
    early = START - timedelta(minutes=15)
    with pytest.raises(RuleError, match="not open"):
        join_defence(defence_id=defence.pk, by=student, now=early - timedelta(microseconds=1))
    join_defence(defence_id=defence.pk, by=student, now=early)
    late = START + timedelta(minutes=40)
    join_defence(defence_id=defence.pk, by=student, now=late)
    assert join_defence(defence_id=defence.pk, by=assessor.user, now=late).assessor_joined_at == late
    defence.refresh_from_db()
    assert (defence.student_joined_at, defence.state) == (early, "booked")
    with pytest.raises(PermissionDenied):
        join_defence(defence_id=defence.pk, by=make_user(Role.STUDENT), now=late)
    with pytest.raises(RuleError, match="over"):
        join_defence(defence_id=defence.pk, by=student, now=defence.ends_at + timedelta(microseconds=1))


def test_2_6_a_recording_is_added_once_the_defence_has_begun_and_can_be_replaced_before_the_outcome(
    work, assessor
):
    defence = book(work, assessor)
    upload = make_file(WEBM + bytes(200), "defence.webm")
    with pytest.raises(RuleError, match="not begun"):
        attach_recording(defence_id=defence.pk, upload=upload, by=assessor.user, now=START - HOUR)
    with pytest.raises(PermissionDenied):
        attach_recording(defence_id=defence.pk, upload=upload, by=work.enrolment.student.user, now=START)


def test_2_6_without_a_recording_no_skill_is_approved(work, assessor):
    defence = book(work, assessor)
    with pytest.raises(RuleError) as refused:
        decide(defence, {"a": YES, "b": NO})
    assert (refused.value.field, refused.value.clause) == ("recording", "2.6")
    skill = work.project.skills.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        SkillAssessment.objects.create(defence=defence, skill=skill, approved=True, comment="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        SkillApproval.objects.create(work=work, skill=skill, approved_at=NOW, approved_by=assessor.user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Defence.objects.filter(pk=defence.pk).update(
            state="passed", decided_at=NOW, decided_by=assessor.user, comment="x"
        )
    # It can be found not passed without one.
    assert decide(defence, {"a": NO, "b": NO}).state == DefenceState.FAILED


def test_t1_passed_with_every_skill_approved_the_project_is_defended(work, assessor, mentorship):
    assert [gap.skill for gap in readiness_of([work.enrolment_id])[work.enrolment_id].missing] == ["a", "b"]
    defence = recorded(book(work, assessor))
    decide(defence, {"a": YES, "b": YES})
    work.refresh_from_db()
    defence.refresh_from_db()
    assert (defence.state, work.state) == (DefenceState.PASSED, WorkState.DEFENDED)
    assert readiness_of([work.enrolment_id])[work.enrolment_id].ready
    approvals = SkillApproval.objects.filter(work=work)
    assert {(each.skill.code, each.comment, each.approved_by_id) for each in approvals} == {
        ("a", "Well shown", assessor.user_id),
        ("b", "Well shown", assessor.user_id),
    }
    kinds = list(Entry.objects.order_by("seq").values_list("kind", flat=True))
    assert kinds == [
        "defence_booked",
        "skill_approved",
        "skill_approved",
        "project_defended",
        "defence_passed",
    ]
    told = Message.objects.filter(kind__startswith="defence_decided").values_list("recipient_id", flat=True)
    assert set(told) == {work.enrolment.student.user_id, mentorship.mentor.user_id}


def test_a_second_defence_asks_only_for_what_remains(work, assessor):
    first = recorded(book(work, assessor))
    decide(first, {"a": YES, "b": NO})
    work.refresh_from_db()
    assert work.state == WorkState.APPROVED
    second = recorded(book(work, assessor, START + 24 * HOUR, now=START + 2 * HOUR))
    assert second.attempt == 2
    with pytest.raises(RuleError) as refused:
        decide(second, {"a": YES, "b": YES}, now=START + 26 * HOUR)
    assert refused.value.field.startswith("skill_")
    decide(second, {"b": YES}, now=START + 26 * HOUR)
    work.refresh_from_db()
    assert work.state == WorkState.DEFENDED


def test_an_outcome_stands_in_the_database_too(work, assessor):
    defence = recorded(book(work, assessor))
    decide(defence, {"a": NO, "b": NO})
    with pytest.raises(RuleError, match="no longer open"):
        decide(defence, {"a": YES, "b": YES})
    for change in ({"state": "passed"}, {"comment": "x"}, {"starts_at": NOW}, {"recording": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Defence.objects.filter(pk=defence.pk).update(**change)
    for statement in (
        "UPDATE mentoring_skillassessment SET comment = 'x'",
        "DELETE FROM mentoring_skillassessment",
        "DELETE FROM mentoring_defence",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_nobody_but_its_assessor_decides(work, assessor, mentorship):
    defence = recorded(book(work, assessor))
    for person in (
        work.enrolment.student.user,
        mentorship.mentor.user,
        make_assessor().user,
        make_user(Role.ADMINISTRATOR),
    ):
        with pytest.raises(PermissionDenied):
            decide(defence, {"a": YES, "b": YES}, by=person)


def test_nothing_is_decided_before_the_start_or_of_a_project_that_is_to_be_redone(work, assessor):
    defence = recorded(book(work, assessor))
    with pytest.raises(RuleError, match="not begun"):
        decide(defence, {"a": YES, "b": YES}, now=START - timedelta(microseconds=1))
    require_redo(work=work, reason="Copied", by=None, now=START)
    with pytest.raises(RuleError, match="no longer approved"):
        decide(defence, {"a": YES, "b": YES})


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


def test_an_assessor_takes_no_time_off_over_a_defence(work, assessor):
    book(work, assessor)
    with pytest.raises(RuleError, match="hold a defence"):
        add_time_off(mentor=assessor, starts_at=START, ends_at=START + HOUR, by=assessor.user, now=NOW)


def test_a1_a_weekly_session_is_not_laid_out_over_a_defence(work, assessor, mentorship):
    tuesday = at("2026-03-03 13:00")  # the mentorship's hour
    make_defence(work, tuesday, assessor=assessor)
    generate_now([mentorship], NOW)
    starts = set(Session.objects.values_list("starts_at", flat=True))
    assert tuesday not in starts and tuesday + timedelta(weeks=1) in starts


def test_the_database_refuses_a_defence_and_a_session_of_one_person_at_once(work, assessor, mentorship):
    defence = make_defence(work, START, assessor=assessor)
    half = timedelta(minutes=30)
    for other in (mentorship, make_mentorship(mentor=assessor)):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_session(START + half, mentorship=other)
        make_session(START + HOUR, mentorship=other, length=half)  # touching is no overlap
    with pytest.raises(IntegrityError), transaction.atomic():
        make_defence(make_work(in_depth=True), START + HOUR, assessor=assessor)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_defence(make_work(work.enrolment, in_depth=True), START + half)
    Defence.objects.filter(pk=defence.pk).update(
        state="cancelled", decided_at=NOW, decided_by=assessor.user, comment="x"
    )
    make_defence(make_work(in_depth=True), START, assessor=assessor)


def test_every_guard_is_there_after_the_last_migration():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        assert {name for (name,) in cursor.fetchall()} >= GUARDS


def test_2_8_skills_carry_over_by_their_code(work, assessor):
    decide(recorded(book(work, assessor)), {"a": YES, "b": NO})
    elsewhere = make_path()
    enrolment = make_enrolment(student=work.enrolment.student, path=elsewhere)
    new = make_work(enrolment, make_project(elsewhere, skills=["a", "b", "c"], in_depth=True))
    assert [each.skill.code for each in carry_over_skills(work=new, by=None, now=START + 2 * HOUR)] == ["a"]
    assert carry_over_skills(work=new, by=None, now=START + 2 * HOUR) == []
    assert [gap.skill for gap in readiness_of([enrolment.pk])[enrolment.pk].missing if gap.skill] == [
        "b",
        "c",
    ]


def test_readiness_takes_as_many_statements_for_three_as_for_one(work, django_assert_num_queries):
    ids = [work.enrolment_id]
    for _ in range(2):
        with django_assert_num_queries(3):
            readiness_of(ids)
        ids += [make_work().enrolment_id, make_work(in_depth=True).enrolment_id]


def test_documents_that_belong_to_nothing_are_nobodys(work, student):
    loose = make_document(student, purpose="deliverable")
    assert not may_read(student, loose)
