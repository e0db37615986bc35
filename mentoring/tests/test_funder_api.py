"""What a funder's client reads and answers, and what stays shut to it (abuse 13, 14, 43, 56)."""

from __future__ import annotations

import base64
import re
import zlib
from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from mentoring.models import SessionState
from record.models import Document, Entry
from students.models import ApprovalState, FunderApproval, FunderToken, LeaveState
from students.services.clients import LASTS, make_client, revoke_client
from tests.factories import at, make_absence, make_enrolment, make_mentorship, make_session
from tests.papers import make_funder, make_funding, pdf

from .leaves.cast import NOW, Cast

pytestmark = pytest.mark.django_db

BASE = "/api/v1/funder/"


class Funded:
    """A funder with one student, another funder with another, and the first one's client."""

    def __init__(self) -> None:
        self.cast, self.other = Cast(), Cast()
        self.funder, stranger = make_funder(), make_funder()
        self.funding = make_funding(self.cast.enrolment, funder=self.funder)
        self.foreign = make_funding(self.other.enrolment, funder=stranger)
        self.client, self.secret = make_client(funder=self.funder, label="Desk", by=None, now=NOW)
        self.http = Client()
        self.token = ""

    def sign_in(self) -> None:
        answer = self.http.post(
            f"{BASE}token/",
            {
                "grant_type": "client_credentials",
                "client_id": self.client.client_id,
                "client_secret": self.secret,
            },
        )
        assert answer.status_code == 200, answer.content
        assert answer["Cache-Control"] == "no-store"
        self.token = answer.json()["access_token"]

    def get(self, path: str, **query: str):
        return self.http.get(BASE + path, query, HTTP_AUTHORIZATION=f"Bearer {self.token}")

    def post(self, path: str, **body):
        return self.http.post(BASE + path, body, HTTP_AUTHORIZATION=f"Bearer {self.token}")


@pytest.fixture
def funded():
    with time_machine.travel(NOW, tick=False):
        found = Funded()
        found.sign_in()
        yield found


def test_a_token_is_had_with_basic_authorization_too_and_lasts_an_hour(funded):
    pair = base64.b64encode(f"{funded.client.client_id}:{funded.secret}".encode()).decode()
    answer = funded.http.post(
        f"{BASE}token/", {"grant_type": "client_credentials"}, HTTP_AUTHORIZATION=f"Basic {pair}"
    )
    assert answer.json()["expires_in"] == LASTS.total_seconds()
    with time_machine.travel(NOW + LASTS - timedelta(microseconds=1), tick=False):
        assert funded.get("students/").status_code == 200
    with time_machine.travel(NOW + LASTS, tick=False):
        assert funded.get("students/").status_code == 401


@pytest.mark.parametrize("secret", ["", "wrong", "é"])
def test_a_wrong_secret_and_an_unknown_client_are_the_same(funded, secret):
    body = {"grant_type": "client_credentials", "client_secret": secret}
    one = funded.http.post(f"{BASE}token/", {**body, "client_id": funded.client.client_id})
    two = funded.http.post(f"{BASE}token/", {**body, "client_id": "nobody"})
    assert one.status_code == two.status_code == 401
    assert one.content == two.content == b'{"error": "invalid_client"}'


def test_only_digests_are_kept(funded):
    kept = FunderToken.objects.get()
    assert funded.token not in kept.digest and len(kept.digest) == 64
    funded.client.refresh_from_db()
    assert funded.secret not in funded.client.secret_digest


def test_a_revoked_client_opens_nothing_from_that_moment(funded):
    revoke_client(client_id=funded.client.pk, by=None, now=NOW)
    assert funded.get("students/").status_code == 401
    kinds = set(Entry.objects.filter(chain__subject=None).values_list("kind", flat=True))
    assert {"funder_client_made", "funder_client_revoked"} <= kinds


def test_its_token_opens_nothing_but_its_scope(funded):
    for path in ("me/", "sessions/", "enrolments/", "notes/", "cases/", "messages/"):
        answer = funded.http.get(f"/api/v1/{path}", HTTP_AUTHORIZATION=f"Bearer {funded.token}")
        assert answer.status_code == 401, path


def test_abuse_13_it_sees_the_students_that_it_pays_for_and_nobody_else(funded):
    rows = funded.get("students/").json()["results"]
    assert [row["id"] for row in rows] == [funded.funding.pk]
    assert rows[0]["student"] == funded.cast.student.full_name
    assert rows[0]["training_ends_on"] == "2026-12-31"
    foreign = funded.foreign.pk
    for path in (
        f"students/{foreign}/",
        f"students/{foreign}/attendance/?month=2026-03",
        f"students/{foreign}/certificates/2026-03/",
    ):
        assert funded.get(path).status_code == 404, path


