"""``script/bench pages [--rounds N] [--quick]``: interleaved rounds, medians, ratios in one run."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.database import fresh_database
from bench.pages.asking import Application, Way, compare, queries
from script.lib.services import NotHere, redis

LIST = "/api/v1/sessions/"
HOMES = {"student": "/portal/", "mentor": "/mentor/"}


def main() -> None:
    options = argparse.ArgumentParser(prog="script/bench pages")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--quick", action="store_true", help="small schools and few requests")
    given = options.parse_args()
    totals = [10_000, 100_000] if given.quick else [100_000, 1_000_000]
    requests = 20 if given.quick else 60
    with _cache(), fresh_database(), _quiet():
        rates = {total: _school(total, given.rounds, requests) for total in totals}
    small, large = totals
    print(f"\nThe list at {large:,} sessions beside the one at {small:,} (goal 0.80 x):")
    for name, rate in rates[large].items():
        plain = rate / rates[small][name]
        # The two schools were not asked in turns. What the machine did meanwhile met their floors as well.
        held = plain * rates[small]["raw"] / rates[large]["raw"]
        print(f"  {name:<28}{plain:.2f} x   beside the floors of their time {held:.2f} x")


@contextlib.contextmanager
def _cache() -> Iterator[None]:
    """The cache that a school has, where a server can be found: throttles count there."""
    with contextlib.ExitStack() as stack:
        try:
            os.environ["TEST_REDIS_URL"] = stack.enter_context(redis())
        except NotHere as reason:
            print(f"cache: in this process ({reason})")
        yield


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Log lines are made as ever, and written to nowhere."""
    from django.conf import settings
    from django.test import override_settings

    settings.API_READS_PER_MINUTE = 10**9  # each request is still counted
    handler = logging.getLogger().handlers[0]
    with open(os.devnull, "w") as nowhere, override_settings(ROOT_URLCONF="bench.pages.bare"):
        assert isinstance(handler, logging.StreamHandler)
        before = handler.setStream(nowhere)
        try:
            yield
        finally:
            handler.setStream(before or handler.stream)


def _school(total: int, rounds: int, requests: int) -> dict[str, float]:
    from bench.enforcement import seed
    from bench.pages import bare, cast, floor

    now = datetime.now(UTC)
    seed.school(total, now)
    people = cast.lay(now)
    bare.know(student=people.student, mentor=people.mentor, head=people.head)
    raw = floor.Floor()
    try:
        lists = _lists(raw, people)
        print(f"\n{total:,} sessions; floor: raw WSGI, psycopg2 and {floor.JSON}")
        _same_rows(lists[0], lists[1])
        rates = compare(lists, rounds, requests)
        _tell(lists, rates, rates["raw"], "the floor", {"API, no login": 0.25, "API, token": 0.15})
    finally:
        raw.close()
    for role in HOMES:
        ways = _homes(role, people)
        found = compare(ways, rounds, requests)
        _tell(ways, found, found[f"{role}: bare JSON"], "bare JSON", {f"{role}: page, signed in": 0.25})
    return rates


def _lists(raw: Application, people: Any) -> list[Way]:
    from bench.pages import floor

    bare, full = _applications()
    return [
        Way("raw", raw, floor.PATH),
        Way("API, no login", bare, "/bench/sessions/"),
        Way("API, token", full, LIST, _token(people.head)),
        Way("API, token of a mentor", full, LIST, _token(people.mentor)),
        Way("API, token of a student", full, LIST, _token(people.student)),
    ]


def _homes(role: str, people: Any) -> list[Way]:
    bare, full = _applications()
    signed_in = _signed_in(getattr(people, role))
    return [
        Way(f"{role}: bare JSON", bare, f"/bench/{role}/"),
        Way(f"{role}: JSON, signed in", full, f"/bench/{role}/", signed_in),
        Way(f"{role}: page, signed in", full, HOMES[role], signed_in),
    ]


def _applications() -> tuple[Application, Application]:
    """The platform without any middleware, and as it is."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    with override_settings(MIDDLEWARE=[]):
        bare = WSGIHandler()
    return bare, WSGIHandler()


def _token(user: Any) -> dict[str, str]:
    from accounts.services import create_token

    lifetime, now = timedelta(days=1), datetime.now(UTC)
    _token, text = create_token(person=user, name="Bench", passed_mfa=True, lifetime=lifetime, now=now)
    return {"Authorization": f"Bearer {text}"}


def _signed_in(user: Any) -> dict[str, str]:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend="accounts.backends.PrefetchingBackend")
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}


def _same_rows(raw: Way, ours: Way) -> None:
    """The floor and the API show the same fields of the same sessions, or there is nothing to compare."""
    floor, api = json.loads(raw.ask())["results"], json.loads(ours.ask())["results"]
    if [(row["id"], row["mentor_name"]) for row in floor] != [(row["id"], row["mentor_name"]) for row in api]:
        raise SystemExit("the floor and the API show different sessions")
    if len(floor) != 50 or [set(row) for row in floor] != [set(row) for row in api]:
        raise SystemExit("the floor and the API show different fields")


def _tell(
    ways: list[Way], rates: dict[str, float], base: float, against: str, goals: dict[str, float]
) -> None:
    for way in ways:
        goal = f"   goal {goals[way.name]:.2f} x" if way.name in goals else ""
        asked = "" if way.name == "raw" else f"   {queries(way)} queries"
        rate = rates[way.name]
        print(
            f"  {way.name:<28}{rate:>8,.0f}/s   {len(way.ask()) / 1024:>5.1f} KB"
            f"   {rate / base:.2f} x {against}{asked}{goal}",
            flush=True,
        )


if __name__ == "__main__":
    main()
