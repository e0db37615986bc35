"""Who may open which page: every address of the resolver with every role, and a role's strangers.

The table is by hand (``tests/matrix/pages``), the addresses are the resolver's: one that is missing there fails.
The API's own is ``test_matrix_api.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.matrix.pages import ADMIN, EXPECTED, PEOPLE, ROWS, SUBJECTS
from tests.matrix.people import NOW
from tests.matrix.world import World, make_world

pytestmark = pytest.mark.django_db


def routes() -> Iterator[str]:
    """The name of every page, as the resolver has it."""
    yield from sorted({name for name, path in _below(get_resolver(), "", "") if not path.startswith("api/")})


def _below(resolver: Any, path: str, space: str) -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        inner = path + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _below(each, inner, f"{space}{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern) and each.name is not None:  # the admin's nameless ones redirect
            yield f"{space}{each.name}", inner.lstrip("^")


def test_every_page_is_in_the_table() -> None:
    listed = {line.split()[1] for line in EXPECTED} | set(ADMIN)
    assert set(routes()) == listed


def test_no_two_subjects_speak_of_one_page() -> None:
    for whole, name in ((EXPECTED, "PAGES"), (ADMIN, "ADMIN"), (ROWS, "ROWS")):
        assert len(whole) == sum(len(getattr(each, name)) for each in SUBJECTS)


@pytest.fixture
def world() -> Iterator[World]:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield make_world()


@pytest.mark.once  # some six thousand pages; what a role may open hangs on no database
@pytest.mark.parametrize("who", PEOPLE)
def test_each_role_opens_its_own_pages_and_no_others(world: World, who: str) -> None:
    found, wanted = {}, {}
    client = Client()
    if who != "anonymous":
        client.force_login(world.people[who], backend="accounts.backends.PrefetchingBackend")
    cookies = dict(client.cookies)
    for line, expected in {**EXPECTED, **{f"GET {name}": table for name, table in ADMIN.items()}}.items():
        method, name = line.split()
        client.cookies.clear()
        client.cookies.update(cookies)
        wanted[line], found[line] = expected[who], status(client, world, method, name)
    assert found == wanted


def status(client: Client, world: World, method: str, name: str) -> int:
    """The answer to one request, of which nothing remains."""
    with transaction.atomic():
        answer = client.generic(
            method, address(world, name), "", content_type="application/x-www-form-urlencoded"
        )
        transaction.set_rollback(True)
    return answer.status_code


def address(world: World, name: str) -> str:
    """Where a page is, about the row that the table names."""
    args = [world.rows[each].pk if each in world.rows else each for each in ROWS.get(name, ())]
    kind, _, page = name.removeprefix("admin:").rpartition("_")
    row = kind.rpartition("_")[2]
    if page in ("change", "history", "delete") and row in world.rows:
        args = [world.rows[row].pk]
    return reverse(name, args=args)
