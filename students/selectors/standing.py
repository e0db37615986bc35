"""Who may begin no training now, and who looks like somebody who may not (B9)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from rulebook.penalties import Barred
from students.models import Ban, FlagState, IdentityFlag, Student
from students.permissions import may_settle_identity

# A ban's last day ends at different instants around the world: looked at closely once read.
A_DAY = timedelta(days=1)


def barred(students: Collection[int]) -> dict[int, list[Barred]]:
    """The bans of these students that were not lifted, also those that are over; one statement."""
    found: dict[int, list[Barred]] = {}
    rows = Ban.objects.filter(student__in=students, lifted_at__isnull=True)
    for row in rows.values_list("student_id", "starts_on", "until", "time_zone", "clause"):
        found.setdefault(row[0], []).append(Barred(*row[1:]))
    return found


def people_barred(now: datetime) -> frozenset[int]:
    """The ids, as people, of those whom a ban bars now; one statement."""
    rows = Ban.objects.filter(lifted_at__isnull=True, until__gte=(now - A_DAY).date())
    return frozenset(rows.values_list("student__user_id", flat=True))


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody who is like a banned person, and in what."""

    student: Student
    ban: Ban
    matched: tuple[str, ...]


def like_banned(students: Iterable[Student], now: datetime) -> list[Likeness]:
    """Which of these students look like somebody else who is banned now (abuse 42); two statements.

    By name, however it is written or ordered, or by the school's reference, however it is punctuated: all that the
    platform holds of who a person is beside the address, which anybody can have another of.
    """
    bans = list(
        Ban.objects.filter(lifted_at__isnull=True, until__gte=(now - A_DAY).date()).select_related(
            "student__user"
        )
    )
    if not bans:
        return []
    known = set(IdentityFlag.objects.filter(ban__in=bans).values_list("student_id", "ban_id"))
    names: dict[str, list[Ban]] = {}
    references: dict[str, list[Ban]] = {}
    for row in bans:
        names.setdefault(_name(row.student), []).append(row)
        references.setdefault(_reference(row.student), []).append(row)
    found = []
    for student in {each.pk: each for each in students}.values():
        same_name = names.get(_name(student), []) if _name(student) else []
        same_reference = references.get(_reference(student), []) if _reference(student) else []
        for row in {each.pk: each for each in (*same_name, *same_reference)}.values():
            if row.student_id == student.pk or (student.pk, row.pk) in known:
                continue
            matched = ("name",) * (row in same_name) + ("reference",) * (row in same_reference)
            found.append(Likeness(student, row, matched))
    return found


def _name(student: Student) -> str:
    """A name without accents, case, punctuation and order: “Zoé Le-Gall” is “LE GALL zoe”."""
    user = student.user
    plain = unicodedata.normalize("NFKD", f"{user.given_name} {user.family_name}".casefold())
    letters = "".join(each if each.isalnum() else " " for each in plain if not unicodedata.combining(each))
    return " ".join(sorted(letters.split()))


def _reference(student: Student) -> str:
    return "".join(each for each in (student.reference or "").casefold() if each.isalnum())


def flags_for(user: User | AnonymousUser) -> QuerySet[IdentityFlag]:
    """Likenesses that this person decides on: each tells of another student's ban, so whoever decides alone."""
    if not may_settle_identity(user):
        return IdentityFlag.objects.none()
    return IdentityFlag.objects.select_related(
        "student__user", "ban__student__user", "enrolment__path", "decided_by"
    )


def open_flags_for(user: User | AnonymousUser) -> QuerySet[IdentityFlag]:
    """Those that wait, the oldest first; nobody decides on themselves."""
    own = IdentityFlag.objects.none() if not isinstance(user, User) else flags_for(user)
    return own.filter(state=FlagState.OPEN).exclude(student__user=user.pk).order_by("raised_at", "pk")
