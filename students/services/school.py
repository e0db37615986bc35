"""What an administrator keeps of the school itself: Paths, who is a student, and the school's own reference (R1)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.permissions import is_administrator
from record.services import write
from record.types import NewEntry
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from students.models import Path, Student

CLAUSE = "2.2"
PATH_FIELDS = ("code", "title", "learning_manager", "active")


@transaction.atomic
def add_path(
    *,
    code: str,
    title: str,
    learning_manager: User | None = None,
    active: bool = True,
    by: User,
    now: datetime,
) -> Path:
    """A new Path. Raises ``RuleError`` on ``code`` where another one has it."""
    _may(by)
    try:
        with transaction.atomic():
            path = Path.objects.create(
                code=code, title=title, learning_manager=learning_manager, active=active
            )
    except IntegrityError:
        raise RuleError("code", CLAUSE, gettext_noop("Another Path has this code.")) from None
    facts = {"path": title, "code": code, "learning_manager": _name(learning_manager), "active": active}
    _write(None, "path_added", f"students.path:{path.pk}", facts, by, now)
    return path


@transaction.atomic
def edit_path(
    *,
    path_id: int,
    code: str,
    title: str,
    learning_manager: User | None,
    active: bool,
    by: User,
    now: datetime,
) -> Path:
    """Change what a Path is called, who runs it, and whether students enrol on it. What changed is recorded.

    Raises ``RuleError`` on ``code`` where another one has it, and ``Path.DoesNotExist``.
    """
    _may(by)
    path = (
        Path.objects.select_for_update(of=("self",), no_key=True)
        .select_related("learning_manager")
        .get(pk=path_id)
    )
    wanted = {"code": code, "title": title, "learning_manager": learning_manager, "active": active}
    changed = [name for name in PATH_FIELDS if getattr(path, name) != wanted[name]]
    if not changed:
        return path
    facts: dict[str, object] = {"path": title}
    for name in changed:
        facts[f"{name}_before"], facts[name] = _told(getattr(path, name)), _told(wanted[name])
        setattr(path, name, wanted[name])
    try:
        with transaction.atomic():
            path.save(update_fields=changed)
    except IntegrityError:
        raise RuleError("code", CLAUSE, gettext_noop("Another Path has this code.")) from None
    _write(None, "path_changed", f"students.path:{path.pk}", facts, by, now)
    return path


@transaction.atomic
def add_student(*, user: User, reference: str | None = None, by: User, now: datetime) -> Student:
    """A person becomes a student, on no Path yet. Raises ``RuleError`` on ``user`` and ``reference``."""
    _may(by)
    reference = (reference or "").strip() or None
    if Student.objects.filter(user=user).exists():
        raise RuleError("user", CLAUSE, gettext_noop("This person is a student already."))
    try:
        with transaction.atomic():
            student = Student.objects.create(user=user, reference=reference)
    except IntegrityError:
        raise _taken() from None
    facts: dict[str, object] = {"reference": reference or ""}
    _write(user.pk, "student_added", f"students.student:{student.pk}", facts, by, now)
    return student


@transaction.atomic
def set_reference(*, student_id: int, reference: str | None, by: User, now: datetime) -> Student:
    """The school's own number of a student. Raises ``RuleError`` on ``reference`` where another one has it."""
    _may(by)
    student = (
        Student.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=student_id)
    )
    reference = (reference or "").strip() or None
    if student.reference == reference:
        return student
    facts: dict[str, object] = {"reference_before": student.reference or "", "reference": reference or ""}
    student.reference = reference
    try:
        with transaction.atomic():
            student.save(update_fields=["reference"])
    except IntegrityError:
        raise _taken() from None
    _write(student.user_id, "reference_changed", f"students.student:{student.pk}", facts, by, now)
    return student


def _may(by: User) -> None:
    if not is_administrator(by):
        raise PermissionDenied


def _taken() -> RuleError:
    return RuleError("reference", CLAUSE, gettext_noop("Another student has this reference."))


def _name(person: User | None) -> str:
    return person.full_name if person else ""


def _told(value: object) -> object:
    return _name(value) if isinstance(value, User) else "" if value is None else value


def _write(
    subject_id: int | None, kind: str, about: str, facts: dict[str, object], by: User, now: datetime
) -> None:
    entry = NewEntry(
        subject_id=subject_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk,
        about=about,
        facts=facts,
    )
    write(entries=[entry], now=now)
