"""Changes of Path (2.8): the mentor's word, the request, the funders, seven business days, its day (C1, C2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from accounts.models import User
from mentoring import permissions
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.business_days import earliest_effect
from rulebook.dates import local_date, local_instant
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import get_policy, policy_at
from students.models import (
    ChangeOfPath,
    ChangeState,
    Consultation,
    Enrolment,
    EnrolmentState,
    Path,
    ProjectWork,
    ShiftCause,
    Skill,
    SkillApproval,
    WorkState,
)
from students.models.changes import CHANGE_TRANSITIONS, OPEN_CHANGES
from students.permissions import check_standing
from students.selectors import student_success_team
from students.services import NewDates, carry_over_skills
from students.services.approvals import ask_funders, funding_on, missing

from . import adaptations, defences, leaves, mentorships

CLAUSE = "2.8"
CHANGED = gettext_noop("The training goes over to another Path.")
ROW = ("enrolment__student__user", "enrolment__path", "from_path", "to_path")


@dataclass(frozen=True, slots=True)
class ChangeEffect:
    """What a change of Path does to projects: which are finished and stay, which were begun and close as they are,
    which were not begun and fall away, which are new, and which skills carry over."""

    finished: tuple[str, ...]
    closed: tuple[str, ...]
    dropped: tuple[str, ...]
    new: tuple[str, ...]
    carried: tuple[str, ...]


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
    if not advice.strip():
        raise _refuse("advice", gettext_noop("Write down what you advised."))
    check_standing(enrolment, now)
    _check_path(enrolment, to_path)
    row = Consultation.objects.create(
        enrolment=enrolment, to_path=to_path, advice=advice.strip(), recorded_at=now, recorded_by=by
    )
    facts = {"path": enrolment.path.code, "to_path": to_path.code, "advice": row.advice}
    entry = _enter(enrolment, "path_consultation", by, now, policy_at(now).id, facts)
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
    if not reason.strip():
        raise _refuse("reason", gettext_noop("Say why: the school reads it."))
    _check_path(enrolment, consultation.to_path)
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
        raise _refuse(
            "consultation", gettext_noop("A change of Path is under way, or this advice was used already.")
        ) from twice
    funders = list(funding_on(enrolment, local_date(now, enrolment.time_zone)))
    ask_funders(change, funders, now)
    people = _people(change, now)
    messages = [_message(change, "requested", person, now) for person in people]
    facts = {"reason": change.reason, "funders": [str(each.funder) for each in funders]}
    write(entries=[_entry(change, "path_change_requested", by, now, **facts)], messages=messages, now=now)
    accept_if_whole(change.pk, now)
    change.refresh_from_db()
    return change


def accept_if_whole(change_id: int, now: datetime) -> None:
    """Accept a change for processing once nobody's approval is missing (C2): the business days count from here (C1).

    In a transaction that holds the training's lock.
    """
    change = _lock(change_id)
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
    people = [enrolment.student.user_id, *_deciders(change)]
    messages = [_message(change, "accepted", person, now) for person in dict.fromkeys(people)]
    entry = _entry(change, "path_change_accepted", None, now, earliest_on=str(change.earliest_on))
    write(entries=[entry], messages=messages, now=now)


@transaction.atomic
def schedule_change(
    *,
    change_id: int,
    takes_effect_on: date,
    ends_on: date,
    decision: str = "",
    by: User,
    now: datetime,
) -> ChangeOfPath:
    """The school agrees: on which day the change takes effect, and when the training ends then.

    Raises ``RuleError`` on ``takes_effect_on`` before the seventh business day (C1), on ``ends_on`` and ``change``.
    """
    change = _take(change_id)
    enrolment = change.enrolment
    if not permissions.can_decide_change(by, enrolment):
        raise PermissionDenied
    _may_become(change, ChangeState.SCHEDULED)
    _check_path(enrolment, change.to_path)
    assert change.earliest_on is not None
    if takes_effect_on < change.earliest_on:
        raise _refuse(
            "takes_effect_on",
            gettext_noop("It takes effect seven business days after its receipt at the earliest."),
        )
    if takes_effect_on <= local_date(now, enrolment.time_zone):
        raise _refuse("takes_effect_on", gettext_noop("Choose a day to come."))
    if takes_effect_on > enrolment.last_day:
        raise _refuse("takes_effect_on", gettext_noop("This day lies outside of the training."))
    if ends_on < takes_effect_on:
        raise _refuse("ends_on", gettext_noop("The last day comes before the change."))
    change.takes_effect_on, change.ends_on = takes_effect_on, ends_on
    change.falls_due_at = local_instant(takes_effect_on, time(0), enrolment.time_zone)
    _close(change, ChangeState.SCHEDULED, decision.strip(), by, now)
    facts = {"takes_effect_on": str(takes_effect_on), "ends_on": str(ends_on), "decision": change.decision}
    messages = [_message(change, "scheduled", person, now) for person in _people(change, now)]
    write(entries=[_entry(change, "path_change_scheduled", by, now, **facts)], messages=messages, now=now)
    return change


@transaction.atomic
def refuse_change(*, change_id: int, decision: str, by: User, now: datetime) -> ChangeOfPath:
    """Say no, with reasons. Raises ``RuleError`` on ``decision`` and ``change``."""
    if not decision.strip():
        raise _refuse("decision", gettext_noop("Say why: the student reads it."))
    change = _take(change_id)
    if not permissions.can_decide_change(by, change.enrolment):
        raise PermissionDenied
    _may_become(change, ChangeState.REFUSED)
    _close(change, ChangeState.REFUSED, decision.strip(), by, now)
    messages = [_message(change, "refused", person, now) for person in _people(change, now)]
    entry = _entry(change, "path_change_refused", by, now, decision=change.decision)
    write(entries=[entry], messages=messages, now=now)
    return change


@transaction.atomic
def withdraw_change(*, change_id: int, by: User, now: datetime) -> ChangeOfPath:
    """The student stays on their Path. Raises ``RuleError`` on ``change`` when it is closed or its day has come."""
    change = _take(change_id)
    if not permissions.can_ask_change(by, change.enrolment):
        raise PermissionDenied
    if change.falls_due_at is not None and change.falls_due_at <= now:
        raise _refuse("change", gettext_noop("This change has taken effect."))
    _may_become(change, ChangeState.WITHDRAWN)
    change.falls_due_at = None
    _close(change, ChangeState.WITHDRAWN, change.decision, by, now)
    messages = [_message(change, "withdrawn", person, now) for person in _people(change, now)]
    write(entries=[_entry(change, "path_change_withdrawn", by, now)], messages=messages, now=now)
    return change


def effect_of(enrolment: Enrolment, to_path: Path) -> ChangeEffect:
    """What going over to a Path would do to a student's projects now; four statements."""
    works = list(
        ProjectWork.objects.filter(enrolment=enrolment, dropped_at__isnull=True).select_related("project")
    )
    approved = _approved(enrolment)
    projects = list(to_path.projects.filter(retired_at__isnull=True).order_by("position"))
    skills = Skill.objects.filter(project__in=projects, retired_at__isnull=True, code__in=approved)
    closing = [work for work in works if not _finished(work) and work.state != WorkState.TODO]
    return ChangeEffect(
        tuple(work.project.title for work in works if _finished(work)),
        tuple(work.project.title for work in closing),
        tuple(work.project.title for work in works if work.state == WorkState.TODO),
        tuple(project.title for project in projects),
        tuple(dict.fromkeys(str(skill) for skill in skills)),
    )


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
        people = [enrolment.student.user_id, *_deciders(change)]
        messages = [_message(change, "recounted", person, now) for person in dict.fromkeys(people)]
        entry = _entry(change, "path_change_recounted", by, now, earliest_on=str(earliest))
        write(entries=[entry], messages=messages, now=now)


