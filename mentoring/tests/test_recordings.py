"""Recordings: who may send and see them, and how they go (2.5, 2.6; V1 to V3; Must hold 4)."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.models import Role
from discipline.models import Case
from discipline.sweeps import OPEN_CASES, WITHDRAW_CASES
from enforcement.registry import get_sweep
from enforcement.runner import run
from mentoring.models import FilmingConsent, Hold, Recording, SessionState, Streak
from mentoring.selectors.recordings import has_agreed_to_filming, kept_of
from mentoring.services import recordings as services
from mentoring.services.recordings import (
    NewHold,
    keep_recording,
    note_jury_decision,
    place_holds,
    say_filming,
)
from mentoring.sweeps.recordings import DEFENCE_RECORDINGS, SESSION_RECORDINGS
from record.documents import store
from record.documents.keeping import broken_promises
from record.documents.services import store_document
from record.models import Document, Entry, Viewing
from record.tests.documents.samples import mp4
from rulebook.errors import RuleError
from tests.api import Caller
from tests.factories import (
    at,
    make_defence,
    make_enrolment,
    make_mentorship,
    make_session,
    make_user,
    make_work,
)

pytestmark = pytest.mark.django_db
START = at("2026-03-03 13:00")
NOW = START + timedelta(days=1)
END = START + timedelta(minutes=45)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LAST_DAY = date(2026, 6, 30)
OVER = at("2026-06-30 22:00")  # midnight in Paris


@pytest.fixture(autouse=True)
def private_store(settings, tmp_path):
    documents = {**settings.STORAGES["documents"]}
    documents["OPTIONS"] = {**documents["OPTIONS"], "location": str(tmp_path / "documents")}
    settings.STORAGES = {**settings.STORAGES, "documents": documents}
    settings.UPLOADS_DIR = tmp_path / "uploads"


@pytest.fixture
def session():
    enrolment = make_enrolment(ends_on=LAST_DAY)
    made = make_session(START, mentorship=make_mentorship(enrolment=enrolment), state=SessionState.HELD)
    say_filming(student=made.student, agreed=True, by=made.student.user, now=START - DAY)
    return made


def film(name="session.mp4"):
    return SimpleUploadedFile(name, mp4())


def keep(session, **more):
    more = {"by": session.mentor.user, "now": NOW, **more}
    return keep_recording(session_id=session.pk, upload=film(), **more)


@pytest.fixture
def recording(session):
    return keep(session)


def defended(enrolment, starts_at=START - timedelta(hours=3)):
    """A defence with its recording, as its assessor's own service leaves it."""
    defence = make_defence(make_work(enrolment), starts_at)
    defence.recording = store_document(
        purpose="defence-recording",
        upload=film(),
        subject=enrolment.student.user,
        by=defence.assessor.user,
        now=NOW,
    )
    defence.recorded_at = NOW
    defence.save()
    return defence


# The student's word ------------------------------------------------------------------------------


def test_v1_nobody_is_filmed_who_was_not_asked():
    session = make_session(START, state=SessionState.HELD)
    with pytest.raises(RuleError, match="not agreed"):
        keep(session)


@pytest.mark.parametrize(("said_at", "kept"), [(START, True), (START + SECOND, False)])
def test_v1_the_word_has_to_stand_when_the_session_begins(said_at, kept):
    session = make_session(START, state=SessionState.HELD)
    say_filming(student=session.student, agreed=True, by=session.student.user, now=said_at)
    if kept:
        assert keep(session)
    else:
        with pytest.raises(RuleError, match="not agreed"):
            keep(session)


def test_v1_a_word_taken_back_holds_for_what_comes_in_after_it(session, recording):
    say_filming(student=session.student, agreed=False, by=session.student.user, now=NOW)
    assert not has_agreed_to_filming(session.student_id, NOW)
    with pytest.raises(RuleError):
        keep(session, now=NOW + SECOND)
    assert Recording.objects.get() == recording


