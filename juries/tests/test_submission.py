"""A portfolio is submitted and its record frozen (T1, J2): complete, once, and as it was."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from juries.models import Addendum, Candidacy, Dossier, DossierPart
from juries.selectors.records import head_of, parts_of, stored_problems
from juries.services import freezing
from juries.services.submitting import submit_portfolio
from mentoring.models import Hold, MonitoringReport
from record.models import Entry, Message
from rulebook.errors import RuleError
from students.models import Interruption, InterruptionKind
from tests.factories import (
    at,
    make_approved_work,
    make_defence,
    make_document,
    make_enrolment,
    make_mentorship,
    make_project,
    make_session,
    make_user,
    make_work,
)

pytestmark = pytest.mark.django_db
NOW = at("2026-03-03 13:00")
DAY = timedelta(days=1)


def finished(projects=1, reports=1):
    """A training that has all that the jury asks for."""
    enrolment = make_enrolment()
    mentorship = make_mentorship(enrolment=enrolment)
    for number in range(projects):
        project = make_project(enrolment.path, skills=[f"s{number}"], in_depth=False)
        work = make_approved_work(mentorship.mentor.user, enrolment, project=project)
        held = make_defence(work, NOW - 20 * DAY - number * DAY)
        held.recording = make_document(enrolment.student.user, purpose="defence-recording")
        held.recorded_at, held.decided_at = held.ends_at, held.ends_at
        held.decided_by, held.comment, held.state = held.assessor.user, "Shown well", "passed"
        held.save()
    for number in range(reports):
        report(mentorship, NOW - (10 + number) * DAY)
    return enrolment


def report(mentorship, when):
    session = make_session(when, mentorship=mentorship, state="held")
    return MonitoringReport.objects.create(
        enrolment=mentorship.enrolment,
        mentor=mentorship.mentor,
        kind="session",
        session=session,
        state="final",
        owed_since=when,
        drafted_at=when,
        done="Much was done",
        next_steps="More",
        progress="on_track",
        conduct="as_expected",
        submitted_at=when,
    )


def submit(enrolment, now=NOW):
    return submit_portfolio(enrolment_id=enrolment.pk, by=enrolment.student.user, now=now)


def test_t1_a_complete_portfolio_is_submitted_frozen_held_recorded_and_told():
    enrolment = finished()
    candidacy = submit(enrolment)
    dossier = candidacy.dossier
    assert (candidacy.state, candidacy.waiting_since, dossier.frozen_at) == ("submitted", NOW, NOW)
    kinds = [part.kind for part in parts_of(dossier)]
    assert kinds == ["profile", "attendance", "report", "project", "deliverable", "defence"]
    # The factories make rows without their files.
    assert [problem.split("(")[0] for problem in stored_problems(dossier)] == [
        "the record: the file of part 5 ",
        "the record: the file of part 6 ",
    ]
    entry = Entry.objects.get(kind="portfolio_submitted")
    facts = json.loads(entry.payload)
    assert (facts["digest"], facts["parts"]) == (dossier.digest, dossier.parts.count())
    hold = Hold.objects.get()
    assert (hold.reason, hold.released_at) == ("jury", None)
    assert set(Message.objects.values_list("kind", flat=True)) >= {"portfolio_submitted"}


def test_t1_nothing_is_submitted_while_something_is_missing():
    enrolment = finished()
    make_work(enrolment)
    with pytest.raises(RuleError) as refused:
        submit(enrolment)
    assert (refused.value.field, refused.value.clause) == ("portfolio", "2.2")
    assert not Candidacy.objects.exists() and not Entry.objects.filter(kind="portfolio_submitted").exists()


def test_t1_not_during_a_suspension_not_twice_and_by_nobody_else():
    enrolment = finished()
    pause = Interruption.objects.create(
        enrolment=enrolment,
        kind=InterruptionKind.SUSPENSION,
        starts_on=NOW.date(),
        ends_on=NOW.date(),
        recorded_at=NOW,
    )
    with pytest.raises(RuleError) as refused:
        submit(enrolment)
    assert refused.value.clause == "4.2"
    submit(enrolment, NOW + DAY)
    with pytest.raises(RuleError, match="already"):
        submit(enrolment, NOW + 2 * DAY)
    assert pause.pk and Candidacy.objects.count() == 1
    with pytest.raises(PermissionDenied):
        submit_portfolio(enrolment_id=finished().pk, by=make_user(), now=NOW)


def test_j2_what_changes_afterwards_changes_nothing_in_the_record():
    enrolment = finished()
    dossier = submit(enrolment).dossier
    before = [(part.position, part.digest) for part in parts_of(dossier)]
    user = enrolment.student.user
    user.family_name = "Renamed"
    user.save()
    MonitoringReport.objects.update(done="Something else")
    assert [(part.position, part.digest) for part in parts_of(dossier)] == before
    assert "Renamed" not in dossier.parts.get(kind="profile").content


def test_j2_what_comes_later_goes_to_an_addendum_bound_to_the_record():
    enrolment = finished()
    candidacy = submit(enrolment)
    assert freezing.bring_up(candidacy, NOW) is None
    assert head_of(candidacy.dossier) == candidacy.dossier.digest
    mentorship = enrolment.mentorships.get()
    later = report(mentorship, NOW + DAY)
    with transaction.atomic():
        addendum = freezing.bring_up(candidacy, NOW + 2 * DAY)
    assert addendum is not None and addendum.number == 1
    part = addendum.parts.get()
    assert (part.source, part.position) == (f"mentoring.monitoringreport:{later.pk}", 7)
    assert json.loads(addendum.manifest)["previous"] == candidacy.dossier.digest
    assert head_of(candidacy.dossier) == addendum.digest
    assert freezing.bring_up(candidacy, NOW + 3 * DAY) is None
    assert all("is missing" in problem for problem in stored_problems(candidacy.dossier))


def test_v1_a_recording_of_a_mentoring_session_never_enters():
    enrolment = finished()
    make_document(enrolment.student.user, purpose="internal-quality")
    dossier = submit(enrolment).dossier
    purposes = dossier.parts.filter(document__isnull=False).values_list("document__purpose", flat=True)
    assert set(purposes) == {"deliverable", "defence-recording"}


@pytest.mark.parametrize("size", [1, 3])
def test_a_record_is_frozen_in_a_constant_number_of_statements(size):
    enrolment = finished(projects=size, reports=size)
    with CaptureQueriesContext(connection) as asked:
        submit(enrolment)
    assert len(asked) == STATEMENTS[connection.vendor]


# Savepoints are counted too, and are not the same.
STATEMENTS = {"sqlite": 32, "postgresql": 30}


@pytest.mark.parametrize("model", [Dossier, DossierPart])
@pytest.mark.parametrize("how", ["update", "delete"])
def test_j2_the_database_refuses_to_change_a_frozen_record(model, how):
    submit(finished())
    rows = model.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        if how == "update":
            rows.update(digest="0" * 64)
        else:
            rows._raw_delete(rows.db)
    assert not Addendum.objects.exists()


@pytest.mark.parametrize("after", ["refused", "awarded"])
def test_j3_the_database_refuses_a_step_that_the_table_does_not_know(after):
    candidacy = submit(finished())
    with pytest.raises(DatabaseError), transaction.atomic():
        Candidacy.objects.filter(pk=candidacy.pk).update(state=after, waiting_since=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        Candidacy.objects.all()._raw_delete("default")