# Time ------------------------------------------------------------------------------------------


def settle_effects(pks: Sequence[int], now: datetime) -> int:
    """Changes of these locked trainings whose day has come take effect, as of its first instant, one by one."""
    rows = list(
        ChangeOfPath.objects.filter(enrolment__in=pks, state=ChangeState.SCHEDULED, falls_due_at__lte=now)
        .select_for_update(of=("self",), no_key=True)
        .select_related(*ROW)
        .order_by("falls_due_at", "pk")
    )
    for change in rows:
        _take_effect(change, now)
    return len(rows)


def settle_reminders(pks: Sequence[int], now: datetime) -> int:
    """Remind, once, whom a request waits for: the student of a funder's approval, else who decides."""
    rows = list(
        ChangeOfPath.objects.filter(pk__in=pks, state__in=OPEN_CHANGES, remind_at__lte=now).select_related(
            *ROW
        )
    )
    messages = []
    for row in rows:
        waits_for_funder = row.state == ChangeState.WAITING
        people = [row.enrolment.student.user_id] if waits_for_funder else _deciders(row)
        messages += [_message(row, "reminder", person, row.remind_at or now) for person in people]
    ChangeOfPath.objects.filter(pk__in=[row.pk for row in rows]).update(remind_at=None)
    write(entries=[], messages=messages, now=now)
    return len(rows)


