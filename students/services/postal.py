"""Where registered letters go (4.1): entered by the student, or by staff for them."""

from __future__ import annotations

import re
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from record.letters.types import Address
from record.services import write
from record.types import NewEntry
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from students.models import PostalAddress
from students.permissions import may_set_address

CLAUSE = "4.1"
LINES = ("line_1", "line_2", "line_3", "postal_code", "city")


@transaction.atomic
def set_address(
    *,
    person: User,
    line_1: str,
    postal_code: str,
    city: str,
    line_2: str = "",
    line_3: str = "",
    country: str = "FR",
    consents: bool | None = None,
    by: User,
    now: datetime,
) -> PostalAddress:
    """Where a person's registered letters go from now on; letters that are prepared keep theirs.

    ``consents``: to electronic registered letters, which only the person themself can (None: as it was). Raises
    ``RuleError`` on the field that is wrong.
    """
    if not may_set_address(by, person):
        raise PermissionDenied
    given = {"line_1": line_1, "line_2": line_2, "line_3": line_3, "postal_code": postal_code, "city": city}
    clean = {name: " ".join(value.split()) for name, value in given.items()}
    for name in ("line_1", "postal_code", "city"):
        if not clean[name]:
            raise RuleError(name, CLAUSE, gettext_noop("A letter needs this to arrive."))
    country = country.strip().upper() or "FR"
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise RuleError(
            "country", CLAUSE, gettext_noop("Give the two letters of the country, FR for France.")
        )
    if country == "FR" and not re.fullmatch(r"[0-9]{5}", clean["postal_code"]):
        raise RuleError("postal_code", CLAUSE, gettext_noop("A French postal code has five digits."))
    row = PostalAddress.objects.select_for_update(of=("self",)).filter(user=person).first()
    row = row or PostalAddress(user=person)
    for name, value in clean.items():
        setattr(row, name, value)
    row.country, row.changed_at, row.changed_by = country, now, by
    if by.pk == person.pk and consents is not None:
        row.consented_at = (row.consented_at or now) if consents else None
    row.save()
    write(
        entries=[
            NewEntry(
                subject_id=person.pk,
                kind="postal_address_set",
                clause=CLAUSE,
                policy_id=policy_at(now).id,
                happened_at=now,
                actor_id=by.pk,
                about=f"students.postaladdress:{row.pk}",
                facts={"address": str(row), "electronic": row.consented_at is not None},
            )
        ],
        now=now,
    )
    return row


def address_of(person: User) -> Address | None:
    """Where a letter to this person goes now; None where nobody has entered it yet."""
    row = PostalAddress.objects.filter(user=person).first()
    if row is None:
        return None
    return Address(
        name=person.full_name or person.email,
        lines=tuple(line for line in (row.line_1, row.line_2, row.line_3) if line),
        postal_code=row.postal_code,
        city=row.city,
        country=row.country,
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        consent=row.consented_at is not None,
    )
