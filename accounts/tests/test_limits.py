"""Guessing is held back, and nobody can turn that against somebody else."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail, signing
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import throttle
from accounts.clients import Device, client_ip, digest_of, network_of
from accounts.models import User
from accounts.tests.conftest import PASSWORD, is_signed_in, sign_in
from policy_portal.cache import FailOpenCache

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STRANGER = Device("stranger")


def tries(
    count: int, *, address: str = "ilse@example.org", ip: str | None = None, device: Device = STRANGER
) -> int:
    """How many of so many wrong tries are let through; without `ip` each comes from another address."""
    return sum(
        throttle.begin(
            address=address, ip=ip or f"198.51.{number // 200}.{number % 200 + 1}", device=device, now=NOW
        )
        is not None
        for number in range(count)
    )


def test_one_address_gets_five_tries_at_one_account() -> None:
    assert tries(50, ip="192.0.2.1") == throttle.PAIR.amount
    assert tries(1, ip="192.0.2.2") == 1
    assert tries(1, ip="192.0.2.1", address="other@example.org") == 1


def test_one_address_gets_a_hundred_tries_at_all_accounts() -> None:
    done = sum(tries(1, ip="192.0.2.1", address=f"person{number}@example.org") for number in range(300))
    assert done == throttle.NETWORK.amount


def test_an_ipv6_subscriber_is_one_client() -> None:
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")


def test_abuse_70_a_net_of_strangers_only_slows_strangers_down() -> None:
    # Twenty, and then one more for these ten seconds, however many addresses they have.
    assert tries(500) == throttle.ACCOUNT.amount + 1
    later = NOW + timedelta(seconds=throttle.SLOW)
    assert throttle.begin(address="ilse@example.org", ip="203.0.113.9", device=STRANGER, now=later)


def test_abuse_70_a_known_browser_is_not_held_back_by_strangers_or_neighbours() -> None:
    own = Device("own").with_person("ilse@example.org")
    tries(500)
    tries(500, ip="192.0.2.1")
    for number in range(200):
        tries(1, ip="192.0.2.1", address=f"person{number}@example.org")
    assert tries(1, ip="192.0.2.1", device=own) == 1


def test_a_known_browser_is_no_way_around_the_limits() -> None:
    stolen = Device("stolen").with_person("ilse@example.org")
    assert tries(100, ip="192.0.2.1", device=stolen) == throttle.FAMILIAR.amount + throttle.PAIR.amount
    # … and it is known to the account it signed in to, not to others.
    assert tries(100, ip="192.0.2.9", device=stolen, address="other@example.org") == throttle.PAIR.amount


def test_right_passwords_do_not_count() -> None:
    for _ in range(30):
        attempt = throttle.begin(address="ilse@example.org", ip="192.0.2.1", device=STRANGER, now=NOW)
        assert attempt is not None
        attempt.succeeded()
    assert tries(50, ip="192.0.2.1") == throttle.PAIR.amount


def test_a_window_ends() -> None:
    tries(50, ip="192.0.2.1")
    later = NOW + timedelta(seconds=throttle.PAIR.seconds)
    assert throttle.begin(address="ilse@example.org", ip="192.0.2.1", device=STRANGER, now=later)


def test_the_limits_hold_while_the_cache_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers at that address: each process counts in its own memory, and no login waits."""
    monkeypatch.setattr("accounts.throttle.cache", FailOpenCache("redis://127.0.0.1:1/0", {}))
    started = time.monotonic()
    assert tries(50, ip="192.0.2.1") == throttle.PAIR.amount
    assert tries(500) == throttle.ACCOUNT.amount + 1 - throttle.PAIR.amount
    assert time.monotonic() - started < 2


# --- Over the pages


def test_after_five_wrong_passwords_the_right_one_is_refused_too(client: Client, student: User) -> None:
    for _ in range(5):
        sign_in(client, student.email, "wrong")
    assert sign_in(client, student.email) == 200
    assert not is_signed_in(client)


def test_a_refusal_is_the_same_for_an_unknown_address(client: Client, student: User) -> None:
    def refusal(address: str) -> str:
        for _ in range(6):
            answer = client.post(reverse("account_login"), {"login": address, "password": "wrong"})
        return str(answer.context["form"].errors)

    assert refusal(student.email) == refusal("nobody@example.org")


def test_abuse_70_the_owner_still_gets_in_with_their_own_browser(client: Client, student: User) -> None:
    sign_in(client, student.email)
    client.post(reverse("account_logout"))
    attacker = Client()  # behind the same address
    for _ in range(10):
        sign_in(attacker, student.email, "wrong")
    assert sign_in(attacker, student.email) == 200
    assert sign_in(client, student.email) == 302
    assert is_signed_in(client)


def test_abuse_70_the_owner_still_gets_in_by_a_reset(client: Client, student: User) -> None:
    for number in range(30):
        sign_in(Client(), student.email, "wrong", REMOTE_ADDR=f"198.51.100.{number}")
    for _ in range(6):
        sign_in(client, student.email, "wrong")
    client.post(reverse("account_reset_password"), {"email": student.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True)
    new = "another harbour at dusk"
    client.post(form.context["action_url"], {"password1": new, "password2": new})
    assert is_signed_in(client)


def test_a_forged_device_cookie_is_a_stranger(client: Client, student: User) -> None:
    held = {"id": "forged", "people": [digest_of(student.email)]}
    client.cookies["device"] = signing.dumps(held, key="not our key", salt="accounts.device")
    for _ in range(5):
        sign_in(client, student.email, "wrong")
    assert sign_in(client, student.email) == 200


def test_the_device_cookie_names_nobody(client: Client, student: User) -> None:
    sign_in(client, student.email)
    cookie = client.cookies["device"]
    assert cookie["httponly"]
    held = signing.loads(cookie.value, salt="accounts.device")
    assert student.email not in str(held)
    assert held["people"] == [digest_of(student.email)]


# --- Whose address it is (abuse 69)


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "client_address"),
    [
        ([], "203.0.113.5", "", "203.0.113.5"),
        ([], "203.0.113.5", "198.51.100.7", "203.0.113.5"),
        (["10.0.0.0/8"], "203.0.113.5", "198.51.100.7", "203.0.113.5"),
        (["10.0.0.0/8"], "10.1.2.3", "198.51.100.7", "198.51.100.7"),
        (["10.0.0.0/8"], "10.1.2.3", "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (["10.0.0.0/8"], "10.1.2.3", "6.6.6.6, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
        (["10.0.0.0/8"], "10.1.2.3", "nonsense", "10.1.2.3"),
        (["10.0.0.0/8"], "10.1.2.3", "", "10.1.2.3"),
        (["unix"], "", "198.51.100.7", "198.51.100.7"),
        ([], "", "198.51.100.7", ""),
        (["fd00::/8"], "fd00::1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_abuse_69_forwarded_for_is_believed_from_own_proxies_only(
    settings: Any, trusted: list[str], remote: str, forwarded: str, client_address: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_ip(request) == client_address


def test_abuse_69_a_spoofed_header_buys_no_more_tries(client: Client, student: User) -> None:
    for number in range(5):
        sign_in(client, student.email, "wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
    assert sign_in(client, student.email, PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.99") == 200
