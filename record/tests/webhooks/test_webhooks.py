"""Webhooks that the platform sends: signed, tried again, and never to an address of its own network (abuse 66)."""

from __future__ import annotations

import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from accounts.models import Role
from enforcement.runner import run
from record import http
from record.models import Entry, WebhookDelivery, WebhookEndpoint
from record.sweeps import SWEEPS
from record.tests.conftest import person
from record.webhooks import addresses, sending, services, signing
from rulebook.errors import RuleError

NOW = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
SWEEP = next(sweep for sweep in SWEEPS if sweep.name == "send_webhooks")
PUBLIC = "93.184.215.14"


@pytest.fixture
def administrator(db):
    return person("admin@example.org", Role.ADMINISTRATOR)


@pytest.fixture
def names(monkeypatch):
    """What the name server answers: by host, or one public address."""
    known: dict[str, list[str]] = {}
    original = socket.getaddrinfo

    def getaddrinfo(host, port, *args, **kwargs):
        if host in known or not _is_numeric(host):
            found = known.get(host, [PUBLIC])
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]
        return original(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


def _is_numeric(host: str) -> bool:
    return host.replace(".", "").isdigit() or ":" in host or host.startswith("0x")


class Wire:
    """Stands in for ``http.request``: what was asked, and what is answered."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def __call__(self, method, url, **how):
        self.asked.append((url, how))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return http.Answer(answer, {}, b"")


@pytest.fixture
def wire(monkeypatch):
    def answering(*answers):
        made = Wire(*answers)
        monkeypatch.setattr(http, "request", made)
        return made

    return answering


def queue(administrator, url="https://hooks.example.org/decisions"):
    endpoint, secret = services.open_endpoint(owner="students.funder:1", url=url, by=administrator, now=NOW)
    services.queue_event(
        endpoint=endpoint,
        occasion="decision:1:copy:1",
        kind="decision.copied",
        happened_at=NOW,
        data={"penalty": "warning"},
        due_at=NOW,
        now=NOW,
    )
    return endpoint, secret


INSIDE = [
    "https://127.0.0.1/",
    "https://2130706433/",  # decimal
    "https://0x7f000001/",  # hexadecimal
    "https://0177.0.0.1/",  # octal
    "https://127.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a00:1]/",
    "https://[2002:7f00:1::]/",  # 6to4 of 127.0.0.1
    "https://[64:ff9b::a00:1]/",  # NAT64 of 10.0.0.1
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://0.0.0.0/",
    "https://100.64.0.1/",
    "https://localhost/",
    "http://hooks.example.org/",
    "ftp://hooks.example.org/",
    "https://user:secret@hooks.example.org/",
    "https://hooks.example.org:22/",
    "https://hooks.example.org/ \r\nHost: x",
    "https:///nothing",
    "nonsense",
]


@pytest.mark.parametrize("url", INSIDE)
def test_abuse_66_no_address_of_our_own_network_is_taken(administrator, names, url):
    names["localhost"] = ["127.0.0.1"]
    with pytest.raises(RuleError) as refused:
        services.open_endpoint(owner="students.funder:1", url=url, by=administrator, now=NOW)
    assert refused.value.field == "url"
    assert not WebhookEndpoint.objects.exists()


def test_abuse_66_a_name_that_leads_inside_by_one_of_its_addresses_is_refused(names):
    names["hooks.example.org"] = [PUBLIC, "10.0.0.1"]
    with pytest.raises(addresses.NotPublic):
        addresses.resolve("https://hooks.example.org/")


def test_abuse_66_dns_rebinding_changes_nothing(administrator, names, wire):
    queue(administrator)
    answered = wire(200)
    names["hooks.example.org"] = ["127.0.0.1"]  # since it was named
    run(SWEEP, NOW)
    assert answered.asked == []
    row = WebhookDelivery.objects.get()
    assert (row.state, "NotPublic" in row.last_error) == ("pending", True)
    names["hooks.example.org"] = [PUBLIC]
    run(SWEEP, NOW + timedelta(hours=1))
    # What was looked at is what is connected to, whatever the name server says a moment later.
    assert answered.asked[0][1]["connect_to"] == PUBLIC
    row.refresh_from_db()
    assert row.state == "sent"


def test_abuse_66_no_redirect_is_followed(administrator, names, wire):
    queue(administrator)
    answered = wire(302)
    run(SWEEP, NOW)
    assert len(answered.asked) == 1
    row = WebhookDelivery.objects.get()
    assert (row.state, row.last_status) == ("pending", 302)


class _Redirecting(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.seen.append(self.path)
        self.send_response(302)
        self.send_header("Location", "/inside")
        self.end_headers()

    def log_message(self, *args):
        pass


def test_abuse_66_the_client_itself_follows_no_redirect():
    server = HTTPServer(("127.0.0.1", 0), _Redirecting)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        answer = http.request(
            "POST",
            f"http://hooks.example.org:{server.server_port}/a",
            body=b"{}",
            connect_to="127.0.0.1",
            timeout=5,
        )
    finally:
        server.shutdown()
        server.server_close()
    assert (answer.status, server.seen) == (302, ["/a"])


def test_nothing_sent_and_perhaps_sent_are_told_apart():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(http.NotConnected):
        http.request("POST", f"http://127.0.0.1:{port}/", timeout=2)


def test_an_event_is_signed_as_standard_webhooks_are(administrator, names, wire):
    _endpoint, secret = queue(administrator)
    answered = wire(204)
    run(SWEEP, NOW)
    (url, how), *_more = answered.asked
    assert url == "https://hooks.example.org/decisions"
    assert signing.check(secret, how["headers"], how["body"], NOW).startswith("msg_")
    assert json.loads(how["body"]) == {
        "data": {"penalty": "warning"},
        "timestamp": "2026-03-03T13:00:00+00:00",
        "type": "decision.copied",
    }
    with pytest.raises(signing.BadSignature):
        signing.check(secret, how["headers"], how["body"] + b" ", NOW)
    with pytest.raises(signing.BadSignature):
        signing.check(secret, how["headers"], how["body"], NOW + timedelta(minutes=6))
    with pytest.raises(signing.BadSignature):
        signing.check(signing.new_secret(), how["headers"], how["body"], NOW)


def test_the_published_example_of_standard_webhooks_verifies():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body, at = b'{"test": 2432232314}', datetime.fromtimestamp(1614265330, UTC)
    made = signing.headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body)
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_it_is_tried_again_with_the_same_id_and_body_and_given_up_in_the_end(
    administrator, names, wire, settings
):
    settings.RECORD_MOST_ATTEMPTS = 3
    _endpoint, secret = queue(administrator)
    answered = wire(500, http.Broken("silence"), http.NotConnected("nobody"))
    ids, at = set(), NOW
    for _attempt in range(4):
        run(SWEEP, at)
        at += timedelta(hours=8)
    for _url, how in answered.asked:
        ids.add((how["headers"]["webhook-id"], how["body"]))
    assert len(answered.asked) == 3
    assert len(ids) == 1
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempts) == ("failed", 3)
    services.retry_delivery(delivery_id=row.pk, by=administrator, now=at)
    wire(200)
    run(SWEEP, at)
    row.refresh_from_db()
    assert row.state == "sent"
    assert secret not in WebhookEndpoint.objects.get().sealed_secret


def test_one_open_address_an_owner_and_a_closed_one_gets_nothing(administrator, names, wire):
    endpoint, _secret = queue(administrator)
    other, _secret = services.open_endpoint(
        owner="students.funder:1", url="https://new.example.org/", by=administrator, now=NOW
    )
    assert services.endpoint_of("students.funder:1") == other
    answered = wire(200)
    run(SWEEP, NOW)
    assert answered.asked == []
    endpoint.refresh_from_db()
    assert endpoint.revoked_at == NOW
    assert WebhookDelivery.objects.get().state == "failed"
    kinds = list(Entry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["webhook_endpoint_opened", "webhook_endpoint_closed", "webhook_endpoint_opened"]


def test_a_claim_that_lapsed_marks_nothing(administrator, names, wire):
    queue(administrator)
    (mine,) = sending._claim([WebhookDelivery.objects.get().pk], NOW)
    assert sending._claim([mine.pk], NOW) == []
    WebhookDelivery.objects.update(attempts=2)
    sending._failed(mine, NOW, 500, "late")
    assert WebhookDelivery.objects.get().last_error == ""
