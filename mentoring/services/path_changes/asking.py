"""Asked for: the mentor's advice, the student's request, the funders' approval (C1, C2)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from mentoring import permissions
from mentoring.services import leaves, mentorships
from record.services import write
from record.types import NewMessage
from rulebook.business_days import earliest_effect
from rulebook.dates import local_date
from rulebook.marking import gettext_noop
from rulebook.policy import get_policy, policy_at
from rulebook.texts import written
from students.models import (
    ChangeOfPath,
    ChangeState,
    Consultation,
    Enrolment,
    Path,
)
from students.permissions import check_standing
from students.services.approvals import ask_funders, funding_on, missing

from .rows import ROW, check_path, close, lock, may_become, take
from .telling import CLAUSE, deciders, enter, entry_of, message, people_of, refuse


@transaction.atomic
def record_consultation(
    *, enrolment_id: int, to_path: Path, advice: str, by: User, now: datetime
) -> Consultation:
    """The mentor's word on a student's wish to go over to another Path: recorded first (C1).

    Raises ``RuleError`` on ``advice`` and ``to_path``.
    """
    enrolment = mentorships.lock_enrolments([Enrolment(pk=enrolment_id)])[0]
    mentor = leaves.current_mentor(enrolment, now)
    if mentor is None or mentor.user_id != by.pk:
        raise PermissionDenied
    if not written(advice):
        raise refuse("advice", gettext_noop("Write down what you advised."))
    check_standing(enrolment, now)
    check_path(enrolment, to_path)
    row = Consultation.objects.create(
        enrolment=enrolment, to_path=to_path, advice=advice.strip(), recorded_at=now, recorded_by=by
    )
    facts = {"path": enrolment.path.code, "to_path": to_path.code, "advice": row.advice}
    entry = enter(enrolment, "path_consultation", by, now, policy_at(now).id, facts)
    message = NewMessage(
        recipient_id=enrolment.student.user_id,
        kind="path_change",
        occasion=f"path-consultation:{row.pk}",
        due_at=now,
        context={
            "event": "consulted",
            "is_student": True,
            "enrolment": enrolment.pk,
            "student": enrolment.student.user.full_name,
            "from_path": enrolment.path.title,
            "to_path": to_path.title,
            "decision": row.advice,
            "clause": CLAUSE,
        },
    )
    write(entries=[entry], messages=[message], now=now)
    return row


@transaction.atomic
def request_change(*, consultation_id: int, reason: str, by: User, now: datetime) -> ChangeOfPath:
    """The student asks the school, after the mentor (C1). Without funders it is accepted for processing at once; else
    once each one's written approval is on file (C2).

    Raises ``RuleError`` on ``reason``, ``consultation`` and ``to_path``, and ``Consultation.DoesNotExist``.
    """
    enrolment_id = Consultation.objects.values_list("enrolment_id", flat=True).get(pk=consultation_id)
    enrolment = mentorships.lock_enrolments([Enrolment(pk=enrolment_id)])[0]
    if not permissions.can_ask_change(by, enrolment):
        raise PermissionDenied
    check_standing(enrolment, now)
    consultation = Consultation.objects.select_related("to_path").get(pk=consultation_id)
    if not written(reason):
        raise refuse("reason", gettext_noop("Say why: the school reads it."))
    check_path(enrolment, consultation.to_path)
    policy = policy_at(now)
    try:
        with transaction.atomic():
            change = ChangeOfPath.objects.create(
                enrolment=enrolment,
                from_path=enrolment.path,
                to_path=consultation.to_path,
                consultation=consultation,
                reason=reason.strip(),
                requested_at=now,
                policy_id=policy.id,
                state=ChangeState.WAITING,
                remind_at=now + policy.change.remind_after,
            )
    except IntegrityError as twice:
        raise refuse(
            "consultation", gettext_noop("A change of Path is under way, or this advice was used already.")
        ) from twice
    funders = list(funding_on(enrolment, local_date(now, enrolment.time_zone)))
    ask_funders(change, funders, now)
    people = people_of(change, now)
    messages = [message(change, "requested", person, now) for person in people]
    facts = {"reason": change.reason, "funders": [str(each.funder) for each in funders]}
    write(entries=[entry_of(change, "path_change_requested", by, now, **facts)], messages=messages, now=now)
    accept_if_whole(change.pk, now)
    change.refresh_from_db()
    return change


def accept_if_whole(change_id: int, now: datetime) -> None:
    """Accept a change for processing once nobody's approval is missing (C2): the business days count from here (C1).

    In a transaction that holds the training's lock.
    """
    change = lock(change_id)
    enrolment = change.enrolment
    today = local_date(now, enrolment.time_zone)
    if change.state != ChangeState.WAITING or missing(change, funding_on(enrolment, today)):
        return
    terms = get_policy(change.policy_id).change
    change.state, change.accepted_at = ChangeState.ACCEPTED, now
    change.earliest_on = earliest_effect(now, terms, enrolment.time_zone, enrolment.region)
    change.remind_at = now + terms.remind_after
    change.revision += 1
    change.save()
    people = [enrolment.student.user_id, *deciders(change)]
    messages = [message(change, "accepted", person, now) for person in dict.fromkeys(people)]
    entry = entry_of(change, "path_change_accepted", None, now, earliest_on=str(change.earliest_on))
    write(entries=[entry], messages=messages, now=now)


@transaction.atomic
def withdraw_change(*, change_id: int, by: User, now: datetime) -> ChangeOfPath:
    """The student stays on their Path. Raises ``RuleError`` on ``change`` when it is closed or its day has come."""
    change = take(change_id)
    if not permissions.can_ask_change(by, change.enrolment):
        raise PermissionDenied
    if change.falls_due_at is not None and change.falls_due_at <= now:
        raise refuse("change", gettext_noop("This change has taken effect."))
    may_become(change, ChangeState.WITHDRAWN)
    change.falls_due_at = None
    close(change, ChangeState.WITHDRAWN, change.decision, by, now)
    messages = [message(change, "withdrawn", person, now) for person in people_of(change, now)]
    write(entries=[entry_of(change, "path_change_withdrawn", by, now)], messages=messages, now=now)
    return change


def recount(enrolment: Enrolment, by: User, now: datetime) -> None:
    """Count the business days of an accepted change anew, after the training's region changed (C1). Its training is
    locked."""
    rows = ChangeOfPath.objects.select_for_update(of=("self",), no_key=True).select_related(*ROW)
    for change in rows.filter(enrolment=enrolment, state=ChangeState.ACCEPTED):
        assert change.accepted_at is not None
        terms = get_policy(change.policy_id).change
        earliest = earliest_effect(change.accepted_at, terms, enrolment.time_zone, enrolment.region)
        if earliest == change.earliest_on:
            continue
        change.earliest_on = earliest
        change.revision += 1
        change.save(update_fields=["earliest_on", "revision"])
        people = [enrolment.student.user_id, *deciders(change)]
        messages = [message(change, "recounted", person, now) for person in dict.fromkeys(people)]
        entry = entry_of(change, "path_change_recounted", by, now, earliest_on=str(earliest))
        write(entries=[entry], messages=messages, now=now)
