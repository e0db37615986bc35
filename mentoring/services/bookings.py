"""Another session in place of one that was missed or cancelled (A3, A8)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from mentoring import permissions
from mentoring.models import Absence, Medium, Mentorship, Origin, Session, SessionState
from mentoring.selectors.slots import REPLACEABLE, Picker, picker, replacing_mentorship
from record.services import lock_chains, write
from record.types import NewMessage
from rulebook.attendance import look_at
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from students.permissions import check_standing

from . import calendars, desk, generation, rescheduling
from .facts import iso
from .terms import adapted_for_sessions

ORIGINS = {SessionState.UNAUTHORISED_ABSENCE: Origin.RESCHEDULED}
"""How a session came about by what it replaces; in all other cases the session was postponed."""

TAKEN = gettext_noop("This slot is not free. Choose one of those that are shown.")

TOO_NEAR = gettext_noop(
    "The student could no longer give notice of an absence in time. Only they may choose a slot this near."
)


@transaction.atomic
def book_replacement(*, session_id: int, starts_at: datetime, by: User, now: datetime) -> Session:
    """Book another session for a missed or cancelled one, in a free slot of the mentor (A3).

    The student, their mentor and staff may; who is not the student leaves them the time for a notice. It meets the
    duty of 3.2 together with the reasons; booked late it cures nothing (A8). Raises ``RuleError`` on ``starts_at``
    when the slot is not free, on ``session`` when there is nothing to replace or it is replaced already, and
    ``Session.DoesNotExist``.
    """
    asked = Session.objects.select_related("enrolment__path", "student", "mentor").get(pk=session_id)
    mentorship = replacing_mentorship(asked, now)
    _may_book(asked, mentorship, by)
    if mentorship is None:
        raise desk.refuse("session", gettext_noop("There is no mentor to book a session with."))
    generation.catch_up(mentor_ids=[mentorship.mentor_id], student_ids=[asked.student_id], now=now)
    # Two who want the same hour stand in line here; the student's own bookings do so at the chain.
    calendars.lock_mentors({mentorship.mentor_id})
    missed = desk.take(session_id, now)
    chains = lock_chains({missed.student.user_id})
    check_standing(missed.enrolment, now, "session")
    _check_replaceable(missed)
    _check_free(picker(missed, now=now, mentorship=mentorship, by=by), starts_at)
    booked = _book(missed, mentorship, starts_at, now)
    policy_id = policy_at(now).id
    entry = desk.enter(
        "session_booked",
        booked,
        by=by,
        now=now,
        policy_id=policy_id,
        facts={
            "origin": str(booked.origin),
            "replaces": missed.pk,
            "replaced_starts_at": iso(missed.starts_at),
        },
    )
    write(entries=[entry], messages=_messages(booked, missed, by, now), now=now, chains=chains)
    _note_duty(missed, now)
    return booked


def replaceable(session: Session, now: datetime) -> RuleError | None:
    """Why no other session may be booked for this one, or None when one may."""
    try:
        check_standing(session.enrolment, now, "session")
        _check_replaceable(session)
    except RuleError as refusal:
        return refusal
    return None


def _may_book(missed: Session, mentorship: Mentorship | None, by: User) -> None:
    """The student, staff, and whoever is the mentor now: a former one books nothing more (A11)."""
    is_mentor = mentorship is not None and mentorship.mentor.user_id == by.pk
    if not is_mentor and not permissions.can_book_replacement(by, missed):
        raise PermissionDenied


def _check_replaceable(missed: Session) -> None:
    if missed.state not in REPLACEABLE:
        raise desk.refuse("session", gettext_noop("Only a missed or cancelled session can be booked again."))
    booked = Q(replaces=missed) | Q(replaces__replaces=missed, replaces__released_at__isnull=False)
    if missed.replaces_id is not None and missed.released_at is not None:
        # It took another one's place and was called off: only one session comes in the place of both.
        booked |= Q(replaces=missed.replaces_id)
    if Session.objects.filter(booked, released_at__isnull=True).exists():
        raise desk.refuse("session", gettext_noop("Another session is booked for this one already."))


def _check_free(offer: Picker, starts_at: datetime) -> None:
    if starts_at in offer.too_near:
        raise desk.refuse("starts_at", TOO_NEAR)
    if starts_at not in offer.starts:
        raise desk.refuse("starts_at", TAKEN)


def _book(missed: Session, mentorship: Mentorship, starts_at: datetime, now: datetime) -> Session:
    enrolment = missed.enrolment
    adapted = adapted_for_sessions([(0, enrolment.pk, starts_at, enrolment.time_zone)])[0]
    ends_at = starts_at + (missed.ends_at - missed.starts_at)
    try:
        with transaction.atomic():
            return Session.objects.create(
                mentorship=mentorship,
                enrolment=enrolment,
                student=missed.student,
                mentor=mentorship.mentor,
                starts_at=starts_at,
                ends_at=ends_at,
                origin=ORIGINS.get(SessionState(missed.state), Origin.POSTPONED),
                replaces=missed,
                medium=Medium.AUDIO if adapted.audio else Medium.VIDEO,
                video_link=mentorship.mentor.video_link,
                booked_at=now,
                falls_due_at=look_at(starts_at, ends_at, adapted.terms),
            )
    except IntegrityError as taken:
        # The database has the last word on overlaps.
        raise desk.refuse("starts_at", TAKEN) from taken


def _note_duty(missed: Session, now: datetime) -> None:
    """The booking's side of the duty: the first instant counts, and what was breached stays so (A8)."""
    absence: Absence | None = getattr(missed, "absence", None)
    if absence is None or absence.withdrawn_at is not None:
        return
    if absence.rebooked_at is None:
        absence.rebooked_at = now
        absence.revision += 1
        absence.save(update_fields=["rebooked_at", "revision"])
    rescheduling.mark_if_met(absence, now)


def _messages(booked: Session, missed: Session, by: User, now: datetime) -> list[NewMessage]:
    context = {
        "session": booked.pk,
        "starts_at": iso(booked.starts_at),
        "ends_at": iso(booked.ends_at),
        "told_at": iso(now),
        "replaced_starts_at": iso(missed.starts_at),
        "student": booked.student.user.full_name,
        "mentor": booked.mentor.user.full_name,
        "audio": booked.medium == Medium.AUDIO,
        "by": by.full_name,
        "clause": "3.2",
    }
    return [
        NewMessage(
            recipient_id=person.user_id,
            kind=kind,
            occasion=f"{kind.replace('_', '-')}:{booked.pk}",
            due_at=now,
            context=context,
        )
        for person, kind in (
            (booked.student, "session_booked"),
            (booked.mentor, "session_booked_mentor"),
        )
    ]
