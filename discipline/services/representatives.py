"""Who represents the students of a Path before Boards (4.1): invited by the school, from a day on, until a day."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts.models import Role, User
from discipline.models import StudentRepresentative
from discipline.permissions.board import can_keep_representatives
from record.services import write
from record.types import NewEntry
from rulebook.board import BOARD
from rulebook.dates import local_date
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from students.models import Enrolment, Path
from students.permissions import in_training


@transaction.atomic
def appoint_representative(
    *, path: Path, email: str, starts_on: date, ends_on: date | None, by: User, now: datetime
) -> StudentRepresentative:
    """A student of the Path who accepted the role; several at once may hold it.

    Raises ``RuleError`` on ``email``, ``starts_on`` and ``ends_on``.
    """
    path = Path.objects.select_for_update(no_key=True).get(pk=path.pk)
    if not can_keep_representatives(by, path):
        raise PermissionDenied
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    trainings = Enrolment.objects.filter(student__user=user, path=path).prefetch_related("interruptions")
    if user is None or not user.has_role(Role.STUDENT) or not any(in_training(row, now) for row in trainings):
        raise _refuse("email", gettext_noop("Choose a student who follows this training now."))
    if ends_on is not None and ends_on < starts_on:
        raise _refuse("ends_on", gettext_noop("The last day comes before the first."))
    if starts_on < local_date(now, by.time_zone):
        raise _refuse("starts_on", gettext_noop("Choose today or a day to come."))
    standing = StudentRepresentative.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on), user=user, path=path
    )
    if standing.exists():
        raise _refuse("email", gettext_noop("This student holds the role already."))
    row = StudentRepresentative.objects.create(user=user, path=path, starts_on=starts_on, ends_on=ends_on)
    write(entries=[_enter("representative_appointed", row, by, now)], now=now)
    return row


@transaction.atomic
def end_representation(*, representative_id: int, by: User, now: datetime) -> StudentRepresentative:
    """Today is the last day; on the Boards where they sit they stay until they step back."""
    row = StudentRepresentative.objects.select_for_update(of=("self",)).select_related("path", "user")
    found = row.get(pk=representative_id)
    if not can_keep_representatives(by, found.path):
        raise PermissionDenied
    today = local_date(now, by.time_zone)
    if found.ends_on is not None and found.ends_on <= today:
        raise _refuse("representative", gettext_noop("This has ended already."))
    if found.starts_on > today:
        raise _refuse("representative", gettext_noop("This has not begun yet."))
    found.ends_on = today
    found.save(update_fields=["ends_on"])
    write(entries=[_enter("representative_ended", found, by, now)], now=now)
    return found


def _enter(kind: str, row: StudentRepresentative, by: User, now: datetime) -> NewEntry:
    facts = {
        "path": row.path.title,
        "starts_on": str(row.starts_on),
        "ends_on": str(row.ends_on) if row.ends_on else "",
    }
    return NewEntry(
        subject_id=row.user_id,
        kind=kind,
        clause=BOARD,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk,
        about=f"discipline.studentrepresentative:{row.pk}",
        facts=facts,
    )


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, BOARD, message)