def test_only_the_student_says_it(session):
    with pytest.raises(RuleError):
        say_filming(student=session.student, agreed=True, by=session.mentor.user, now=NOW)
    assert FilmingConsent.objects.count() == 1


# Who sends, who sees -----------------------------------------------------------------------------


def test_a_mentor_of_others_sends_nothing(session):
    with pytest.raises(RuleError):
        keep(session, by=make_user(Role.MENTOR))
    assert not Document.objects.exists()


@pytest.mark.parametrize("state", sorted(set(SessionState.values) - {"held", "scheduled"}))
def test_a_session_that_was_not_has_no_recording(session, state):
    type(session).objects.filter(pk=session.pk).update(state=state)
    with pytest.raises(RuleError):
        keep(session)


def test_v1_quality_alone_sees_it_and_every_viewing_is_told(client, session, recording):
    quality = make_user(Role.QUALITY)
    address = recording.document.get_absolute_url()
    people = {role: make_user(role) for role in set(Role.values) - {Role.QUALITY}}
    people |= {"its student": session.student.user, "its mentor": session.mentor.user}
    for person in people.values():
        client.force_login(person)
        for page in (address, f"{address}watch/"):
            assert client.get(page).status_code == 404
    assert not Viewing.objects.exists()
    client.force_login(quality)
    assert client.head(address).status_code == 200
    assert not Viewing.objects.exists()  # nothing was seen
    for _ in range(3):  # a player asks again and again
        answer = client.get(address, headers={"Range": "bytes=0-9"})
        assert answer.status_code == 206
        b"".join(answer.streaming_content)
    viewing = Viewing.objects.get()
    assert (viewing.viewer, viewing.document) == (quality, recording.document)


