"""Defences: booked, recorded, decided skill by skill, or called off (2.2, 2.5, 2.6).

Lock order: the work → its defence → what ``services.desk`` says (mentorships → mentors → sessions → chains). The
24-hour, lateness and no-show rules are those of weekly sessions and do not apply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q

from accounts.models import User
from mentoring.models import Defence, DefenceState, Medium, Mentor, Mentorship, SkillAssessment
from mentoring.permissions import can_assess, can_book_defence, can_cancel_defence, can_join_defence
from mentoring.purposes import DEFENCE_RECORDING
from mentoring.selectors.defence_slots import busy_spans, defence_slots
from mentoring.selectors.hours import load
from mentoring.selectors.works import assessors_for, current_mentor, current_mentors, without_assessor
from record.documents.services import Upload, delete_document, store_document
from record.services import write
from record.types import NewMessage
from rulebook import defences as rules
from rulebook.defences import DEFENCE, RECORDED, Assessment, check_move, check_span, judge_defence
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written
from students.models import EnrolmentState, ProjectWork, WorkState
from students.permissions import check_standing
from students.selectors import skills_of
from students.services import approve_skills, approved_skills, lock_work
from students.services.works import enter

from . import calendars, generation
from .facts import iso
from .terms import adapted_for_sessions

GONE = gettext_noop("The assessor no longer assesses defences.")
TAKEN = gettext_noop("This time is not free. Choose one of those that are shown.")


@transaction.atomic
def book_defence(
    *,
    work_id: int,
    assessor_id: int,
    starts_at: datetime,
    length: timedelta | None = None,
    by: User,
    now: datetime,
) -> Defence:
    """Book a defence of an approved project before an assessor.

    The student picks one of the assessor's free slots; the mentor and staff may propose any time at which both are
    free. Raises ``RuleError`` on ``work`` for a project that is not at that point, on ``assessor`` for one who may
    not assess it, and on ``starts_at`` and ``ends_at``.
    """
    work = lock_work(work_id)
    mentor = current_mentor(work.enrolment_id, now)
    if not can_book_defence(by, work) and (mentor is None or mentor.user_id != by.pk):
        raise PermissionDenied
    check_standing(work.enrolment, now, "work")
    check_standing(work.enrolment, starts_at, "starts_at")
    check_defendable(work)
    assessor = assessors_for(work).filter(pk=assessor_id).first()
    if assessor is None:
        raise _refuse("assessor", gettext_noop("Choose an assessor who did not approve this project."))
    generation.catch_up(mentor_ids=[assessor.pk], student_ids=[work.enrolment.student_id], now=now)
    # Weeks of these two are laid out before or after this, not meanwhile.
    mine = Q(mentor=assessor) | Q(enrolment__student=work.enrolment.student_id)
    list(Mentorship.objects.select_for_update(no_key=True).filter(mine).order_by("pk").values_list("pk"))
    calendars.lock_mentors({assessor.pk} | ({mentor.pk} if mentor else set()))
    if not assessors_for(work).filter(pk=assessor_id).exists():  # they left while this waited
        raise _refuse("assessor", GONE)
    terms = policy_at(now).defences
    ends_at = starts_at + (length or terms.length)
    check_span(starts_at, ends_at, min(terms.length, terms.longest) / 4, terms.longest, now)
    if by.pk == work.enrolment.student.user_id:
        if length is not None or starts_at not in defence_slots(work, assessor, now=now).starts:
            raise _refuse("starts_at", TAKEN)
    else:
        _check_free(work, assessor, starts_at, ends_at, now)
    adapted = adapted_for_sessions([(0, work.enrolment_id, starts_at, work.enrolment.time_zone)])[0]
    last = work.defences.aggregate(last=Max("attempt"))["last"] or 0
    try:
        with transaction.atomic():
            defence = Defence.objects.create(
                work=work,
                student=work.enrolment.student,
                assessor=assessor,
                attempt=last + 1,
                starts_at=starts_at,
                ends_at=ends_at,
                medium=Medium.AUDIO if adapted.audio else Medium.VIDEO,
                video_link=assessor.video_link,
                booked_at=now,
                booked_by=by,
            )
    except IntegrityError as taken:
        # The database has the last word on overlaps.
        raise _refuse("starts_at", TAKEN) from taken
    facts = {
        "defence": defence.pk,
        "starts_at": iso(starts_at),
        "attempt": defence.attempt,
        "assessor": assessor.user.full_name,
        "audio": defence.medium == Medium.AUDIO,
    }
    write(
        entries=[enter("defence_booked", work, facts, by=by, now=now)],
        messages=_tell("defence_booked", defence, now, facts),
        now=now,
    )
    return defence


def check_defendable(work: ProjectWork) -> None:
    """Raises ``RuleError`` on ``work`` for a project that cannot be defended now."""
    if not work.in_depth:
        raise _refuse("work", gettext_noop("This project is not defended: your mentor's approval is enough."))
    if work.dropped_at is not None:
        raise _refuse("work", gettext_noop("This project is no longer asked: its student changed Path."))
    if work.state == WorkState.DEFENDED:
        raise _refuse("work", gettext_noop("This project is defended already."))
    if work.state != WorkState.APPROVED:
        raise _refuse("work", gettext_noop("A project is defended once the mentor has approved it."))
    if work.enrolment.state != EnrolmentState.ACTIVE:
        raise RuleError("work", "2.7", gettext_noop("This training has ended."))
    if work.defences.filter(state=DefenceState.BOOKED).exists():
        raise _refuse("work", gettext_noop("A defence of this project is booked already."))


def _check_free(
    work: ProjectWork, assessor: Mentor, starts_at: datetime, ends_at: datetime, now: datetime
) -> None:
    """A proposed time is bound to no hours, but both are free, and the student is in training."""
    hours = load([assessor.pk], [work.enrolment], starts_at, ends_at)
    if any(begins < ends_at and starts_at < ends for begins, ends in busy_spans(hours, assessor, work, now)):
        raise _refuse("starts_at", gettext_noop("One of the two is not free at this time."))


@transaction.atomic
def join_defence(*, defence_id: int, by: User, now: datetime) -> Defence:
    """Somebody opened the link through the portal: kept as it was first, and judged by nobody.

    Raises ``RuleError`` on ``defence`` before the link opens, after the end, and for one that does not take place.
    """
    defence = _lock(defence_id)
    if not can_join_defence(by, defence):
        raise PermissionDenied
    check_standing(defence.work.enrolment, now, "defence")
    opens_at = defence.starts_at - policy_at(defence.starts_at).defences.join_opens_before
    if defence.state == DefenceState.CANCELLED:
        raise _refuse("defence", gettext_noop("This defence does not take place."))
    if now < opens_at:
        raise _refuse("defence", gettext_noop("The video link is not open yet."))
    if now > defence.ends_at or defence.state != DefenceState.BOOKED:
        raise _refuse("defence", gettext_noop("This defence is over."))
    field = "student_joined_at" if by.pk == defence.student.user_id else "assessor_joined_at"
    if getattr(defence, field) is None:
        setattr(defence, field, now)
        defence.save(update_fields=[field])
    return defence


@transaction.atomic
def attach_recording(*, defence_id: int, upload: Upload, by: User, now: datetime) -> Defence:
    """The assessor adds the recording; as long as nothing is decided, another takes its place (2.6).

    Raises ``RuleError`` on ``recording`` before the start and once it is decided, and what the store refuses.
    """
    defence = _lock(defence_id)
    if not can_assess(by, defence):
        raise PermissionDenied
    if defence.state != DefenceState.BOOKED:
        raise _refuse("recording", gettext_noop("This defence is no longer open."), RECORDED)
    if now < defence.starts_at:
        raise _refuse("recording", gettext_noop("This defence has not begun."), RECORDED)
    before = defence.recording
    defence.recording = store_document(
        purpose=DEFENCE_RECORDING,
        upload=upload,
        subject=defence.student.user,
        about=f"mentoring.defence:{defence.pk}",
        by=by,
        now=now,
    )
    defence.recorded_at = now
    _save(defence, "recording", "recorded_at")
    if before is not None:
        why = gettext_noop("Another recording took its place.")
        delete_document(document=before, why=why, clause=RECORDED, by=by, now=now)
    facts = {"defence": defence.pk, "sha256": defence.recording.sha256, "starts_at": iso(defence.starts_at)}
    write(entries=[enter("defence_recorded", defence.work, facts, by=by, now=now, clause=RECORDED)], now=now)
    return defence


@transaction.atomic
def decide_defence(
    *,
    defence_id: int,
    assessed: Mapping[int, Assessment],
    comment: str,
    by: User,
    now: datetime,
) -> Defence:
    """The assessor's word on each skill that is still to be approved, and with it the outcome (2.2).

    Without a recording no skill is approved; the database refuses it, too. Raises ``RuleError`` as
    ``rulebook.defences.judge_defence``, on ``comment`` and on ``state``.
    """
    work = lock_work(Defence.objects.values_list("work_id", flat=True).get(pk=defence_id))
    defence = _lock(defence_id)
    if not can_assess(by, defence):
        raise PermissionDenied
    if defence.state != DefenceState.BOOKED:
        check_move(defence.state, DefenceState.PASSED)
    if work.state != WorkState.APPROVED:
        raise _refuse("state", gettext_noop("The project is no longer approved: cancel this defence."))
    if not (text := written(comment)):
        raise _refuse("comment", gettext_noop("Say in a few words how it went: the jury reads it."))
    skills = skills_of([work])[work.pk]
    verdict = judge_defence(
        assessed,
        tuple(skill.pk for skill in skills),
        approved_skills(work),
        recorded=defence.recording_id is not None and defence.recording.deleted_at is None,  # type: ignore[union-attr]  # there is one
        starts_at=defence.starts_at,
        decided_at=now,
    )
    SkillAssessment.objects.bulk_create(
        SkillAssessment(defence=defence, skill_id=pk, approved=each.approved, comment=each.comment.strip())
        for pk, each in assessed.items()
    )
    _close(defence, DefenceState(verdict.outcome), text, by, now)
    about = f"mentoring.defence:{defence.pk}"
    approve_skills(
        work=work,
        comments={pk: assessed[pk].comment for pk in verdict.approved},
        passed=verdict.outcome == rules.DefenceState.PASSED,
        about=about,
        by=by,
        now=now,
    )
    codes = {skill.pk: skill.code for skill in skills}
    facts = {
        "defence": defence.pk,
        "starts_at": iso(defence.starts_at),
        "attempt": defence.attempt,
        "comment": text,
        "approved": [codes[pk] for pk in verdict.approved],
        "not_approved": [codes[pk] for pk, each in assessed.items() if not each.approved],
        "passed": verdict.outcome == rules.DefenceState.PASSED,
        "assessor": by.full_name,
    }
    kind = "defence_passed" if facts["passed"] else "defence_failed"
    messages = [_message("defence_decided", defence, defence.student.user_id, now, facts)]
    mentor = current_mentor(work.enrolment_id, now)
    if mentor is not None and mentor.user_id != by.pk:
        messages.append(_message("defence_decided_mentor", defence, mentor.user_id, now, facts))
    entries = [enter(kind, work, facts, by=by, now=now)]
    write(entries=entries, messages=messages, now=now)
    return defence


@transaction.atomic
def cancel_defence(*, defence_id: int, reason: str, by: User, now: datetime) -> Defence:
    """Call a booked defence off: it counts as nothing, and another can be booked.

    The student, the assessor, the mentor and staff may. Raises ``RuleError`` on ``reason`` and ``state``.
    """
    lock_work(Defence.objects.values_list("work_id", flat=True).get(pk=defence_id))
    defence = _lock(defence_id)
    mentor = current_mentor(defence.work.enrolment_id, now)
    if not can_cancel_defence(by, defence) and (mentor is None or mentor.user_id != by.pk):
        raise PermissionDenied
    check_move(defence.state, DefenceState.CANCELLED)
    if not (text := written(reason)):
        raise _refuse("reason", gettext_noop("Say why: the other side is told."))
    call_off([defence.pk], text, DEFENCE, by=by, now=now)
    defence.refresh_from_db()
    return defence


def hold(wanted: Q) -> list[int]:
    """Lock the booked defences that a change of a training meets, before sessions and chains are locked."""
    rows = Defence.objects.select_for_update(of=("self",), no_key=True).filter(
        wanted, state=DefenceState.BOOKED
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def call_off(pks: Sequence[int], reason: str, clause: str, *, by: User | None, now: datetime) -> None:
    """Cancel these booked defences, which are locked: neutral, and the student, the assessor and the mentor are told.

    In a transaction.
    """
    if not pks:
        return
    rows = list(
        Defence.objects.filter(pk__in=pks, state=DefenceState.BOOKED).select_related(
            "work__enrolment__student__user",
            "work__enrolment__path",
            "work__project",
            "assessor__user",
            "student__user",
        )
    )
    Defence.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=DefenceState.CANCELLED,
        decided_at=now,
        decided_by=by,
        comment=reason,
        revision=F("revision") + 1,
    )
    mentors = current_mentors([row.work.enrolment_id for row in rows], now)
    entries, messages = [], []
    for row in rows:
        facts = {"defence": row.pk, "starts_at": iso(row.starts_at), "reason": reason, "attempt": row.attempt}
        entries.append(enter("defence_cancelled", row.work, facts, by=by, now=now, clause=clause))
        messages += _tell("defence_cancelled", row, now, facts)
        mentor = mentors.get(row.work.enrolment_id)
        if mentor is not None and mentor.pk != row.assessor_id and (by is None or mentor.user_id != by.pk):
            messages.append(_message("defence_cancelled_mentor", row, mentor.user_id, now, facts))
    write(entries=entries, messages=messages, now=now)


def settle_without_assessor(pks: Sequence[int], now: datetime) -> int:
    """Call off the defences whose assessor lost the role or the account, whoever took it from them."""
    mine = hold(Q(pk__in=pks) & Q(pk__in=without_assessor(now).values("pk")))
    call_off(mine, GONE, DEFENCE, by=None, now=now)
    return len(mine)


def _lock(defence_id: int) -> Defence:
    Defence.objects.select_for_update(no_key=True).get(pk=defence_id)
    return Defence.objects.select_related(
        "work__enrolment__student__user",
        "work__enrolment__path",
        "work__project",
        "assessor__user",
        "student__user",
        "recording",
    ).get(pk=defence_id)


def _close(defence: Defence, state: DefenceState, text: str, by: User, now: datetime) -> None:
    check_move(defence.state, state)
    defence.state, defence.decided_at, defence.decided_by, defence.comment = state, now, by, text
    _save(defence, "state", "decided_at", "decided_by", "comment")


def _save(defence: Defence, *fields: str) -> None:
    defence.revision += 1
    defence.save(update_fields=[*fields, "revision"])


def _tell(kind: str, defence: Defence, now: datetime, facts: Mapping[str, object]) -> list[NewMessage]:
    """The student and the assessor are told, each in their own words."""
    return [
        _message(kind, defence, defence.student.user_id, now, facts),
        _message(f"{kind}_assessor", defence, defence.assessor.user_id, now, facts),
    ]


def _message(
    kind: str, defence: Defence, person: int, now: datetime, facts: Mapping[str, object]
) -> NewMessage:
    work = defence.work
    return NewMessage(
        recipient_id=person,
        kind=kind,
        occasion=f"{kind.replace('_', '-')}:{defence.pk}:{person}",
        due_at=now,
        context={
            "work": work.pk,
            "project": work.project.title,
            "path": work.enrolment.path.title,
            "student": work.enrolment.student.user.full_name,
            "ends_at": iso(defence.ends_at),
            "told_at": iso(now),
            "clause": DEFENCE,
            **facts,
        },
    )


def _refuse(field: str, text: str, clause: str = DEFENCE) -> RuleError:
    return RuleError(field, clause, text)
