"""Who may do what over the API: every address of the resolver with every role, and a role's strangers.

The table is by hand (``tests/matrix/api``), the addresses are the resolver's: one that is missing there fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.api import Caller
from tests.matrix.api import BODIES, EXPECTED, OWN, PEOPLE, ROWS, SUBJECTS
from tests.matrix.people import NOW, OTHERS
from tests.matrix.world import World, make_world
from tests.matrix.world.reporting import make_conference_report

pytestmark = pytest.mark.django_db


def routes() -> Iterator[tuple[str, str]]:
    """Every method and name below /api/, as the resolver has them."""
    for pattern in _below(get_resolver(), ""):
        actions = getattr(pattern.callback, "actions", None)
        for method in actions or ("get",):
            if method != "head":  # REST framework adds it to every GET once that was asked
                yield method.upper(), str(pattern.name)


def _below(resolver: Any, path: str) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        inner = path + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _below(each, inner)
        elif inner.lstrip("^").startswith("api/"):
            yield each


def test_every_address_is_in_the_table() -> None:
    found = {f"{method} {name}" for method, name in routes()}
    assert found == set(EXPECTED)


def test_no_two_subjects_speak_of_one_address() -> None:
    assert len(EXPECTED) == sum(len(each.CALLS) for each in SUBJECTS)
    assert len(ROWS) == sum(len(each.ROWS) for each in SUBJECTS)


@pytest.fixture
def world() -> World:
    made = make_world()
    # Uploads are their owner's alone, and here somebody owns one.
    made.rows["mentors_report"] = make_conference_report(made.mentor.user)
    return made


def body_of(route: str, world: World) -> dict[str, Any] | None:
    body = BODIES.get(route, {} if route.startswith("POST") else None)
    return body(world) if callable(body) else body


def row_of(name: str, world: World) -> Any:
    """What the row of an address is called there."""
    kind = name.removeprefix("api-")
    row = ROWS[max((each for each in ROWS if kind.startswith(each)), key=len)]
    return world.rows[row].pk if row in world.rows else row


def address(name: str, world: World) -> str:
    if name == "api-not-here":
        return "/api/v1/nowhere/"
    if name.startswith("funder-"):
        plain = name in ("funder-token", "funder-students", "funder-approvals")
        month = ["2026-02"] if name == "funder-certificate" else []
        return reverse(name, args=[] if plain else [1, *month])
    kind = name.removeprefix("api-")
    plain = kind.endswith("-list") or kind == "uploads" or not any(kind.startswith(each) for each in ROWS)
    return reverse(name, args=[] if plain else [row_of(name, world)])


@pytest.mark.parametrize("who", PEOPLE)
def test_the_table_holds(world: World, who: str) -> None:
    caller = Caller(world.people.get(who), NOW)
    wrong = []
    for route, expected in EXPECTED.items():
        method, _, name = route.partition(" ")
        cache.clear()  # one person asks for everything within a minute: the throttle is not the matter here
        with transaction.atomic():
            answer = caller.send(
                method, address(name, world), body_of(route, world), If_Match="*", Accept_Language="en"
            )
            transaction.set_rollback(True)
        if answer.status_code != expected[who]:
            wrong.append(f"{route}: {answer.status_code} instead of {expected[who]} {answer.content[:200]!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", OTHERS)
def test_abuse_17_no_list_shows_a_strangers_rows(world: World, who: str) -> None:
    caller = Caller(world.people[who], NOW)
    known = {"path", "project", "skill"} | (
        {"mentor", "time-off", "place"} if who == "other_learning_manager" else set()
    )
    for route in EXPECTED:
        if not (route.startswith("GET") and route.endswith("-list")):
            continue
        name = route.split()[1]
        kind = name.removeprefix("api-").removesuffix("-list")
        if kind in known:
            continue
        key = "enrolment" if kind == "streak" else "id"
        ids = [row[key] for row in caller.get(reverse(name)).json()["results"]]
        assert row_of(name, world) not in ids, route


@pytest.mark.parametrize("who", [*OWN, *OTHERS])
def test_an_answer_is_its_readers_alone(world: World, who: str) -> None:
    answer = Caller(world.people[who], NOW).get("sessions/")
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    assert {"Authorization", "Cookie"} <= {part.strip() for part in answer["Vary"].split(",")}