def test_v1_one_who_left_quality_sees_nothing_any_more(client, recording):
    quality = make_user(Role.QUALITY)
    client.force_login(quality)
    quality.role_grants.all().delete()
    assert client.get(recording.document.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("who", ["quality", "student", "mentor", "administrator"])
def test_v1_no_api_client_finds_one(session, recording, who):
    person = {"student": session.student.user, "mentor": session.mentor.user}.get(who) or make_user(who)
    caller = Caller(person)
    for address in (f"documents/{recording.document_id}/", f"documents/{recording.document_id}/file/"):
        assert caller.get(address).status_code == 404
    assert caller.get("documents/").json()["results"] == []


# Retention ---------------------------------------------------------------------------------------


def state():
    """What is kept, without what must differ from run to run."""
    documents = list(
        Document.objects.order_by("pk").values_list("deleted_why", "deleted_clause", "stored_name")
    )
    entries = list(
        Entry.objects.filter(kind="document_deleted").order_by("pk").values_list("happened_at", "clause")
    )
    return documents, entries


def test_v1_it_goes_after_ninety_days_to_the_second_and_leaves_a_stub(recording):
    due = END + 90 * DAY
    assert recording.kept_until == due
    assert run(SESSION_RECORDINGS, due - SECOND) == 0
    assert run(SESSION_RECORDINGS, due) == 1
    document = Document.objects.get()
    assert document.deleted_at == due and document.deleted_why and document.deleted_clause == "2.5"
    assert Entry.objects.get(kind="document_deleted").happened_at == due


def test_late_and_twice_give_the_same(recording):
    late = END + 97 * DAY
    assert [run(SESSION_RECORDINGS, late), run(SESSION_RECORDINGS, late)] == [1, 0]
    assert run(get_sweep("remove_deleted_files"), late) == 1
    documents, entries = state()
    assert entries == [(END + 90 * DAY, "2.5")]  # dated when it fell due
    assert documents[0][2] == ""


def test_killed_between_row_and_file_the_next_sweep_takes_the_file(recording):
    name = recording.document.stored_name
    run(SESSION_RECORDINGS, END + 90 * DAY)  # what runs after the commit is not run in this test
    assert store.store().exists(name)
    assert list(broken_promises()) == []
    assert run(get_sweep("remove_deleted_files"), END + 90 * DAY) == 1
    assert not store.store().exists(name)


def test_killed_before_the_commit_all_of_it_is_kept(recording, monkeypatch):
    monkeypatch.setattr(services, "delete_documents", _killed)
    with pytest.raises(Exception, match="row"):
        run(SESSION_RECORDINGS, END + 90 * DAY)
    document = Document.objects.get()
    assert document.is_kept and store.store().exists(document.stored_name)
    assert Recording.objects.get().deleted_at is None


def _killed(**_arguments):
    raise RuntimeError("killed")


def test_v1_no_hold_keeps_a_mentoring_recording(session, recording):
    """Abuse 76: a case that is left open keeps nothing that only quality may see."""
    place_holds([NewHold(session.student_id, "discipline.case:1", NOW)])
    assert run(SESSION_RECORDINGS, END + 90 * DAY) == 1


def test_past_its_day_none_comes_in(session):
    with pytest.raises(RuleError, match="longer"):
        keep(session, now=END + 90 * DAY)
    assert keep(session, now=END + 90 * DAY - SECOND)


@pytest.fixture
def defence(session):
    return defended(session.enrolment)


def end_early(enrolment, on=LAST_DAY):
    type(enrolment).objects.filter(pk=enrolment.pk).update(ended_on=on)


def test_v2_a_defence_is_kept_to_the_end_of_the_training_where_the_student_is(defence):
    end_early(defence.work.enrolment)
    assert run(DEFENCE_RECORDINGS, OVER - SECOND) == 0
    assert run(DEFENCE_RECORDINGS, OVER) == 1
    entry = Entry.objects.get(kind="document_deleted")
    assert (entry.happened_at, entry.clause) == (OVER, "2.6")
    assert run(DEFENCE_RECORDINGS, OVER + DAY) == 0


def test_v2_it_waits_for_the_jury(defence):
    assert run(DEFENCE_RECORDINGS, OVER + 400 * DAY) == 0
    decided = OVER + 10 * DAY
    head = make_user(Role.HEAD_OF_LEARNING)
    for _ in range(2):
        note_jury_decision(enrolment=defence.work.enrolment, by=head, now=decided)
    assert run(DEFENCE_RECORDINGS, decided - SECOND) == 0
    assert run(DEFENCE_RECORDINGS, decided) == 1
    assert Entry.objects.filter(kind="recordings_released").count() == 1


def test_v2_a_decision_before_the_end_deletes_nothing_before_the_end(defence):
    note_jury_decision(enrolment=defence.work.enrolment, by=make_user(Role.HEAD_OF_LEARNING), now=NOW)
    assert run(DEFENCE_RECORDINGS, OVER - SECOND) == 0
    assert run(DEFENCE_RECORDINGS, OVER) == 1


def test_v2_an_open_case_holds_it_and_a_withdrawn_one_does_not(defence):
    """Opened and withdrawn by discipline's own sweeps."""
    enrolment = defence.work.enrolment
    end_early(enrolment)
    streak = Streak.objects.create(
        enrolment=enrolment, reached_at=OVER - DAY, policy_id="2026-01", facts="{}"
    )
    assert run(DEFENCE_RECORDINGS, OVER) == 0  # late: the case is not even opened
    assert run(OPEN_CASES, OVER) == 1
    assert run(DEFENCE_RECORDINGS, OVER + 30 * DAY) == 0
    hold = Hold.objects.get()
    assert hold.about == f"discipline.case:{Case.objects.get().pk}" and hold.placed_at == OVER - DAY
    Streak.objects.filter(pk=streak.pk).update(undone_at=OVER + 31 * DAY)
    assert run(WITHDRAW_CASES, OVER + 31 * DAY) == 1
    assert run(DEFENCE_RECORDINGS, OVER + 31 * DAY) == 1


def test_v2_a_case_of_another_student_holds_nothing(defence):
    end_early(defence.work.enrolment)
    place_holds([NewHold(make_enrolment().student_id, "discipline.case:9", NOW)])
    assert run(DEFENCE_RECORDINGS, OVER) == 1


def test_a_hold_is_placed_once_and_is_not_renewed(session):
    for _ in range(2):
        place_holds([NewHold(session.student_id, "discipline.case:1", NOW)])
    services.release_holds({"discipline.case:1": NOW + DAY})
    place_holds([NewHold(session.student_id, "discipline.case:1", NOW + 2 * DAY)])
    assert Hold.objects.get().released_at == NOW + DAY


def test_a_student_is_told_what_was_kept_and_why_it_went(session, recording, defence):
    run(SESSION_RECORDINGS, END + 90 * DAY)
    rows = {row.purpose: row for row in kept_of(session.student)}
    assert rows.keys() == {"mentoring-recording", "defence-recording"}
    assert not rows["mentoring-recording"].is_kept and rows["defence-recording"].is_kept


def test_the_page_says_what_is_kept_until_when_and_who_watched(client, session, recording, defence):
    quality = make_user(Role.QUALITY, given_name="Quinn")
    client.force_login(quality)
    b"".join(client.get(recording.document.get_absolute_url()).streaming_content)
    listed = client.get("/quality/recordings/").content.decode()
    assert recording.document.get_absolute_url() in listed
    client.force_login(session.student.user)
    page = client.get("/portal/kept/").content.decode()
    assert "Quinn Example" in page and "Quality staff alone" in page and "Kept until" in page
    assert page.count("session.mp4</p>") == 1  # told of, and not to be opened
    assert defence.recording.get_absolute_url() in page
    assert recording.document.get_absolute_url() not in page


def test_the_students_answer_is_taken_on_the_page(client, session):
    client.force_login(session.student.user)
    assert client.post("/portal/kept/", {}).status_code == 422
    assert client.post("/portal/kept/", {"agreed": "no"}).status_code == 302
    assert not FilmingConsent.objects.first().agreed


@time_machine.travel(NOW, tick=False)
def test_a_mentor_sends_a_recording_on_the_page_and_does_not_see_it_again(client, session):
    client.force_login(session.mentor.user)
    address = f"/mentor/sessions/{session.pk}/recording/"
    assert "Say what the recording is for" in client.post(address, {"file": film()}).content.decode()
    assert client.post(address, {"file": film(), "purpose": "on"}).status_code == 302
    document = Recording.objects.get().document
    page = client.get(address).content.decode()
    assert document.file_name in page and document.get_absolute_url() not in page
    client.force_login(make_user(Role.MENTOR))
    assert client.get(address).status_code == 404


def test_a_mentor_is_told_that_the_student_did_not_agree(client):
    session = make_session(START, state=SessionState.HELD)
    client.force_login(session.mentor.user)
    page = client.get(f"/mentor/sessions/{session.pk}/recording/").content.decode()
    assert "has not agreed" in page and '<input type="file"' not in page


@pytest.mark.usefixtures("many_connections")
@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_delete_each_once(private_store):
    enrolment = make_enrolment(ends_on=LAST_DAY)
    mentorship = make_mentorship(enrolment=enrolment)
    say_filming(student=enrolment.student, agreed=True, by=enrolment.student.user, now=START - DAY)
    for n in range(6):
        keep(make_session(START + n * timedelta(hours=1), mentorship=mentorship, state=SessionState.HELD))
    defended(enrolment)
    end_early(enrolment)
    failures = []

    def sweep():
        try:
            for each in (SESSION_RECORDINGS, DEFENCE_RECORDINGS, get_sweep("remove_deleted_files")):
                run(each, OVER + 90 * DAY, 2, heartbeat=False)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    run(get_sweep("remove_deleted_files"), OVER + 91 * DAY)
    documents = Document.objects.all()
    assert all(row.deleted_at and row.removed_at and not row.stored_name for row in documents)
    assert Entry.objects.filter(kind="document_deleted").count() == len(documents) == 7
    assert [names for names in store.listed() if names] == []
