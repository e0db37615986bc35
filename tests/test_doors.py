"""One table, door × standing (4.2, abuse 71): what uses a training is closed to who is suspended or excluded, at the
very next request of a browser or token that was let in before; their own affairs stay open.

The table is ``tests/matrix/doors.py``; the doors are the resolver's.
"""

from __future__ import annotations

import html
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver, reverse

from mentoring.selectors.feed import appointments_of
from record.documents.purposes import purpose
from students.models import Consultation, WorkState
from students.services.standing import ban, end_for_good, suspend
from tests import test_matrix_api, test_matrix_pages
from tests.api import Caller
from tests.factories import make_absence, make_document, make_path
from tests.matrix.api import EXPECTED as CALLS
from tests.matrix.doors import ASKS, ELSEWHERE, OPEN, PROCEEDINGS
from tests.matrix.pages import EXPECTED as PAGES
from tests.matrix.people import NOW
from tests.matrix.world import World, make_world

pytestmark = pytest.mark.django_db

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
CLOSED = (403, 404, 409, 422)
PENALTY = "discipline.penalty:1"


def pages_that_write() -> set[str]:
    """By what each view says when it is asked with a method that none has."""
    found = set()
    for name, pattern in _pages(get_resolver(), "", ""):
        request = RequestFactory().generic("TRACE", "/")
        request.user = AnonymousUser()
        if name.startswith(ELSEWHERE):
            continue
        answer = pattern.callback(request, **dict.fromkeys(pattern.pattern.converters, 1))
        allowed = {each.strip() for each in answer.get("Allow", "").split(",")} if answer else set()
        if allowed & WRITES:
            found.add(f"POST {name}")
    return found


def _pages(resolver: Any, path: str, space: str) -> Any:
    for each in resolver.url_patterns:
        inner = path + str(each.pattern)
        if inner.lstrip("^").startswith("api/"):
            continue
        if isinstance(each, URLPattern):
            if each.name is not None:
                yield f"{space}{each.name}", each
        else:
            yield from _pages(each, inner, f"{space}{each.namespace}:" if each.namespace else space)


def test_every_door_that_a_student_finds_is_in_one_of_the_tables(rf: RequestFactory) -> None:
    """Those that the tables of who may do what open to a student, whatever the answer to an empty request."""

    def shut(line: str, table: dict[str, dict[str, int]]) -> bool:
        row = table.get(line) or table.get(line.replace("POST", "GET"), {"student": 200})
        return row["student"] in (403, 404)

    doors = {line for line in pages_that_write() if not shut(line, PAGES)}
    doors |= {line for line in CALLS if line.split()[0] in WRITES and not shut(line, CALLS)}
    by_student = {line for line, door in ASKS.items() if door.who == "student"} | set(OPEN)
    unlisted = sorted(line for line in doors - by_student if not line.split()[1].startswith(PROCEEDINGS))
    assert not unlisted, "\n".join(unlisted)
    assert not ASKS.keys() & OPEN.keys()


@pytest.fixture
def world() -> World:
    made = make_world()
    made.rows["another_path"] = make_path()
    made.rows["advice"] = Consultation.objects.create(
        enrolment=made.enrolment,
        to_path=made.rows["another_path"],
        advice="Do",
        recorded_at=NOW,
        recorded_by=made.mentor.user,
    )
    return made


def in_training(world: World) -> None:
    """As it is."""


def suspended(world: World) -> None:
    days: dict[str, Any] = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 31)}
    suspend(enrolment=world.enrolment, **days, about=PENALTY, by=None, now=NOW)


def excluded(world: World) -> None:
    end: dict[str, Any] = {"on": NOW.date(), "cause": "exclusion", "about": PENALTY}
    end_for_good(enrolment=world.enrolment, **end, by=None, now=NOW - timedelta(minutes=1))
    days: dict[str, Any] = {"starts_on": NOW.date(), "until": date(2027, 3, 3), "time_zone": "Europe/Paris"}
    ban(student=world.student, **days, clause="4.2", about=PENALTY, by=None, now=NOW)


WORDS = {
    "suspended": "This training is suspended until 31 March 2026",
    "excluded": "A decision of the Disciplinary Board has ended this training",
}


