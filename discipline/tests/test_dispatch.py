"""A decision on its way: the letter in its window, copies to who pays and nobody else (B6; abuse 13, 14, 63, 65)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Role
from discipline.models import CopyState, Decision
from discipline.services.copies import recipients_of, send_copy_again
from discipline.services.dispatch import dispatch_decision, letter_of, mail_of, window_of
from discipline.services.wording import effect_in_words
from discipline.sweeps import FOLLOW_COPIES, PREPARE_LETTERS
from discipline.tests.deciding import make_penalty
from enforcement.runner import run
from record import outbox
from record.letters import printing
from record.models import Entry, Letter, Message, WebhookDelivery, WebhookEndpoint
from record.sweeps import SWEEPS
from rulebook.errors import RuleError
from rulebook.policy import get_policy
from students.services.postal import set_address
from students.services.webhooks import owner_of
from tests.factories import make_enrolment, make_path, make_user
from tests.papers import make_funder, make_funding

pytestmark = pytest.mark.django_db
HELD = datetime(2026, 3, 2, 13, tzinfo=UTC)
DAY = timedelta(days=1)
BY_NAME = {sweep.name: sweep for sweep in SWEEPS}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    documents = {**settings.STORAGES["documents"]}
    documents["OPTIONS"] = {**documents["OPTIONS"], "location": str(tmp_path)}
    settings.STORAGES = {**settings.STORAGES, "documents": documents}


@pytest.fixture
def decision() -> Decision:
    """A suspension that a meeting decided."""
    return decided("suspension")


def decided(kind: str, **how) -> Decision:
    manager = make_user(Role.LEARNING_MANAGER)
    enrolment = make_enrolment(path=make_path(learning_manager=manager))
    return make_penalty(kind, held_at=HELD, enrolment=enrolment, **how).decision


def address(decision: Decision, now: datetime = HELD) -> None:
    person = decision.case.student.user
    set_address(
        person=person, line_1="1 Example Street", postal_code="75000", city="Example", by=person, now=now
    )


def fund(decision: Decision, **fields):
    return make_funding(decision.case.enrolment, funder=make_funder(**fields)).funder


def test_b6_the_letter_waits_for_its_window_and_says_the_decision(decision, monkeypatch):
    said = []
    render = printing.render
    monkeypatch.setattr(
        printing, "render", lambda words, *a, **k: (said.append(words), render(words, *a, **k))[1]
    )
    address(decision)
    letter = dispatch_decision(decision=decision, now=decision.confirmed_at)
    assert dispatch_decision(decision=decision, now=decision.confirmed_at + DAY) == letter
    assert letter == letter_of(decision)
    window = window_of(decision)
    assert (letter.earliest_at, letter.escalates_at, letter.latest_at) == (
        datetime(2026, 3, 3, 23, tzinfo=UTC),  # Wednesday the 4th begins in Paris
        window.escalates_at,
        datetime(2026, 3, 17, 23, tzinfo=UTC),
    )
    (words,) = said
    assert ("Penalty", "suspension") in words.facts
    assert words.parts[1].paragraphs == ["Why."]
    assert len(words.signatures) == 2
    run(BY_NAME["hand_over_letters"], letter.earliest_at - timedelta(seconds=1))
    letter.refresh_from_db()
    assert letter.state == "prepared"


def test_without_an_address_the_letter_waits_and_somebody_is_told(decision):
    assert dispatch_decision(decision=decision, now=decision.confirmed_at) is None
    told = set(Message.objects.filter(kind="address_needed").values_list("recipient__email", flat=True))
    assert {decision.case.student.user.email, decision.drafted_by.email} <= told
    assert run(PREPARE_LETTERS, HELD + DAY) == 0
    address(decision, HELD + 2 * DAY)
    assert run(PREPARE_LETTERS, HELD + 2 * DAY) == 1
    assert letter_of(decision).earliest_at == window_of(decision).earliest_at
    assert run(PREPARE_LETTERS, HELD + 3 * DAY) == 0


def test_a_warning_without_a_meeting_goes_by_email():
    decision = decided("warning", by_meeting=False)
    assert dispatch_decision(decision=decision, now=decision.confirmed_at) is None
    message = mail_of(decision)
    assert message.recipient == decision.case.student.user
    outbox.send([message.pk], decision.confirmed_at)
    message.refresh_from_db()
    assert message.state == "sent"
    assert "Why." in message.body_text
    assert Letter.objects.count() == 0


def test_abuse_13_copies_go_to_who_pays_on_that_day_and_to_nobody_else(decision):
    enrolment = decision.case.enrolment
    payer = fund(decision, email="fund@example.org")
    employer = fund(decision, kind="employer", email="hr@example.org")
    past = make_funding(enrolment, funder=make_funder(), ends_on=date(2026, 3, 1)).funder
    to_come = make_funding(enrolment, funder=make_funder(), starts_on=date(2026, 3, 3)).funder
    another = make_funding(make_enrolment(), funder=make_funder()).funder
    assert set(recipients_of(decision)) == {payer, employer}
    dispatch_decision(decision=decision, now=decision.confirmed_at)
    dispatch_decision(decision=decision, now=decision.confirmed_at)
    assert {copy.funder for copy in decision.copies.all()} == {payer, employer}
    assert not {past, to_come, another} & {copy.funder for copy in decision.copies.all()}


ALLOWED = {"decision", "student", "path", "penalty", "reasons", "decided_at", "clause", "policy"}


def test_abuse_14_a_copy_never_holds_more_than_the_decision(decision):
    payer = fund(decision, name="{{ recipient.password }}", email="fund@example.org")
    dispatch_decision(decision=decision, now=decision.confirmed_at)
    (copy,) = decision.copies.all()
    message = Message.objects.get(occasion=copy.occasion)
    assert set(json.loads(message.context)) == {"addressee", *ALLOWED}
    opens = window_of(decision).earliest_at
    assert message.due_at == opens  # not before the student can have it
    outbox.send([message.pk], opens)
    message.refresh_from_db()
    assert (message.state, message.to_address) == ("sent", "fund@example.org")
    # The complaint, the grounds and what was said at the meeting stay in the file; a name is no template (abuse 63).
    for secret in ("What happened.", "What they said."):
        assert secret not in message.body_text + message.body_html
    assert payer.name in message.body_text or "password" not in message.body_html
    assert run(FOLLOW_COPIES, opens + timedelta(hours=1)) == 1
    copy.refresh_from_db()
    assert copy.state == CopyState.SENT
    assert Entry.objects.filter(kind="decision_copied").count() == 1
    assert run(FOLLOW_COPIES, opens + DAY) == 0


def test_abuse_65_a_funders_name_begins_no_header(decision):
    fund(decision, name="Fund\nBcc: everybody@example.org", email="fund@example.org")
    dispatch_decision(decision=decision, now=decision.confirmed_at)
    message = Message.objects.get(kind="decision_copy")
    outbox.send([message.pk], window_of(decision).earliest_at)
    message.refresh_from_db()
    assert "\n" not in message.subject


def test_a_copy_by_signed_webhook_and_one_by_letter(decision):
    hooked = fund(decision, copies_by="webhook")
    WebhookEndpoint.objects.create(
        owner=owner_of(hooked), url="https://hooks.example.org/", sealed_secret="x", created_at=HELD
    )
    by_post = fund(
        decision, copies_by="letter", address="2 Example Road", postal_code="75001", city="Example"
    )
    dispatch_decision(decision=decision, now=decision.confirmed_at)
    delivery = WebhookDelivery.objects.get()
    assert set(json.loads(delivery.body)["data"]) == ALLOWED
    assert delivery.due_at == window_of(decision).earliest_at
    letter = Letter.objects.get()
    assert (letter.addressee, letter.recipient, letter.latest_at) == (by_post.name, None, None)
    WebhookDelivery.objects.update(state="sent", sent_at=HELD + 2 * DAY)
    run(BY_NAME["hand_over_letters"], letter.earliest_at)
    run(FOLLOW_COPIES, HELD + 3 * DAY)
    assert dict(decision.copies.values_list("channel", "state")) == {"webhook": "delivered", "letter": "sent"}


def test_a_copy_that_cannot_be_sent_says_why_and_is_sent_another_way(decision):
    funder = fund(decision, copies_by="webhook", email="fund@example.org")
    dispatch_decision(decision=decision, now=decision.confirmed_at)
    (copy,) = decision.copies.all()
    assert (copy.state, copy.last_error) == (CopyState.FAILED, "This body has no webhook address.")
    success = make_user(Role.STUDENT_SUCCESS)
    now = decision.confirmed_at + DAY
    send_copy_again(copy_id=copy.pk, channel="email", by=success, now=now)
    copy.refresh_from_db()
    assert (copy.state, copy.channel, copy.funder) == (CopyState.PENDING, "email", funder)
    with pytest.raises(RuleError):
        send_copy_again(copy_id=copy.pk, channel="email", by=success, now=now)


def test_the_words_of_every_penalty(decision):
    policy = get_policy("2026-01")
    told = {
        kind: effect_in_words(kind, policy)
        for kind in ("warning", "suspension", "exclusion", "discontinuation")
    }
    assert len(set(told.values())) == 4
    assert "1 calendar month" in told["suspension"]
    assert "2 years" in told["discontinuation"]
