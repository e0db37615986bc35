"""Whatever a source does from one roster to the next: what was applied is settled, and the dry run told it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from mentoring.models import Mentorship, Session
from mentoring.roster.importing import import_roster
from record.models import Entry
from students.models import Enrolment, EnrolmentState
from tests.factories import at

from .files import CLASS, COURSE, roster, school, user

NOW = at("2026-03-02 09:00")
Tables = dict[str, list[dict[str, Any]]]
PEOPLE = ("t1", "s1", "s2", "s3")


def _without(sourced_id: str) -> Callable[[Tables], None]:
    """Somebody leaves the source, with all that points to them."""

    def change(tables: Tables) -> None:
        for name in ("users", "roles", "enrollments"):
            tables[name] = [
                row for row in tables[name] if sourced_id not in (row["sourcedId"], row.get("userSourcedId"))
            ]

    return change


def _with(name: str, sourced_id: str, **fields: str) -> Callable[[Tables], None]:
    """A row says something else, if it is there."""

    def change(tables: Tables) -> None:
        for row in tables[name]:
            if row["sourcedId"] == sourced_id:
                row.update(fields)

    return change


def _unenrolled(sourced_id: str) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        tables["enrollments"] = [row for row in tables["enrollments"] if row["userSourcedId"] != sourced_id]

    return change


def _back(tables: Tables) -> None:
    """Everything as it was at first."""
    tables.clear()
    tables.update(copy.deepcopy(school(3)))


def _second_class(tables: Tables) -> None:
    tables["classes"].append({**CLASS, "sourcedId": "class-2", "courseSourcedId": "course-2"})
    tables["courses"].append({**COURSE, "sourcedId": "course-2", "courseCode": "DATA", "title": "Data"})


CHANGES = st.sampled_from(
    [
        *(_without(person) for person in PEOPLE),
        *(_unenrolled(person) for person in PEOPLE),
        *(_with("users", person, enabledUser=word) for person in PEOPLE for word in ("true", "false")),
        *(_with("users", person, givenName="Other", familyName="Name") for person in PEOPLE),
        *(_with("users", person, email=f"{other}@example.org") for person in PEOPLE for other in ("a", "b")),
        *(_with("users", person, identifier="S-9") for person in PEOPLE),
        _with("academicSessions", "term-1", endDate="2026-10-01"),
        _with("academicSessions", "term-1", endDate="2026-02-01"),
        _with("courses", "course-1", title="Renamed", courseCode="NEW"),
        _with("enrollments", "enrol-class-1-s2", **{"metadata.weekday": "3", "metadata.localTime": "10:00"}),
        _with("enrollments", "enrol-class-1-s3", **{"metadata.weekday": "2", "metadata.localTime": "14:30"}),
        _with("enrollments", "enrol-class-1-s2", classSourcedId="class-2"),
        _second_class,
        _back,
        lambda tables: tables["users"].append(user("x1", "Nobody")),
    ]
)


class AnyHistory(TestCase):
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(CHANGES, min_size=1, max_size=3), min_size=1, max_size=4))
    def test_what_was_applied_is_settled_and_what_was_refused_changed_nothing(self, history) -> None:
        tables: Tables = school(3)
        now = NOW
        assert import_roster(source=roster(tables), by=None, now=now, dry_run=False).applied
        for changes in history:
            now += timedelta(days=3)
            wanted = copy.deepcopy(tables)
            for change in changes:
                change(wanted)
            content = roster(wanted)
            before = self.everything()
            dry = import_roster(source=content, by=None, now=now, dry_run=True)
            assert self.everything() == before
            done = import_roster(source=content, by=None, now=now, dry_run=False)
            assert done.as_json() | {"applied": False} == dry.as_json()
            if done.problems:
                assert self.everything() == before
                continue
            tables = wanted
            again = import_roster(source=content, by=None, now=now, dry_run=True)
            assert (again.problems, again.changed) == ([], [])
            self.holds(now)

    def everything(self) -> tuple[Any, ...]:
        return (
            Entry.objects.count(),
            list(User.objects.order_by("pk").values_list()),
            list(Enrolment.objects.order_by("pk").values_list()),
            list(Mentorship.objects.order_by("pk").values_list()),
            list(Session.objects.order_by("pk").values_list("pk", "state", "revision")),
        )

    def holds(self, now) -> None:
        """No training that ended keeps a session to come, and nobody was deleted."""
        assert not Session.objects.filter(
            enrolment__state=EnrolmentState.ENDED,
            state="scheduled",
            starts_at__gt=now + timedelta(days=1),
        ).exists()
        assert User.objects.count() >= 4
        assert not User.objects.filter(is_superuser=True).exists()
