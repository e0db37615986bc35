"""Somebody who begins a training and looks like a banned person (B9, abuse 42): flagged, and decided by a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written
from students.models import Enrolment, FlagState, IdentityFlag
from students.permissions import may_settle_identity
from students.selectors import student_success_team
from students.selectors.standing import Likeness, like_banned

from .standing import ban

CLAUSE = "4.2"


def raise_flags(enrolments: Sequence[Enrolment], now: datetime) -> list[IdentityFlag]:
    """Flag whoever begins a training and looks like somebody banned; one statement where nobody is banned.

    The training stands until a person has decided. The school's own chain holds the entry and not the person's: if
    it is somebody else, they have no business with another's ban.
    """
    of_student = {made.student_id: made for made in enrolments}
    alike = like_banned([made.student for made in enrolments], now)
    flags = IdentityFlag.objects.bulk_create(
        IdentityFlag(
            student=each.student,
            ban=each.ban,
            enrolment=of_student[each.student.pk],
            matched=" ".join(each.matched),
            raised_at=now,
        )
        for each in alike
    )
    if flags:
        team = student_success_team()
        write(
            entries=[_entry(flag, "identity_flagged", None, now, matched=flag.matched) for flag in flags],
            messages=[
                _message(flag, each, person, now)
                for flag, each in zip(flags, alike, strict=True)
                for person in team
            ],
            now=now,
        )
    return flags


@transaction.atomic
def settle_flag(
    *, flag_id: int, same: bool, reasons: str, by: User, now: datetime, revision: int | None = None
) -> IdentityFlag:
    """Say whether two accounts are one person, with reasons; once. If they are, the ban holds for this one, too.

    Trainings that the ban closes end in ``mentoring.services.standing``, which calls this. Raises ``RuleError`` on
    ``reasons`` and ``flag``.
    """
    if not written(reasons):
        raise RuleError("reasons", CLAUSE, gettext_noop("Say how you know: it stays in the record."))
    row = (
        IdentityFlag.objects.select_for_update(of=("self",), no_key=True)
        .select_related("student__user", "ban")
        .get(pk=flag_id)
    )
    if not may_settle_identity(by) or row.student.user_id == by.pk:
        raise PermissionDenied
    if row.state != FlagState.OPEN:
        raise RuleError("flag", CLAUSE, gettext_noop("This was decided already."))
    row.state = FlagState.SAME if same else FlagState.OTHER
    row.decided_at, row.decided_by, row.reasons = now, by, reasons.strip()
    row.revision += 1
    row.save()
    entry = _entry(row, "identity_decided", by, now, outcome=str(row.state), reasons=row.reasons)
    write(entries=[entry], now=now)
    if same:
        ban(
            student=row.student,
            starts_on=row.ban.starts_on,
            until=row.ban.until,
            time_zone=row.ban.time_zone,
            clause=row.ban.clause,
            about=f"students.ban:{row.ban_id}",
            by=by,
            now=now,
        )
    return row


def _entry(flag: IdentityFlag, kind: str, by: User | None, now: datetime, **facts: object) -> NewEntry:
    return NewEntry(
        subject_id=None,
        kind=kind,
        clause=CLAUSE,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk if by else None,
        about=f"students.identityflag:{flag.pk}",
        facts={"student": flag.student_id, "ban": flag.ban_id, **facts},
    )


def _message(flag: IdentityFlag, likeness: Likeness, person: int, now: datetime) -> NewMessage:
    return NewMessage(
        recipient_id=person,
        kind="identity_flagged",
        occasion=f"identity-flagged:{flag.pk}:{person}",
        due_at=now,
        context={
            "flag": flag.pk,
            "student": likeness.student.user.full_name,
            "until": str(likeness.ban.until),
            "matched": flag.matched,
            "clause": CLAUSE,
        },
    )
