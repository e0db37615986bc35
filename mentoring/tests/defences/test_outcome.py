"""A defence is joined, recorded and decided skill by skill (2.6, T1)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.models import Role
from mentoring.models import Defence, DefenceState, SkillAssessment
from mentoring.selectors.works import readiness_of
from mentoring.services.defences import (
    attach_recording,
    join_defence,
)
from record.documents.selectors import may_read
from record.models import Entry, Message
from rulebook.errors import RuleError
from students.models import SkillApproval, WorkState
from students.services import require_redo
from tests.factories import (
    make_approved_work,
    make_assessor,
    make_file,
    make_user,
)

from .acts import HOUR, NO, NOW, START, WEBM, YES, book, decide, recorded

pytestmark = pytest.mark.django_db
FILM = Path(settings.BASE_DIR) / "policy_portal" / "demo" / "films" / "session.webm"


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


def test_2_6_a_real_film_is_attached_replaced_before_the_outcome_and_not_after_it(work, student, assessor):
    defence = book(work, assessor)

    def attach(name, now):
        upload = make_file(FILM.read_bytes(), name)
        return attach_recording(defence_id=defence.pk, upload=upload, by=assessor.user, now=now).recording

    first = attach("first.webm", START)
    second = attach("second.webm", START + HOUR)
    first.refresh_from_db()
    assert (second.content_type, second.size) == ("video/webm", FILM.stat().st_size)
    assert first.deleted_at is not None and second.is_kept
    assert may_read(student, second) and may_read(assessor.user, second)
    assert not may_read(make_user(Role.STUDENT), second)
    assert decide(defence, {"a": YES, "b": YES}).state == DefenceState.PASSED
    with pytest.raises(RuleError, match="no longer open"):
        attach("third.webm", START + 2 * HOUR)
    with pytest.raises(RuleError):  # not a film
        other = book(
            make_approved_work(work.deliverables.get().review.decided_by), assessor, START + 48 * HOUR
        )
        upload = make_file(b"GIF89a" + bytes(99), "film.webm")
        attach_recording(defence_id=other.pk, upload=upload, by=assessor.user, now=START + 48 * HOUR)


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
