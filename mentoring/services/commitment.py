"""Commitment alerts (T3): raised once for each spell without work, over when work resumes, never a penalty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from mentoring import permissions
from mentoring.models import CommitmentAlert, Followup, Mentorship, Session, SessionState
from mentoring.selectors.sessions import mentee_scope
from record.services import lock_chains, write
from record.types import NewEntry, NewMessage
from rulebook.commitment import Silence, full_at, silences
from rulebook.dates import local_date
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written
from students.models import Deliverable, Enrolment, EnrolmentState

from . import desk
from .facts import iso
from .followups import end_instant, first_instant, pauses_of

CLAUSE = "3.3"
LOOK_AGAIN = timedelta(days=1)
"""A silence that a leave holds up is looked at daily: the leave may end sooner."""


def due(now: datetime) -> QuerySet[Followup]:
    """Trainings whose silence may be full."""
    return Followup.objects.filter(alert_at__lt=now).order_by("alert_at", "pk")


def settle(pks: Sequence[int], now: datetime) -> int:
    """Raise what is due and move each clock on: a constant number of statements a batch."""
    rows = list(
        Followup.objects.filter(pk__in=pks, alert_at__isnull=False)
        .select_related("enrolment__student__user", "enrolment__path")
        .order_by("alert_at", "pk")
    )
    enrolments = [row.enrolment for row in rows]
    since = {row.enrolment_id: row.silent_since or first_instant(row.enrolment) for row in rows}
    works, pauses = _works(since, now), pauses_of(enrolments)
    raised: list[tuple[Enrolment, Silence]] = []
    for row in rows:
        start, own = since[row.enrolment_id], works[row.enrolment_id]
        ends_at = end_instant(row.enrolment)
        allowed = policy_at(now).commitment.silence
        spells = silences(start, own, pauses[row.enrolment_id], allowed, until=now, ends_at=ends_at)
        raised += [(row.enrolment, spell) for spell in spells]
        row.silent_since = max([start, *own])
        if spells and spells[-1].ended_at is None:
            row.silent_since, row.alert_at = spells[-1].since, None
            continue
        full = full_at(row.silent_since, pauses[row.enrolment_id], allowed)
        if full <= now and ends_at <= now:
            row.alert_at = None  # the training was over before
        else:
            plain = row.silent_since + allowed
            row.alert_at = max(full if full == plain else min(full, now + LOOK_AGAIN), now)
    Followup.objects.bulk_update(rows, ["silent_since", "alert_at"])
    _raise(raised, now)
    return len(rows)


def _works(since: Mapping[int, datetime], now: datetime) -> dict[int, list[datetime]]:
    """Sessions held and deliverables submitted of each training after an instant: two statements."""
    found: dict[int, list[datetime]] = defaultdict(list)
    earliest = min(since.values(), default=now)
    held = Session.objects.filter(
        enrolment__in=since, state=SessionState.HELD, ends_at__lte=now, starts_at__gt=earliest - LOOK_AGAIN
    ).order_by()
    handed_in = Deliverable.objects.filter(
        work__enrolment__in=since, submitted_at__lte=now, submitted_at__gt=earliest
    ).order_by()
    for rows in (
        held.values_list("enrolment_id", "ends_at"),
        handed_in.values_list("work__enrolment_id", "submitted_at"),
    ):
        for enrolment_id, at in rows:
            if at > since[enrolment_id]:
                found[enrolment_id].append(at)
    return found


def _raise(raised: Sequence[tuple[Enrolment, Silence]], now: datetime) -> None:
    if not raised:
        return
    chains = lock_chains({enrolment.student.user_id for enrolment, _ in raised})
    made = CommitmentAlert.objects.bulk_create(
        CommitmentAlert(
            enrolment=enrolment,
            silent_since=spell.since,
            raised_at=spell.full_at,
            clause=CLAUSE,
            policy_id=policy_at(spell.full_at).id,
            ended_at=spell.ended_at,
        )
        for enrolment, spell in raised
    )
    mentors = _mentors({enrolment.pk for enrolment, _ in raised})
    entries, messages = [], []
    for alert, (enrolment, spell) in zip(made, raised, strict=True):
        entries.append(_entry(alert, "commitment_alert", spell.full_at, None))
        if spell.ended_at is not None:
            entries.append(_entry(alert, "commitment_resumed", spell.ended_at, None))
        day = local_date(spell.full_at, enrolment.time_zone)
        told = {
            mentorship.mentor.user_id
            for mentorship in mentors[enrolment.pk]
            if mentorship.starts_on <= day and (mentorship.ends_on is None or day <= mentorship.ends_on)
        }
        if enrolment.path.learning_manager_id is not None:
            told.add(enrolment.path.learning_manager_id)
        messages += [
            NewMessage(
                recipient_id=person,
                kind="commitment_alert",
                occasion=f"commitment-alert:{alert.pk}:{person}",
                due_at=spell.full_at,
                context={
                    "alert": alert.pk,
                    "student": enrolment.student.user.full_name,
                    "path": enrolment.path.title,
                    "silent_since_at": iso(spell.since),
                    "clause": CLAUSE,
                },
            )
            for person in sorted(told)
        ]
    write(entries=entries, messages=messages, now=now, chains=chains)


def _mentors(enrolment_ids: set[int]) -> dict[int, list[Mentorship]]:
    found: dict[int, list[Mentorship]] = defaultdict(list)
    for row in Mentorship.objects.filter(enrolment__in=enrolment_ids).select_related("mentor"):
        found[row.enrolment_id].append(row)
    return found


def resumed(now: datetime) -> QuerySet[CommitmentAlert]:
    """Standing alerts of trainings where work was seen since, or that are over."""
    held = Session.objects.filter(
        enrolment=OuterRef("enrolment"),
        state=SessionState.HELD,
        ends_at__gt=OuterRef("silent_since"),
        ends_at__lte=now,
    )
    handed_in = Deliverable.objects.filter(
        work__enrolment=OuterRef("enrolment"),
        submitted_at__gt=OuterRef("silent_since"),
        submitted_at__lte=now,
    )
    # Two days on, the last local day is over in every zone.
    long_over = Q(last_day__lt=(now - 2 * LOOK_AGAIN).date())
    return (
        CommitmentAlert.objects.filter(ended_at__isnull=True)
        .annotate(last_day=Coalesce("enrolment__ended_on", "enrolment__ends_on"))
        .filter(Exists(held) | Exists(handed_in) | long_over)
        .order_by("raised_at", "pk")
    )


def settle_resumed(pks: Sequence[int], now: datetime) -> int:
    """End these alerts at the work that ended them, and count the silence from there."""
    alerts = list(
        CommitmentAlert.objects.filter(pk__in=pks, ended_at__isnull=True)
        .select_related("enrolment__student__user")
        .order_by("pk")
    )
    works = _works({alert.enrolment_id: alert.silent_since for alert in alerts}, now)
    follow = {row.enrolment_id: row for row in Followup.objects.filter(enrolment__in=works)}
    chains = lock_chains({alert.enrolment.student.user_id for alert in alerts})
    entries = []
    for alert in alerts:
        own = sorted(works[alert.enrolment_id])
        # What turns out later to have been work in the silence ends it at the alert.
        alert.ended_at = max(own[0], alert.raised_at) if own else end_instant(alert.enrolment)
        alert.revision += 1
        entries.append(_entry(alert, "commitment_resumed", alert.ended_at, None))
        if own and alert.enrolment_id in follow:
            row = follow[alert.enrolment_id]
            row.silent_since = own[0]
            row.alert_at = own[0] + policy_at(now).commitment.silence
    CommitmentAlert.objects.bulk_update(alerts, ["ended_at", "revision"])
    Followup.objects.bulk_update(follow.values(), ["silent_since", "alert_at"])
    write(entries=entries, now=now, chains=chains)
    return len(alerts)


@transaction.atomic
def mark_alert(*, alert_id: int, reasons: str, by: User, now: datetime) -> CommitmentAlert:
    """The mentor or the Learning Manager asks the Board to look (3.3). Opens nothing by itself, and is no penalty.

    Raises ``RuleError`` on ``reasons`` and ``alert``.
    """
    alert = (
        CommitmentAlert.objects.select_for_update(of=("self",))
        .select_related("enrolment__student__user", "enrolment__path")
        .get(pk=alert_id)
    )
    if not permissions.can_mark_alert(by, alert) and not mentors_now(by, alert, now):
        raise PermissionDenied
    if alert.marked_at is not None:
        raise desk.refuse("alert", gettext_noop("This alert was marked for the Board already."), CLAUSE)
    if alert.ended_at is not None or alert.enrolment.state != EnrolmentState.ACTIVE:
        raise desk.refuse("alert", gettext_noop("Work was taken up again: this alert is over."), CLAUSE)
    if not (reasons := written(reasons)):
        raise desk.refuse("reasons", gettext_noop("Say why the Board should look at it."), CLAUSE)
    alert.marked_at, alert.marked_by, alert.reasons = now, by, reasons
    alert.revision += 1
    alert.save(update_fields=["marked_at", "marked_by", "reasons", "revision"])
    write(entries=[_entry(alert, "commitment_marked", now, by, {"reasons": reasons})], now=now)
    return alert


def mentors_now(user: User, alert: CommitmentAlert, now: datetime) -> bool:
    """Whether this person is the mentor of the alert's student today."""
    return CommitmentAlert.objects.filter(mentee_scope(user, now), pk=alert.pk).exists()


def _entry(
    alert: CommitmentAlert, kind: str, at: datetime, by: User | None, more: dict[str, object] | None = None
) -> NewEntry:
    return NewEntry(
        subject_id=alert.enrolment.student.user_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=alert.policy_id,
        happened_at=at,
        actor_id=by.pk if by else None,
        about=f"students.enrolment:{alert.enrolment_id}",
        facts={"alert": alert.pk, "silent_since_at": iso(alert.silent_since), **(more or {})},
    )