def _take_effect(change: ChangeOfPath, now: datetime) -> None:
    due_at = change.falls_due_at
    assert due_at is not None and change.ends_on is not None
    enrolment = change.enrolment
    mentor = leaves.current_mentor(enrolment, now)
    if enrolment.state != EnrolmentState.ACTIVE:
        ChangeOfPath.objects.filter(pk=change.pk).update(
            state=ChangeState.WITHDRAWN, falls_due_at=None, remind_at=None, revision=F("revision") + 1
        )
        return
    closed = _close_works(enrolment, due_at, now)
    enrolment.path = change.to_path
    enrolment.save(update_fields=["path"])
    _give_programme(enrolment, due_at)
    carried = []
    for work in ProjectWork.objects.filter(
        enrolment=enrolment, project__path=enrolment.path, dropped_at__isnull=True
    ).order_by("pk"):
        carried += carry_over_skills(work=work, by=None, now=now)
    codes = sorted({row.skill.code for row in carried})
    if change.ends_on != enrolment.ends_on:
        moved = NewDates(
            enrolment, enrolment.starts_on, change.ends_on, cause=ShiftCause.CHANGE, change=change
        )
        adaptations.change_training_dates(changes=[moved], by=None, now=now)
    change.state, change.effective_at = ChangeState.EFFECTIVE, due_at
    change.falls_due_at = change.remind_at = None
    change.revision += 1
    change.save()
    people = [enrolment.student.user_id, *([mentor.user_id] if mentor else []), *_managers(change)]
    messages = [_message(change, "effective", person, due_at) for person in dict.fromkeys(people)]
    entry = _entry(
        change,
        "path_change_effective",
        None,
        due_at,
        skills=codes,
        closed=closed,
        ends_on=str(change.ends_on),
    )
    write(entries=[entry], messages=messages, now=now)


def _finished(work: ProjectWork) -> bool:
    """Nothing more is asked for this work: it stays in the programme as it is."""
    return work.state == WorkState.DEFENDED or (work.state == WorkState.APPROVED and not work.in_depth)


def _close_works(enrolment: Enrolment, at: datetime, now: datetime) -> list[str]:
    """What is not finished on the old Path no longer has to be done: closed as it is, with all that was handed in,
    and a booked defence of it called off (2.8). Returns the titles of those that were begun."""
    works = list(
        ProjectWork.objects.select_for_update(of=("self",), no_key=True)
        .filter(enrolment=enrolment, dropped_at__isnull=True)
        .select_related("project")
        .order_by("pk")
    )
    open_works = [work for work in works if not _finished(work)]
    ids = [work.pk for work in open_works]
    booked = defences.hold(Q(work__in=ids))
    ProjectWork.objects.filter(pk__in=ids).update(dropped_at=at)
    defences.call_off(booked, CHANGED, CLAUSE, by=None, now=now)
    return [work.project.title for work in open_works if work.state != WorkState.TODO]


def _approved(enrolment: Enrolment) -> set[str]:
    """The codes of the skills that this student has proved, in whichever training (2.8)."""
    rows = SkillApproval.objects.filter(
        work__enrolment__student=enrolment.student_id, withdrawn_at__isnull=True
    )
    return set(rows.values_list("skill__code", flat=True))


def _give_programme(enrolment: Enrolment, at: datetime) -> None:
    """The projects of the new Path; one that the student had before, and has not finished, is given anew."""
    standing = {project.pk: project for project in enrolment.path.projects.filter(retired_at__isnull=True)}
    known = ProjectWork.objects.filter(enrolment=enrolment, project__in=standing)
    known.filter(dropped_at__isnull=False).update(dropped_at=None, given_at=at)
    had = set(known.values_list("project_id", flat=True))
    ProjectWork.objects.bulk_create(
        ProjectWork(enrolment=enrolment, project=project, in_depth=project.in_depth, given_at=at)
        for pk, project in standing.items()
        if pk not in had
    )


# Shared ----------------------------------------------------------------------------------------