def test_abuse_14_attendance_has_outcomes_and_no_reasons(funded):
    mentorship = funded.cast.mentorship
    secret = "My mother is in hospital"
    for day, text in ((3, "late_arrival"), (10, "late_notice")):
        absence = make_absence(at(f"2026-02-{day:02} 13:00"), mentorship=mentorship, ground=text)
        absence.reasons = secret
        absence.save()
    make_session(
        at("2026-02-17 13:00"),
        mentorship=mentorship,
        state=SessionState.AUTHORISED_ABSENCE,
        ground="exceptional_circumstance",
    )
    make_session(at("2026-02-24 13:00"), mentorship=mentorship, state=SessionState.HELD)
    answer = funded.get(f"students/{funded.funding.pk}/attendance/", month="2026-02")
    body = answer.json()
    assert [(row["outcome"], row["ground"]) for row in body["sessions"]] == [
        ("unauthorised_absence", "late_arrival"),
        ("unauthorised_absence", "late_notice"),
        ("authorised_absence", None),
        ("attended", None),
    ]
    assert body["hours_attended"] == 0.75
    assert secret not in answer.content.decode()
    assert "exceptional" not in answer.content.decode()


def test_it_sees_no_day_that_it_did_not_pay_for(funded):
    funded.funding.starts_on = date(2026, 2, 10)
    funded.funding.ends_on = date(2026, 2, 20)
    funded.funding.save()
    for day in (3, 10, 17, 24):
        make_session(at(f"2026-02-{day:02} 13:00"), mentorship=funded.cast.mentorship, state="held")
    body = funded.get(f"students/{funded.funding.pk}/attendance/", month="2026-02").json()
    assert (body["first"], body["last"], len(body["sessions"])) == ("2026-02-10", "2026-02-20", 2)
    assert funded.get(f"students/{funded.funding.pk}/attendance/", month="2026-03").status_code == 404


@pytest.mark.parametrize("month", ["", "2026-13", "2026-3", "1999-01", "2026-02-01", "x"])
def test_a_month_that_is_none_is_said_so(funded, month):
    assert funded.get(f"students/{funded.funding.pk}/attendance/", month=month).status_code == 400


def test_the_certificate_is_a_tagged_archivable_pdf(funded):
    make_session(at("2026-02-24 13:00"), mentorship=funded.cast.mentorship, state=SessionState.HELD)
    answer = funded.get(f"students/{funded.funding.pk}/certificates/2026-02/")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="attendance-2026-02.pdf"'
    inside = unpacked(answer.content)
    for mark in (b"/MarkInfo", b"/Marked true", b"/StructTreeRoot", b"/Lang", b"<pdfaid:part>2<"):
        assert mark in inside, mark
    assert b"<pdfaid:conformance>A<" in inside and b"Attendance certificate" in inside


def unpacked(paper: bytes) -> bytes:
    """A PDF with its packed streams laid open."""
    found = [paper]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", paper, re.S):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            found.append(packed)
    return b"\n".join(found)


def test_it_answers_an_approval_with_a_document_and_only_its_own(funded):
    leave = funded.cast.ask(3)
    foreign = funded.other.ask(3).approvals.get()
    asked = funded.get("approvals/", open="1").json()["results"]
    assert [(row["asks"], row["days"], row["state"]) for row in asked] == [("leave", 3, "asked")]
    mine = asked[0]["id"]
    assert funded.get(f"approvals/{foreign.pk}/").status_code == 404
    assert funded.post(f"approvals/{foreign.pk}/answer/", answer="approve", document=pdf()).status_code == 404
    assert funded.post(f"approvals/{mine}/answer/", answer="approve").status_code == 422
    answer = funded.post(f"approvals/{mine}/answer/", answer="approve", document=pdf())
    assert answer.status_code == 200 and answer.json()["state"] == "on_file"
    document = Document.objects.get()
    assert (document.subject, document.uploaded_by) == (funded.cast.student, None)
    assert funded.get("approvals/", open="1").json()["results"] == []
    assert funded.cast.validate(leave).state == LeaveState.VALIDATED
    # Answered once.
    again = funded.post(f"approvals/{mine}/answer/", answer="refuse", reasons="No")
    assert again.status_code == 422 and again["Content-Type"] == "application/problem+json"


