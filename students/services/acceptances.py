"""What students agree to (P6), and what they check before they begin (2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from record.services import lock_chains, write
from record.types import NewEntry
from rulebook.codes import Code, code_at, policy_digest
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.terms import Policy
from students.models import Acceptance, EquipmentCheck, Finding, Student, TermsDocument

CLAUSE = "2.1"
EQUIPMENT_CLAUSE = "2.4"
MOST_KILOBITS = 100_000_000
"""No line brings more than 100 Gbit a second; a larger figure is no measurement."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a student is asked to accept at an instant."""

    policy: Policy
    conduct: Code

    @property
    def versions(self) -> dict[TermsDocument, str]:
        return {TermsDocument.POLICY: self.policy.id, TermsDocument.CONDUCT: self.conduct.id}


def terms_at(now: datetime) -> Terms:
    """The versions in force."""
    return Terms(policy_at(now), code_at(now))


@transaction.atomic
def accept_terms(*, student: Student, policy: str, conduct: str, by: User, now: datetime) -> list[Acceptance]:
    """The student accepts the versions that they were shown: policy with content licence, and code of conduct.

    Accepting again changes nothing. Raises ``RuleError`` on ``policy`` or ``conduct`` when another version has come
    into force meanwhile, and on ``student`` when somebody else would accept in their place.
    """
    if student.user_id != by.pk:
        raise RuleError("student", CLAUSE, gettext_noop("Nobody accepts the rules for somebody else."))
    terms = terms_at(now)
    for name, given, asked in (
        ("policy", policy, terms.policy.id),
        ("conduct", conduct, terms.conduct.id),
    ):
        if given != asked:
            raise RuleError(
                name, CLAUSE, gettext_noop("A newer version is in force. Read it, then accept it.")
            )
    chains = lock_chains({by.pk})
    digests = {
        TermsDocument.POLICY: policy_digest(terms.policy),
        TermsDocument.CONDUCT: terms.conduct.digest,
    }
    held = set(
        Acceptance.objects.filter(student=student, version__in=terms.versions.values()).values_list(
            "document", "version"
        )
    )
    made = Acceptance.objects.bulk_create(
        Acceptance(
            student=student, document=document, version=version, digest=digests[document], accepted_at=now
        )
        for document, version in terms.versions.items()
        if (document, version) not in held
    )
    if made:
        facts: dict[str, object] = {
            "policy": terms.policy.id,
            "conduct": terms.conduct.id,
            "licence": terms.policy.content_licence,
            "digests": {str(document): digest for document, digest in digests.items()},
        }
        write(entries=[_entry(student, "terms_accepted", CLAUSE, facts, now)], now=now, chains=chains)
    return made


@transaction.atomic
def record_equipment_check(
    *,
    student: Student,
    measured: bool,
    kilobits: int | None,
    connection: str = Finding.UNCHECKED,
    camera: str,
    microphone: str,
    by: User,
    now: datetime,
) -> EquipmentCheck:
    """What the student's browser measured, or what they state themselves where it could not.

    A measured connection is judged here, by the policy's figure. Raises ``RuleError`` on ``kilobits`` and ``student``.
    """
    if student.user_id != by.pk:
        raise RuleError("student", EQUIPMENT_CLAUSE, gettext_noop("A student checks their own equipment."))
    policy = policy_at(now)
    if measured:
        if kilobits is None or not 0 <= kilobits <= MOST_KILOBITS:
            raise RuleError("kilobits", EQUIPMENT_CLAUSE, gettext_noop("This is no measurement."))
        connection = Finding.WORKS if kilobits >= policy.equipment.download else Finding.FAILS
    else:
        kilobits = None
    row = EquipmentCheck.objects.create(
        student=student,
        done_at=now,
        measured=measured,
        connection=connection,
        kilobits=kilobits,
        camera=camera,
        microphone=microphone,
    )
    facts: dict[str, object] = {
        "measured": measured,
        "kilobits": kilobits,
        "connection": str(connection),
        "camera": str(camera),
        "microphone": str(microphone),
    }
    write(entries=[_entry(student, "equipment_checked", EQUIPMENT_CLAUSE, facts, now)], now=now)
    return row


def _entry(student: Student, kind: str, clause: str, facts: dict[str, object], now: datetime) -> NewEntry:
    return NewEntry(
        subject_id=student.user_id,
        kind=kind,
        clause=clause,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=student.user_id,
        about=f"students.student:{student.pk}",
        facts=facts,
    )