@pytest.mark.parametrize("standing", [in_training, suspended, excluded], ids=lambda each: each.__name__)
def test_abuse_71_every_door_of_a_training_asks_and_sessions_signed_in_before_are_no_exception(
    world: World, standing: Any
) -> None:
    """Browsers and tokens are let in first; then the penalty comes; then they knock at each door."""
    people = {door.who for door in ASKS.values()}
    browsers = {who: Client() for who in people}
    for who, client in browsers.items():
        client.force_login(world.people[who], backend="accounts.backends.PrefetchingBackend")
    callers = {who: Caller(world.people[who], NOW) for who in people}
    # Nothing else stands in the way: the rows that the table's requests are about are as they need them.
    world.rows["exceptionrequest"].delete()
    work = world.rows["projectwork"]
    missed = make_absence(NOW - timedelta(hours=3), mentorship=world.mentorship).session
    standing(world)
    wrong = []
    for line, door in ASKS.items():
        name = line.split()[1]
        cache.clear()
        with transaction.atomic(), time_machine.travel(NOW, tick=False):
            if name.endswith(("-submit",)):
                type(work).objects.filter(pk=work.pk).update(state=WorkState.TODO)
            if line.startswith("POST api-"):
                path = test_matrix_api.address(name, world)
                if name == "api-session-book-replacement":
                    path = path.replace(str(world.rows["missed"].pk), str(missed.pk))
                answer = callers[door.who].send(
                    "POST",
                    path,
                    door.fields(world) or test_matrix_api.body_of(line, world),
                    If_Match="*",
                    Accept_Language="en",
                )
            else:
                answer = browsers[door.who].post(test_matrix_pages.address(world, name), door.fields(world))
            said = html.unescape(answer.content.decode())
            if hasattr(answer, "wsgi_request"):
                said += " ".join(str(each) for each in get_messages(answer.wsgi_request))
            transaction.set_rollback(True)
        refused = any(each in said for each in WORDS.values())
        if standing is in_training:
            if refused or answer.status_code >= 500:
                wrong.append(f"{line}: {answer.status_code} although nothing closes it")
            continue
        closed = WORDS[standing.__name__] in said or answer.status_code in (403, 404)
        if not closed or answer.status_code >= 500:
            wrong.append(
                f"{line}: {answer.status_code} {said[:3000] if answer.status_code < 300 else said[:300]!r}"
            )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("standing", [suspended, excluded], ids=lambda each: each.__name__)
def test_abuse_71_whoever_is_shut_out_signs_in_and_reads_their_own(world: World, standing: Any) -> None:
    standing(world)
    client = Client()
    with time_machine.travel(NOW, tick=False):
        entered = client.post(
            "/accounts/login/", {"login": world.student.user.email, "password": "a long passphrase"}
        )
        assert entered.status_code == 302
        for name in (
            "student-home",
            "student-record",
            "student-record-export",
            "messages",
            "student-absences",
        ):
            assert client.get(test_matrix_pages.address(world, name)).status_code == 200, name
        for name in (
            "case",
            "cases",
            "situation",
            "student-training",
            "student-sessions",
            "student-requests",
        ):
            assert client.get(test_matrix_pages.address(world, name)).status_code == 200, name
    caller = Caller(world.student.user, NOW)
    for kind in ("entry", "message", "document", "case", "session"):
        assert caller.get(reverse(f"api-{kind}-list")).status_code == 200, kind


@pytest.mark.parametrize("standing", [in_training, suspended, excluded], ids=lambda each: each.__name__)
def test_abuse_71_calendars_and_files_of_groups_close_with_the_training(world: World, standing: Any) -> None:
    user = world.student.user
    shared = world.rows["groupresource"]
    shared.document = make_document(world.people["mentor"], purpose="group-resource")
    shared.save()
    standing(world)
    is_open = standing is in_training
    with time_machine.travel(NOW, tick=False):
        assert purpose("group-resource").may_read(user, shared.document) is is_open
    assert bool(appointments_of(user, NOW)) is is_open


def test_abuse_71_a_training_that_had_not_begun_shows_nothing_once_it_was_ended_for_good(
    world: World,
) -> None:
    row = world.enrolment
    row.starts_on = date(2026, 3, 9)
    row.save()
    assert appointments_of(world.student.user, NOW)
    excluded(world)
    assert not appointments_of(world.student.user, NOW)
