from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction

from accounts.models import Role
from enforcement.registry import get_sweep
from enforcement.runner import run
from record import channels, conf, outbox
from record.channels import Refused, checked, message_id
from record.models import Entry, Message
from record.rendering import one_line, render
from record.services import note_read, retry_message, write
from record.store import save_claims
from record.types import NewMessage
from rulebook.errors import RuleError

from .conftest import message, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates")]


class Provider(EmailBackend):
    """Django's own in-memory backend, with the faults that a test asks for."""

    down = False
    faults: list = []

    def open(self):
        if Provider.down:
            raise ConnectionRefusedError("nobody is at home")

    def send_messages(self, messages):
        if Provider.faults:
            fault = Provider.faults.pop(0)
            if fault is not None:
                raise fault
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def provider(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Provider"
    monkeypatch.setattr(Provider, "down", False)
    monkeypatch.setattr(Provider, "faults", [])
    return Provider


def put(*messages, now):
    write(entries=[], messages=messages, now=now)


def sweep(now, **options):
    return run(get_sweep("send_messages"), now, **options)


def test_r2_a_message_is_sent_once_and_stored_as_sent(now, student):
    put(message(student), now=now)
    assert sweep(now) == 1
    assert sweep(now + timedelta(days=9)) == 0
    (sent,) = mail.outbox
    stored = Message.objects.get()
    assert stored.state == "sent"
    assert now <= stored.sent_at < now + timedelta(seconds=30)
    assert (stored.to_address, stored.attempts) == ("student@example.org", 1)
    assert sent.subject == stored.subject == "Hello for Ada Example"
    assert sent.body == stored.body_text
    assert sent.alternatives[0][0] == stored.body_html
    assert sent.message()["To"] == "student@example.org"
    assert sent.message()["Message-ID"] == stored.provider_id == message_id("note:1")


def test_r2_a_message_is_not_sent_before_it_is_due(now, student):
    put(message(student, due_at=now + timedelta(hours=1)), now=now)
    assert sweep(now + timedelta(minutes=59, seconds=59)) == 0
    assert sweep(now + timedelta(hours=1)) == 1


def test_instants_are_told_in_the_recipients_zone_and_language(now):
    for zone, shown in (("Europe/Paris", "14:00 CET"), ("Asia/Kathmandu", "18:45 +0545")):
        html = render(
            "test_note",
            '{"title":"x","starts_at":"2026-03-03T13:00:00+00:00"}',
            person(f"{zone[:4]}@example.org", time_zone=zone, language="en"),
        ).html
        assert shown in html
    unknown = person("u@example.org", time_zone="Mars/Olympus", language="tlh")
    assert "13:00 UTC" in render("test_note", '{"starts_at":"2026-03-03T13:00:00+00:00"}', unknown).html


def test_abuse_63_what_people_wrote_is_no_template_and_placeholders_read_no_internals(now, student):
    put(message(student, context={"title": "{{ settings.SECRET_KEY }}{% debug %}<script>&"}), now=now)
    sweep(now)
    stored = Message.objects.get()
    assert "{{ settings.SECRET_KEY }}{% debug %}<script>&" in stored.body_text
    assert stored.body_text.rstrip().endswith("[]")
    assert "&lt;script&gt;&amp;" in stored.body_html
    assert "<script>" not in stored.body_html


@pytest.mark.parametrize(
    "name", ["Ada\r\nBcc: x@example.org", "Ada\nBcc: x", "Ada\x0bBcc: x", "Ada\u2028Bcc: x"]
)
def test_abuse_65_a_name_begins_no_header(now, name):
    put(message(person("n@example.org", given_name=name)), now=now)
    sweep(now)
    (sent,) = mail.outbox
    text = sent.message().as_string()
    assert "\nBcc" not in text
    assert sent.recipients() == ["n@example.org"]
    assert "\n" not in sent.subject and "\r" not in sent.subject


@pytest.mark.parametrize(
    "address",
    ["a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "", "nobody", "a b@example.org"],
)
def test_abuse_65_an_address_that_is_none_is_refused(address):
    with pytest.raises(Refused):
        checked(address)


def test_a_header_is_one_line():
    assert one_line(" a \t b\x00c\u2029d ") == "a b c d"


@pytest.mark.parametrize("kind", ["../base", "a/b", "", "A", "x.html"])
def test_a_kind_is_no_path(kind, student):
    with pytest.raises(ValueError, match="no kind"):
        render(kind, "{}", student)


def test_r2_a_failed_attempt_is_repeated_with_growing_delays(now, student, provider):
    put(message(student), now=now)
    at = now
    for attempt in range(1, 5):
        provider.faults[:] = [SMTPServerDisconnected("gone")]
        sweep(at)
        stored = Message.objects.get()
        assert (stored.state, stored.attempts) == ("pending", attempt)
        assert "gone" in stored.last_error
        wait = stored.next_attempt_at - at
        plain = timedelta(minutes=2 ** (attempt - 1))
        assert plain <= wait <= plain * 1.25 + timedelta(seconds=30)
        assert sweep(stored.next_attempt_at - timedelta(microseconds=1)) == 0
        at = stored.next_attempt_at
    sweep(at)
    assert Message.objects.get().state == "sent"
    assert len(mail.outbox) == 1


def test_delays_follow_from_the_occasion_alone():
    assert outbox.delay("a", 1) == outbox.delay("a", 1)
    assert len({outbox.delay(f"note:{n}", 1) for n in range(20)}) > 10
    assert outbox.delay("a", 99) <= timedelta(hours=7.5)


def test_r2_after_the_last_attempt_a_message_waits_for_a_person(now, student, provider, settings):
    settings.RECORD_MOST_ATTEMPTS = 2
    put(message(student), now=now)
    at = now
    for _ in range(2):
        provider.faults[:] = [OSError("no route")]
        sweep(at)
        at = Message.objects.get().next_attempt_at
    assert Message.objects.get().state == "failed"
    assert sweep(at + timedelta(days=99)) == 0

    staff = person("staff@example.org", Role.STUDENT_SUCCESS)
    student.email = "new@example.org"
    student.save()
    retry_message(message_id=Message.objects.get().pk, by=staff, now=at)
    assert Entry.objects.get(kind="message.retried").actor == staff
    sweep(at)
    stored = Message.objects.get()
    assert (stored.state, stored.to_address) == ("sent", "new@example.org")
    with pytest.raises(RuleError):
        retry_message(message_id=stored.pk, by=staff, now=at)


def test_a_recipient_refused_for_good_is_not_tried_again(now, student, provider):
    put(message(student), now=now)
    provider.faults[:] = [SMTPRecipientsRefused({"student@example.org": (550, b"no such user")})]
    sweep(now)
    assert Message.objects.get().state == "failed"


def test_a_recipient_refused_for_now_is_tried_again(now, student, provider):
    put(message(student), now=now)
    provider.faults[:] = [SMTPRecipientsRefused({"student@example.org": (451, b"later")})]
    sweep(now)
    assert Message.objects.get().state == "pending"


def test_one_message_that_fails_stops_no_other(now, student, provider):
    put(*(message(student, f"note:{n}") for n in range(4)), now=now)
    provider.faults[:] = [None, OSError("this one"), None]
    assert sweep(now) == 4
    assert sorted(Message.objects.values_list("state", flat=True)) == ["pending", "sent", "sent", "sent"]


def test_a_provider_that_is_down_is_not_waited_for_once_a_message(now, student, provider):
    put(*(message(student, f"note:{n}") for n in range(4)), now=now)
    provider.down = True
    sweep(now)
    waiting = Message.objects.filter(state="pending", attempts=1, next_attempt_at__gt=now)
    assert waiting.count() == 4
    provider.down = False
    sweep(now + timedelta(minutes=5))
    assert len(mail.outbox) == 4


def test_a_template_that_fails_is_told_and_stops_no_other(now, student):
    put(
        message(student, kind="broken"),
        message(student, "note:2", kind="missing"),
        message(student, "n"),
        now=now,
    )
    sweep(now)
    assert [m.occasion for m in Message.objects.filter(state="sent")] == ["n"]
    assert "TemplateDoesNotExist" in Message.objects.get(kind="missing").last_error


def test_an_unknown_channel_is_refused(now, student):
    put(message(student, channel="pigeon"), now=now)
    sweep(now)
    assert Message.objects.get().state == "failed"
    assert "pigeon" in Message.objects.get().last_error


def test_a_registered_channel_is_used(now, student, monkeypatch):
    class Letters:
        delivered: list = []

        def __enter__(self):
            return self

        def __exit__(self, *args):
            return None

        def deliver(self, outgoing):
            self.delivered.append(outgoing.occasion)
            return "letter-1"

    monkeypatch.setattr(channels, "_channels", dict(channels._channels))
    channels.register("letter", Letters)
    put(message(student, channel="letter"), message(student, "note:2"), now=now)
    sweep(now)
    assert Letters.delivered == ["note:1"]
    assert Message.objects.get(channel="letter").provider_id == "letter-1"
    assert len(mail.outbox) == 1


def test_killed_between_claim_and_send_it_goes_out_when_the_claim_lapses(now, student, monkeypatch):
    put(message(student), now=now)

    def killed(*args):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_send_by", killed)
        with pytest.raises(SystemExit):
            sweep(now)
    stored = Message.objects.get()
    assert (stored.state, stored.attempts) == ("pending", 1)
    assert sweep(now + conf.claim() - timedelta(microseconds=1)) == 0
    assert sweep(now + conf.claim()) == 1
    assert len(mail.outbox) == 1
    assert Message.objects.get().attempts == 2


def test_killed_between_send_and_mark_it_goes_out_again_the_same(now, student, monkeypatch):
    put(message(student), now=now)

    def killed(*args):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_mark_sent", killed)
        with pytest.raises(SystemExit):
            sweep(now)
    student.given_name, student.email = "Other", "other@example.org"
    student.save()
    sweep(now + conf.claim())
    first, second = mail.outbox
    for name in ("Message-ID", "Subject", "To"):
        assert first.message()[name] == second.message()[name]
    assert first.body == second.body
    assert Message.objects.filter(state="sent").count() == 1


def test_a_message_that_kills_its_worker_each_time_ends_at_a_person(now, student, settings):
    settings.RECORD_MOST_ATTEMPTS = 3
    put(message(student), now=now)
    Message.objects.update(attempts=3)
    sweep(now)
    assert Message.objects.get().state == "failed"
    assert mail.outbox == []


def test_a_worker_whose_claim_has_lapsed_marks_nothing(now, student, monkeypatch):
    put(message(student), now=now)
    deliver = channels.Email.deliver

    def slow(self, outgoing):
        # Meanwhile the claim lapsed, and another worker has claimed the message.
        Message.objects.update(attempts=2)
        return deliver(self, outgoing)

    monkeypatch.setattr(channels.Email, "deliver", slow)
    outbox.send(list(Message.objects.values_list("pk", flat=True)), now)
    assert Message.objects.get().state == "pending"


def test_what_a_slow_provider_leaves_no_time_for_goes_back_uncounted(now, student, settings, monkeypatch):
    put(*(message(student, f"note:{n}") for n in range(3)), now=now)
    settings.RECORD_CLAIM_SECONDS = 0
    outbox.send(list(Message.objects.values_list("pk", flat=True)), now)
    assert set(Message.objects.values_list("state", "attempts")) == {("pending", 0)}


def test_a_batch_takes_two_statements_and_one_a_message(now, student, django_assert_num_queries):
    put(*(message(student, f"note:{n}") for n in range(5)), now=now)
    pks = list(Message.objects.values_list("pk", flat=True))
    with django_assert_num_queries(2 + 2 + 5):  # and the savepoint of the claim, in a test
        outbox.send(pks, now)


def test_only_the_recipient_marks_a_message_as_read(now, student):
    put(message(student), now=now)
    pk = Message.objects.get().pk
    note_read(message_id=pk, by=person("x@example.org"), now=now)
    assert Message.objects.get().read_at is None
    note_read(message_id=pk, by=student, now=now)
    note_read(message_id=pk, by=student, now=now + timedelta(days=1))
    assert Message.objects.get().read_at == now


def test_somebody_without_an_account_is_written_to_at_an_address_of_their_own(now):
    put(
        NewMessage(
            None,
            "test_note",
            "note:out",
            now,
            {"addressee": "A Funder", "title": "Hello"},
            address="f@example.org",
        ),
        now=now,
    )
    assert sweep(now) == 1
    (sent,) = mail.outbox
    assert sent.recipients() == ["f@example.org"] and sent.subject == "Hello for A Funder"
    stored = Message.objects.get()
    assert (stored.recipient, stored.to_address, stored.to) == (None, "f@example.org", "f@example.org")


def test_a_message_to_an_address_is_tried_again_and_stands_in_the_schools_chain(now, student):
    put(NewMessage(None, "test_note", "note:out", now, address="nobody"), now=now)
    sweep(now)
    failed = Message.objects.get()
    assert failed.state == "failed"
    retry_message(message_id=failed.pk, by=student, now=now)
    assert Entry.objects.get().chain.subject is None


@pytest.mark.parametrize(("own", "address"), [(True, "f@example.org"), (False, "")])
def test_a_message_is_to_a_person_or_to_an_address(now, student, own, address):
    with pytest.raises(IntegrityError), transaction.atomic():
        put(NewMessage(student.pk if own else None, "test_note", "note:1", now, address=address), now=now)


def test_the_address_of_a_message_is_final(now):
    put(NewMessage(None, "test_note", "note:out", now, address="f@example.org"), now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(address="g@example.org")


def test_a_claim_stores_to_the_microsecond_and_whatever_people_wrote(now, student):
    instant = now.replace(microsecond=654321)
    odd = "“quoted”, \\back\\slash, \x1e separator, 100 %, {braces} – Zoë"
    put(message(student), now=instant)
    stored = Message.objects.get()
    stored.attempts, stored.next_attempt_at = 3, instant
    stored.subject, stored.body_text, stored.body_html, stored.last_error = "odd", odd, f"<p>{odd}</p>", odd
    save_claims([stored])
    after = Message.objects.get()
    assert (after.attempts, after.next_attempt_at, after.state) == (3, instant, "pending")
    assert (after.body_text, after.body_html, after.last_error) == (odd, f"<p>{odd}</p>", odd)
