"""Which terms a session is judged by: the policy of its day, adapted for the student (2.4, A2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from rulebook.dates import local_date
from rulebook.policy import Policy, policy_at
from rulebook.terms import AttendanceTerms
from students.models import Accommodation, Enrolment

SessionRow = tuple[int, int, datetime, str]
"""A session's id, its enrolment's id, its start, and its enrolment's time zone."""


class Adapted(NamedTuple):
    """What holds for one student at one instant: the terms, and whether an audio conference is allowed."""

    terms: AttendanceTerms
    audio: bool


def terms_for(enrolment: Enrolment, at: datetime) -> tuple[AttendanceTerms, Policy]:
    """The terms that judge what happens to this enrolment at an instant, and their policy version."""
    adapted = adapted_for_sessions([(0, enrolment.pk, at, enrolment.time_zone)])
    return adapted[0].terms, policy_at(at)


def terms_for_sessions(rows: Sequence[SessionRow]) -> dict[int, AttendanceTerms]:
    """The terms of each session by its id: one statement for all of them."""
    return {pk: adapted.terms for pk, adapted in adapted_for_sessions(rows).items()}


def adapted_for_sessions(rows: Sequence[SessionRow]) -> dict[int, Adapted]:
    """The terms and medium of each session by its id: one statement for all of them.

    An accommodation holds for a session if its days cover the session's local day and it was accepted, and
    not withdrawn, when the session started: what is accepted afterwards changes no verdict by itself.
    """
    accommodations = _accommodations({row[1] for row in rows})
    found: dict[int, Adapted] = {}
    for pk, enrolment_id, starts_at, zone in rows:
        terms, audio = policy_at(starts_at).attendance, False
        if own := accommodations.get(enrolment_id):
            day = local_date(starts_at, zone)
            for each in own:
                if _stood(each, starts_at, day):
                    # In the order of acceptance: where two say different things, the newer one holds.
                    terms = terms.adapted(each.notice, each.lateness, each.rescheduling)
                    audio = audio or each.audio
        found[pk] = Adapted(terms, audio)
    return found


def _accommodations(enrolment_ids: Iterable[int]) -> dict[int, list[Accommodation]]:
    found: dict[int, list[Accommodation]] = defaultdict(list)
    rows = Accommodation.objects.filter(enrolment_id__in=enrolment_ids)
    for accommodation in rows.order_by("accepted_at", "pk"):
        found[accommodation.enrolment_id].append(accommodation)
    return found


def _stood(accommodation: Accommodation, at: datetime, day: date) -> bool:
    withdrawn_at, until = accommodation.withdrawn_at, accommodation.valid_until
    return (
        accommodation.accepted_at <= at
        and (withdrawn_at is None or at < withdrawn_at)
        and accommodation.valid_from <= day
        and (until is None or day <= until)
    )
