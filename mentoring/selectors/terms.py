"""Which terms a session is judged by: the policy of its day, adapted for the student (2.4, A2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Least

from mentoring.models import Session
from rulebook.dates import local_date
from rulebook.policy import Policy, book, policy_at
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


def laid_out_before_its_policy(now: datetime) -> QuerySet[Session]:
    """Sessions laid out while another policy version was known for their day: when they fall due is not by the one
    that judges them. Those of students with a lateness of their own follow theirs.

    A version counts from when it is known, at the latest a horizon after its first day. None is asked for while
    there is no such version, which is nearly always.
    """
    versions = book().versions
    odd = Q(pk__in=())
    some = False
    for version, following in zip_longest(versions[1:], versions[2:]):
        terms = version.attendance
        if version.effective_from <= now - timedelta(weeks=terms.horizon_weeks):
            continue
        some = True
        span = Q(starts_at__gte=version.effective_from)
        if following is not None:
            span &= Q(starts_at__lt=following.effective_from)
        odd |= span & ~Q(falls_due_at=Least(F("starts_at") + terms.lateness, F("ends_at")))
    if not some:
        return Session.objects.none()
    own = Accommodation.objects.filter(enrolment_id=OuterRef("enrolment_id"), lateness__isnull=False)
    waiting = Session.objects.filter(falls_due_at__gte=now, student_joined_at__isnull=True)
    return waiting.filter(odd).exclude(Exists(own)).order_by("falls_due_at", "pk")


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
