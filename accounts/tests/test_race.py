"""A hundred logins at once (abuse 68)."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.db import connections
from django.test import Client

from accounts import services, throttle
from accounts.models import Role, User
from accounts.tests.conftest import NOW, PASSWORD, MakePerson, sign_in

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def _at_once(count: int, work: Callable[[int], object]) -> list[object]:
    start = threading.Barrier(count)

    def one(number: int) -> object:
        start.wait()
        try:
            return work(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_abuse_68_of_a_hundred_wrong_logins_at_once_five_reach_the_password(make_person: MakePerson) -> None:
    person = make_person("ilse@example.org", Role.STUDENT)
    looked: list[str] = []

    def counted(password: str, encoded: str, *args: object, **kwargs: object) -> bool:
        looked.append(password)
        return check_password(password, encoded)

    with mock.patch("django.contrib.auth.base_user.check_password", counted):
        results = _at_once(100, lambda number: sign_in(Client(), person.email, f"guess {number}"))
    assert Counter(results) == {200: 100}
    assert len(looked) == throttle.PAIR.amount


def test_abuse_68_from_a_hundred_addresses_twenty_one_do(make_person: MakePerson) -> None:
    person = make_person("ilse@example.org", Role.STUDENT)
    let_through = _at_once(
        100,
        lambda number: (
            throttle.begin(
                address=person.email, ip=f"198.51.100.{number}", device=throttle.Device("x"), now=NOW
            )
            is not None
        ),
    )
    assert Counter(let_through) == {
        True: throttle.ACCOUNT.amount + 1,
        False: 100 - throttle.ACCOUNT.amount - 1,
    }


def test_a_count_that_is_read_and_written_back_lets_more_through() -> None:
    """The race is real: with a count that is not atomic, the same burst passes the limit."""

    def naive(limit: throttle.Limit, subject: str, now: object, attempt: object) -> bool:
        key = f"naive:{limit.name}:{subject}"
        count = cache.get(key, 0) + 1
        time.sleep(0.01)
        cache.set(key, count)
        return count <= limit.amount

    def begin(number: int) -> bool:
        device = throttle.Device("x")
        return throttle.begin(address="ilse@example.org", ip="192.0.2.1", device=device, now=NOW) is not None

    assert sum(map(bool, _at_once(50, begin))) == throttle.PAIR.amount
    cache.clear()
    with mock.patch("accounts.throttle._take", naive):
        assert sum(map(bool, _at_once(50, begin))) > throttle.PAIR.amount


def test_two_administrators_who_remove_each_other_leave_one(make_person: MakePerson) -> None:
    pair = [make_person(f"ada{number}@example.org", Role.ADMINISTRATOR) for number in range(2)]
    _at_once(
        2,
        lambda number: services.revoke_role(
            person=pair[1 - number], role=Role.ADMINISTRATOR, by=pair[number], now=NOW
        ),
    )
    assert User.objects.filter(role_grants__role=Role.ADMINISTRATOR).count() == 1


def test_a_login_that_races_the_closing_of_the_account_opens_nothing(make_person: MakePerson) -> None:
    person = make_person("ilse@example.org", Role.STUDENT)
    browsers = [Client() for _ in range(8)]

    def work(number: int) -> object:
        if number == 8:
            return services.deactivate_person(person=person, by=None, now=NOW)
        return sign_in(browsers[number], person.email, PASSWORD)

    _at_once(9, work)
    for browser in browsers:
        assert browser.get("/accounts/").status_code == 302