def _lock(change_id: int) -> ChangeOfPath:
    return (
        ChangeOfPath.objects.select_for_update(of=("self",), no_key=True)
        .select_related(*ROW)
        .get(pk=change_id)
    )


def _take(change_id: int) -> ChangeOfPath:
    """The change, its training locked first. Raises ``ChangeOfPath.DoesNotExist``."""
    enrolment_id = ChangeOfPath.objects.values_list("enrolment_id", flat=True).get(pk=change_id)
    enrolment = mentorships.lock_enrolments([Enrolment(pk=enrolment_id)])[0]
    change = _lock(change_id)
    change.enrolment = enrolment
    return change


def _check_path(enrolment: Enrolment, to_path: Path) -> None:
    if enrolment.state != EnrolmentState.ACTIVE:
        raise _refuse("enrolment", gettext_noop("This training has ended."))
    if to_path.pk == enrolment.path_id:
        raise _refuse("to_path", gettext_noop("This is the Path that the training follows now."))
    if not to_path.active:
        raise _refuse("to_path", gettext_noop("This Path takes no new enrolments."))
    other = Enrolment.objects.filter(student=enrolment.student_id, path=to_path, state=EnrolmentState.ACTIVE)
    if other.exists():
        raise _refuse("to_path", gettext_noop("This student is already in training on this Path."))


def _may_become(change: ChangeOfPath, state: ChangeState) -> None:
    if state in CHANGE_TRANSITIONS[ChangeState(change.state)]:
        return
    if change.state == ChangeState.WAITING:
        raise _refuse("change", gettext_noop("It waits for the funders' written approval (2.8)."))
    raise _refuse("change", gettext_noop("This change of Path is closed or decided."))


def _close(change: ChangeOfPath, state: ChangeState, decision: str, by: User, now: datetime) -> None:
    change.state, change.decision = state, decision
    change.decided_at, change.decided_by = now, by
    change.remind_at = None
    change.revision += 1
    change.save()


def _managers(change: ChangeOfPath) -> list[int]:
    managers = (change.from_path.learning_manager_id, change.to_path.learning_manager_id)
    return [pk for pk in managers if pk is not None]


def _deciders(change: ChangeOfPath) -> list[int]:
    """The Learning Manager of the Path that is left, and Student Success."""
    manager = change.from_path.learning_manager_id
    return list(dict.fromkeys([*([manager] if manager else []), *student_success_team()]))


def _people(change: ChangeOfPath, now: datetime) -> list[int]:
    mentor = leaves.current_mentor(change.enrolment, now)
    people = [change.enrolment.student.user_id, *([mentor.user_id] if mentor else []), *_deciders(change)]
    return list(dict.fromkeys(people))


def _entry(change: ChangeOfPath, kind: str, by: User | None, at: datetime, **facts: object) -> NewEntry:
    own = {"change": change.pk, "path": change.from_path.title, "to_path": change.to_path.title}
    return _enter(change.enrolment, kind, by, at, change.policy_id, {**own, **facts})


def _enter(
    enrolment: Enrolment,
    kind: str,
    by: User | None,
    at: datetime,
    policy_id: str,
    facts: Mapping[str, object],
) -> NewEntry:
    return NewEntry(
        subject_id=enrolment.student.user_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=policy_id,
        happened_at=at,
        actor_id=by.pk if by else None,
        about=f"students.enrolment:{enrolment.pk}",
        facts=facts,
    )


def _message(change: ChangeOfPath, event: str, recipient_id: int, at: datetime) -> NewMessage:
    enrolment = change.enrolment
    return NewMessage(
        recipient_id=recipient_id,
        kind="path_change",
        occasion=f"path-change-{event}:{change.pk}:{change.revision}:{recipient_id}",
        due_at=at,
        context={
            "change": change.pk,
            "enrolment": enrolment.pk,
            "event": event,
            "is_student": recipient_id == enrolment.student.user_id,
            "student": enrolment.student.user.full_name,
            "from_path": change.from_path.title,
            "to_path": change.to_path.title,
            "reason": change.reason,
            "decision": change.decision,
            "waits": change.state == ChangeState.WAITING,
            "earliest_on": str(change.earliest_on or ""),
            "takes_effect_on": str(change.takes_effect_on or ""),
            "ends_on": str(change.ends_on or ""),
            "clause": CLAUSE,
        },
    )


def _refuse(field: str, message: str, **params: object) -> RuleError:
    return RuleError(field, CLAUSE, message, params)
