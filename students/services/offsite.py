"""Training in another place (5): rules first, then the first day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from accounts.models import User
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.dates import local_date, local_instant
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written
from students.models import CheckIn, Enrolment, EnrolmentState, Place, PlaceRules, Stay
from students.permissions import check_standing

CLAUSE = "5"


@transaction.atomic
def write_place(
    *,
    place: Place | None,
    name: str,
    address: str,
    rules: str,
    active: bool = True,
    by: User | None,
    now: datetime,
) -> Place:
    """A new place, or another word on one; changed rules are another version, which current stays acknowledge anew.

    Raises ``RuleError`` on ``name`` and ``rules``.
    """
    name, rules = written(name), written(rules)
    if not rules:
        raise RuleError("rules", CLAUSE, gettext_noop("Write down the health and safety rules."))
    if not name:
        raise RuleError("name", CLAUSE, gettext_noop("Give the place a name."))
    others = Place.objects.filter(name__iexact=name)
    if place is not None:
        others = others.exclude(pk=place.pk)
    if others.exists():
        raise RuleError("name", CLAUSE, gettext_noop("There is a place of that name already."))
    if place is None:
        place = Place.objects.create(name=name, address=address, active=active)
    else:
        place = Place.objects.select_for_update().get(pk=place.pk)
        place.name, place.address, place.active = name, address, active
        place.save(update_fields=["name", "address", "active"])
    newest = place.rules.order_by("-written_at", "-pk").first()
    if newest is None or newest.text != rules:
        newest = PlaceRules.objects.create(place=place, text=rules, written_at=now, written_by=by)
        _ask_again(place, newest, now)
    return place


def _ask_again(place: Place, rules: PlaceRules, now: datetime) -> None:
    """Students with days to come at the place acknowledge its new rules: they are told by the next sweep."""
    asked = Q(acknowledged__isnull=False) | Q(remind_at__isnull=True)
    Stay.objects.filter(asked, place=place, cancelled_at__isnull=True, ends_on__gte=now.date()).update(
        remind_at=now
    )


@transaction.atomic
def arrange_stay(
    *, enrolment: Enrolment, place: Place, starts_on: date, ends_on: date, by: User | None, now: datetime
) -> Stay:
    """Days of a training at a place; the student is told, and acknowledges its rules before the first of them.

    Raises ``RuleError`` on ``enrolment``, ``place``, ``starts_on`` and ``ends_on``.
    """
    standing = (
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("student__user", "path")
        .get(pk=enrolment.pk)
    )
    rules = place.rules.order_by("-written_at", "-pk").first()
    check_standing(standing, now)
    check_standing(standing, local_instant(starts_on, time(0), standing.time_zone), "starts_on")
    if standing.state != EnrolmentState.ACTIVE:
        raise RuleError("enrolment", CLAUSE, gettext_noop("This training has ended."))
    if not place.active or rules is None:
        raise RuleError("place", CLAUSE, gettext_noop("This place takes nobody at present."))
    if ends_on < starts_on:
        raise RuleError("ends_on", CLAUSE, gettext_noop("The last day comes before the first."))
    if starts_on < standing.starts_on or ends_on > standing.last_day:
        raise RuleError("starts_on", CLAUSE, gettext_noop("These days lie outside of the training."))
    if starts_on <= local_date(now, standing.time_zone):
        raise RuleError(
            "starts_on",
            CLAUSE,
            gettext_noop("The rules are read before the first day: begin tomorrow or later."),
        )
    others = Stay.objects.filter(
        enrolment=standing, cancelled_at__isnull=True, starts_on__lte=ends_on, ends_on__gte=starts_on
    )
    if others.exists():
        raise RuleError("starts_on", CLAUSE, gettext_noop("The student is elsewhere on some of these days."))
    policy = policy_at(now)
    opens_at = local_instant(starts_on, time(0), standing.time_zone)
    remind_at = opens_at - policy.offsite.reminder_before
    row = Stay.objects.create(
        enrolment=standing,
        place=place,
        starts_on=starts_on,
        ends_on=ends_on,
        arranged_at=now,
        arranged_by=by,
        remind_at=remind_at if remind_at > now else None,
    )
    entry = _entry(standing, "stay_arranged", _facts(row), policy.id, by, now)
    message = _message(row, standing, "stay_arranged", f"stay-arranged:{row.pk}", now)
    write(entries=[entry], messages=[message], now=now)
    return row


@transaction.atomic
def cancel_stay(*, stay_id: int, by: User, now: datetime) -> Stay:
    """Call a stay off. Raises ``RuleError`` on ``stay``."""
    row = _take(stay_id)
    if row.cancelled_at is not None:
        raise RuleError("stay", CLAUSE, gettext_noop("This stay was called off already."))
    row.cancelled_at, row.remind_at = now, None
    row.save(update_fields=["cancelled_at", "remind_at"])
    entry = _entry(row.enrolment, "stay_cancelled", _facts(row), policy_at(now).id, by, now)
    message = _message(row, row.enrolment, "stay_cancelled", f"stay-cancelled:{row.pk}", now)
    write(entries=[entry], messages=[message], now=now)
    return row


@transaction.atomic
def acknowledge_rules(*, stay_id: int, rules_id: int, by: User, now: datetime) -> Stay:
    """The student acknowledges the rules that they were shown.

    Raises ``RuleError`` on ``rules`` when others hold meanwhile, and on ``stay`` when it is over or called off.
    """
    row = _take(stay_id)
    _check_stands(row, now)
    rules = row.place.rules.order_by("-written_at", "-pk").first()
    if rules is None or rules.pk != rules_id:
        raise RuleError(
            "rules", CLAUSE, gettext_noop("The rules have changed. Read them, then acknowledge them.")
        )
    if row.acknowledged_id == rules.pk:
        return row
    row.acknowledged, row.acknowledged_at, row.remind_at = rules, now, None
    row.save(update_fields=["acknowledged", "acknowledged_at", "remind_at"])
    facts = {**_facts(row), "rules": rules.pk}
    write(
        entries=[_entry(row.enrolment, "place_rules_acknowledged", facts, policy_at(now).id, by, now)],
        now=now,
    )
    return row


@transaction.atomic
def check_in(*, stay_id: int, by: User, now: datetime) -> CheckIn:
    """The student has arrived for the day; refused before its rules are acknowledged (P5).

    Raises ``RuleError`` on ``stay``. Arriving twice is arriving once.
    """
    row = _take(stay_id)
    check_standing(row.enrolment, now, "stay")
    _check_stands(row, now)
    newest = row.place.rules.order_by("-written_at", "-pk").values_list("pk", flat=True).first()
    if row.acknowledged_id is None or row.acknowledged_id != newest:
        raise RuleError(
            "stay",
            CLAUSE,
            gettext_noop("Read and acknowledge the health and safety rules of the place first."),
        )
    today = local_date(now, row.enrolment.time_zone)
    if today < row.starts_on:
        raise RuleError("stay", CLAUSE, gettext_noop("This stay has not begun."))
    arrival, made = CheckIn.objects.get_or_create(stay=row, day=today, defaults={"at": now})
    if made:
        facts = {**_facts(row), "day": str(today)}
        write(entries=[_entry(row.enrolment, "stay_checked_in", facts, policy_at(now).id, by, now)], now=now)
    return arrival


def remind(pks: Sequence[int], now: datetime) -> int:
    """Call the rules to mind that nobody has acknowledged (again) yet: four statements a batch, one message each."""
    newest = (
        PlaceRules.objects.filter(place=OuterRef("place")).order_by("-written_at", "-pk").values("pk")[:1]
    )
    rows = list(
        Stay.objects.filter(pk__in=pks, remind_at__isnull=False)
        .select_related("enrolment__student__user", "place")
        .annotate(newest=Subquery(newest))
    )
    owed = [
        row
        for row in rows
        if row.cancelled_at is None
        and row.acknowledged_id != row.newest
        and local_date(now, row.enrolment.time_zone) <= row.ends_on
    ]
    messages = [
        # Once for the rules as they stand: a change of them calls them to mind again.
        _message(row, row.enrolment, "stay_rules_due", f"stay-rules:{row.pk}:{row.newest}", now)
        for row in owed
    ]
    Stay.objects.filter(pk__in=[row.pk for row in rows]).update(remind_at=None)
    write(entries=[], messages=messages, now=now)
    return len(rows)


def _take(stay_id: int) -> Stay:
    return (
        Stay.objects.select_for_update(of=("self",))
        .select_related("enrolment__student__user", "enrolment__path", "place")
        .get(pk=stay_id)
    )


def _check_stands(row: Stay, now: datetime) -> None:
    if row.cancelled_at is not None:
        raise RuleError("stay", CLAUSE, gettext_noop("This stay was called off."))
    if local_date(now, row.enrolment.time_zone) > row.ends_on:
        raise RuleError("stay", CLAUSE, gettext_noop("This stay is over."))


def _facts(row: Stay) -> dict[str, object]:
    return {
        "stay": row.pk,
        "place": row.place.name,
        "starts_on": str(row.starts_on),
        "ends_on": str(row.ends_on),
    }


def _entry(
    enrolment: Enrolment, kind: str, facts: dict[str, object], policy_id: str, by: User | None, now: datetime
) -> NewEntry:
    return NewEntry(
        subject_id=enrolment.student.user_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=policy_id,
        happened_at=now,
        actor_id=by.pk if by else None,
        about=f"students.enrolment:{enrolment.pk}",
        facts=facts,
    )


def _message(row: Stay, enrolment: Enrolment, kind: str, occasion: str, now: datetime) -> NewMessage:
    return NewMessage(
        recipient_id=enrolment.student.user_id,
        kind=kind,
        occasion=occasion,
        due_at=now,
        context={
            "stay": row.pk,
            "place": row.place.name,
            "first_at": local_instant(row.starts_on, time(0), enrolment.time_zone).isoformat(),
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat(),
            "clause": CLAUSE,
        },
    )