def test_it_refuses_with_reasons(funded):
    leave = funded.cast.ask(3)
    approval = leave.approvals.get()
    assert funded.post(f"approvals/{approval.pk}/answer/", answer="refuse").status_code == 422
    for reasons, status in (("\u200b", 422), ("\0", 400), ("No\0", 400)):
        answer = funded.post(f"approvals/{approval.pk}/answer/", answer="refuse", reasons=reasons)
        assert answer.status_code == status
    answer = funded.post(f"approvals/{approval.pk}/answer/", answer="refuse", reasons="Not in March.")
    assert answer.status_code == 200
    approval.refresh_from_db()
    assert (approval.state, approval.reasons) == (ApprovalState.REFUSED, "Not in March.")


@pytest.mark.parametrize("body", [{}, {"answer": "maybe"}, {"answer": "approve", "state": "on_file"}])
def test_abuse_43_it_sends_nothing_else(funded, body):
    approval = funded.cast.ask(3).approvals.get()
    assert funded.post(f"approvals/{approval.pk}/answer/", **body).status_code == 400


def test_a_hostile_paper_is_refused(funded):
    approval = funded.cast.ask(3).approvals.get()
    page = pdf()
    page.file.truncate(0)
    page.file.seek(0)
    page.file.write(b"<svg onload=alert(1)>")
    page.size = 21
    answer = funded.post(f"approvals/{approval.pk}/answer/", answer="approve", document=page)
    assert answer.status_code == 422 and answer.json()["field"] == "file"


def test_lists_take_a_constant_number_of_queries(funded, django_assert_num_queries):
    def count() -> None:
        with django_assert_num_queries(2):
            funded.get("students/")

    count()
    for _ in range(3):
        make_funding(make_mentorship(enrolment=make_enrolment()).enrolment, funder=funded.funder)
    count()


def test_a_student_downloads_their_own_certificate_and_nobody_elses(funded):
    http = Client()
    http.force_login(funded.cast.student, backend="accounts.backends.PrefetchingBackend")
    own, other = funded.cast.enrolment.pk, funded.other.enrolment.pk
    assert http.get(f"/portal/trainings/{own}/certificates/2026-02/")["Content-Type"] == "application/pdf"
    for path in (
        f"{other}/certificates/2026-02/",
        f"{own}/certificates/2025-12/",
        f"{own}/certificates/2026-04/",
    ):
        assert http.get(f"/portal/trainings/{path}").status_code == 404


def test_an_answer_that_is_sent_twice_is_made_once(funded):
    funded.cast.ask(3)
    approval = FunderApproval.objects.get(funding=funded.funding)
    path, key = f"{BASE}approvals/{approval.pk}/answer/", {"HTTP_IDEMPOTENCY_KEY": "k1"}
    token = {"HTTP_AUTHORIZATION": f"Bearer {funded.token}"}

    def answer(**body):
        return funded.http.post(path, {"answer": "refuse", **body}, **token, **key)

    first, again = answer(reasons="No"), answer(reasons="No")
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
    assert Entry.objects.filter(kind="funder_refused").count() == 1
    assert answer(reasons="Other words").status_code == 422
    key["HTTP_IDEMPOTENCY_KEY"] = ""
    assert answer(reasons="No").status_code == 400


def test_a_refusal_keeps_no_key(funded):
    funded.cast.ask(3)
    approval = FunderApproval.objects.get(funding=funded.funding)
    path, more = f"{BASE}approvals/{approval.pk}/answer/", {
        "HTTP_AUTHORIZATION": f"Bearer {funded.token}", "HTTP_IDEMPOTENCY_KEY": "k2"
    }  # fmt: skip
    assert funded.http.post(path, {"answer": "approve"}, **more).status_code == 422  # without a document
    assert funded.http.post(path, {"answer": "approve", "document": pdf()}, **more).status_code == 200


def test_a_client_and_an_address_that_ask_too_often_wait(funded, settings):
    cache.clear()
    settings.API_READS_PER_MINUTE, settings.API_WRITES_PER_MINUTE = 2, 2
    assert [funded.get("students/").status_code for _ in range(3)] == [200, 200, 429]
    form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}
    answers = [funded.http.post(f"{BASE}token/", form) for _ in range(3)]
    assert [each.status_code for each in answers] == [401, 401, 429] and int(answers[2]["Retry-After"]) <= 60
