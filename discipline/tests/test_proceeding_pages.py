"""Pages and API of reports, suspicions, complaint and reply: the way through, and what strangers meet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from discipline.models import Case, Complaint, Reply, Report, Suspicion
from discipline.services.evidence import add_document
from discipline.services.reports import make_report
from record.models import Message
from rulebook.errors import RuleError
from tests.api import Caller
from tests.factories import (
    accept_rules,
    make_enrolment,
    make_file,
    make_mentorship,
    make_path,
    make_project,
    make_user,
    make_work,
)

from .world import NOW, inform, make_case

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def browser(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PrefetchingBackend")
    return client


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def manager(case):
    return case.enrolment.path.learning_manager


def test_the_complaint_is_written_and_sent_and_answered_on_pages(case, manager) -> None:
    client, page = browser(manager), reverse("case", args=[case.pk])
    assert reverse("case-complaint", args=[case.pk]) in client.get(page).content.decode()
    client.post(reverse("case-fact-add", args=[case.pk]), {"text": "Seen in the forum.", "clause": "3.5"})
    asked = client.post(
        reverse("case-complaint", args=[case.pk]), {"facts": "You insulted others.", "clauses": ["3.5"]}
    )
    assert asked.status_code == 302
    draft = Complaint.objects.get()
    student = browser(case.student.user)
    accept_rules(case.student)
    assert "You insulted others." not in student.get(page).content.decode()
    shown = client.get(reverse("case-complaint-issue", args=[draft.pk]))
    assert "You insulted others." in shown.content.decode()
    client.post(reverse("case-complaint-issue", args=[draft.pk]), {"confirmed": "1"})
    draft.refresh_from_db()
    assert draft.issued_at is not None
    sent_at = draft.issued_at + timedelta(minutes=1)
    Message.objects.filter(occasion=draft.message_occasion).update(state="sent", sent_at=sent_at)
    draft.sent_at = sent_at
    draft.save()
    Case.objects.filter(pk=case.pk).update(state="informed", informed_at=sent_at)
    assert "You insulted others." in student.get(page).content.decode()
    answered = student.post(reverse("case-reply", args=[case.pk]), {"text": "It was not me."})
    assert answered.status_code == 302 and Reply.objects.get().text == "It was not me."
    assert "It was not me." in client.get(page).content.decode()
    closed = client.post(
        reverse("case-close", args=[case.pk]), {"reasons": "Nothing in it.", "confirmed": "1"}
    )
    assert closed.status_code == 302
    case.refresh_from_db()
    assert case.state == "closed"


def test_abuse_1_nobody_opens_the_acts_of_a_case_by_its_number(case) -> None:
    inform(case)
    strangers = [make_user(Role.STUDENT), make_user(Role.LEARNING_MANAGER), make_user(Role.MENTOR)]
    for user in strangers:
        client = browser(user)
        for name in ("case", "case-complaint", "case-reply", "case-close", "case-fact-add", "case-legal"):
            assert client.get(reverse(name, args=[case.pk])).status_code == 404, name
    student = browser(case.student.user)
    for name in ("case-complaint", "case-close", "case-fact-add", "case-document-add", "case-legal"):
        assert student.get(reverse(name, args=[case.pk])).status_code == 404, name


def test_abuse_2_lists_and_filters_tell_nothing_of_others_proceedings(case) -> None:
    inform(case)
    for user in (make_user(Role.STUDENT), make_user(Role.MENTOR), make_user(Role.LEARNING_MANAGER)):
        caller = Caller(user, NOW)
        for path in (f"complaints/?case={case.pk}", "discipline-reports/", "suspicions/"):
            assert caller.get(path).json()["results"] == [], path


def test_abuse_3_a_refusal_does_not_tell_that_a_case_exists(case) -> None:
    caller = Caller(make_user(Role.LEARNING_MANAGER), NOW)
    answers = [
        caller.send("POST", "complaints/", {"case": pk, "facts": "x", "clauses": ["3.5"]})
        for pk in (case.pk, case.pk + 1000)
    ]
    assert [each.status_code for each in answers] == [400, 400]
    assert answers[0].json()["errors"] == answers[1].json()["errors"]


@pytest.mark.parametrize("field", ["state", "case", "made_at", "reporter", "handled_at"])
def test_abuse_43_a_report_takes_nothing_that_it_does_not_name(case, manager, field) -> None:
    body = {"enrolment": case.enrolment_id, "kind": "breach", "text": "x", field: 1}
    assert Caller(manager, NOW).send("POST", "discipline-reports/", body).status_code == 400
    assert not Report.objects.exists()


def test_abuse_22_the_reporter_is_on_no_page_of_the_accused(case, manager) -> None:
    reporter = make_mentorship(enrolment=case.enrolment).mentor.user
    row = make_report(
        enrolment_id=case.enrolment_id, kind="abuse", text="Seen by me alone.", by=reporter, now=NOW
    )
    assert row.case == case
    inform(case)
    accept_rules(case.student)
    client = browser(case.student.user)
    for name, args in (("case", [case.pk]), ("student-record", []), ("situation", []), ("messages", [])):
        shown = client.get(reverse(name, args=args)).content.decode()
        assert "Seen by me alone." not in shown and reporter.full_name not in shown, name
    caller = Caller(case.student.user, NOW)
    assert caller.get(f"discipline-reports/{row.pk}/").status_code == 404
    # To the reporter: that it was dealt with, and no more.
    told = Caller(reporter, NOW).get(f"discipline-reports/{row.pk}/").json()
    assert (told["state"], told["case"], told["reporter_name"]) == ("", None, "")
    assert told["handled_at"] is not None
    assert Caller(manager, NOW).get(f"discipline-reports/{row.pk}/").json()["state"] == "opened"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (SVG, "proof.svg"),
        (SVG, "proof.png"),
        (b"<!doctype html><script>alert(1)</script>", "proof.txt"),
        (b"%PDF-1.7 <script>", "a.pdf"),
    ],
)
def test_abuse_60_evidence_that_runs_script_is_refused(case, manager, content, name) -> None:
    with pytest.raises(RuleError) as refused:
        add_document(case_id=case.pk, upload=make_file(content, name), title="Proof", by=manager, now=NOW)
    assert refused.value.field == "file"
    assert not case.case_documents.exists()


def test_a_suspicion_is_reported_and_established_on_pages() -> None:
    manager = make_user(Role.LEARNING_MANAGER)
    enrolment = make_enrolment(path=make_path(learning_manager=manager))
    mentor = make_mentorship(enrolment=enrolment).mentor.user
    work = make_work(enrolment=enrolment, project=make_project(enrolment.path))
    said = {
        "text": "Too alike.",
        "title": "Chapter 2",
        "other_title": "An article",
        "other_url": "https://example.org/a",
        "confirmed": "1",
    }
    reported = browser(mentor).post(reverse("suspicion-new", args=[work.pk]), said)
    row = Suspicion.objects.get()
    assert reported.headers["Location"] == reverse("suspicion", args=[row.pk])
    page = browser(mentor).get(reported.headers["Location"]).content.decode()
    assert "An article" in page and reverse("suspicion-establish", args=[row.pk]) not in page
    client = browser(manager)
    assert (
        reverse("suspicion-establish", args=[row.pk])
        in client.get(reverse("suspicion", args=[row.pk])).content.decode()
    )
    client.post(
        reverse("suspicion-establish", args=[row.pk]),
        {"stage": "making", "reasons": "Word for word.", "confirmed": "1"},
    )
    row.refresh_from_db()
    assert row.case is not None and row.case.kind == "plagiarism"
    assert client.get(reverse("case", args=[row.case.pk])).status_code == 200


def test_abuse_53_nobody_decides_over_the_api_without_saying_what_they_read(case, manager) -> None:
    row = Suspicion.objects.create(
        enrolment=case.enrolment,
        reported_by=make_user(Role.MENTOR),
        text="x",
        reported_at=NOW,
        policy_id="2026-01",
    )
    caller = Caller(manager, NOW)
    body = {"stage": "making", "reasons": "x"}
    tag = caller.get(f"suspicions/{row.pk}/")["ETag"]
    assert caller.send("POST", f"suspicions/{row.pk}/establish/", body).status_code == 428
    Suspicion.objects.filter(pk=row.pk).update(revision=2)
    assert caller.send("POST", f"suspicions/{row.pk}/establish/", body, If_Match=tag).status_code == 412
