"""A portfolio goes to the jury (2.2, T1): complete, submitted by its student, and frozen in the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from discipline.services.telling import heads_of_learning
from juries.models import Candidacy
from mentoring.models import HoldReason
from mentoring.selectors.works import readiness_of
from mentoring.services.recordings import NewHold, place_holds
from record.services import lock_chains, write
from record.types import NewEntry, NewMessage
from rulebook.jury import check_submission
from rulebook.policy import policy_at
from students.models import Enrolment, EnrolmentState
from students.permissions import access_of

from .freezing import freeze

CLAUSE = "2.2"


@transaction.atomic
def submit_portfolio(*, enrolment_id: int, by: User, now: datetime) -> Candidacy:
    """Submit a training's portfolio and freeze its record.

    Raises ``RuleError`` on ``portfolio`` where something is missing, during a suspension, and the second time;
    ``Enrolment.DoesNotExist``.
    """
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("student__user", "path")
        .get(pk=enrolment_id)
    )
    if enrolment.student.user_id != by.pk:
        raise PermissionDenied
    chains = lock_chains([by.pk])
    access = access_of(enrolment, now)
    check_submission(
        missing=len(readiness_of([enrolment.pk])[enrolment.pk].missing),
        in_training=not access.by_penalty and enrolment.state == EnrolmentState.ACTIVE,
        submitted=Candidacy.objects.filter(enrolment=enrolment).exists(),
    )
    policy = policy_at(now)
    candidacy = Candidacy.objects.create(
        enrolment=enrolment, submitted_at=now, submitted_by=by, waiting_since=now, policy_id=policy.id
    )
    dossier = freeze(candidacy, now)
    # The jury needs the recordings until it has decided (2.6), also past the training's end.
    place_holds(
        [
            NewHold(
                enrolment.student_id,
                f"students.enrolment:{enrolment.pk}:jury",
                now,
                reason=HoldReason.JURY,
                enrolment_id=enrolment.pk,
            )
        ]
    )
    facts = {
        "candidacy": candidacy.pk,
        "path": enrolment.path.title,
        "parts": dossier.parts.count(),
        "digest": dossier.digest,
    }
    write(
        entries=[
            NewEntry(
                by.pk,
                "portfolio_submitted",
                CLAUSE,
                policy.id,
                now,
                by.pk,
                f"juries.candidacy:{candidacy.pk}",
                facts,
            )
        ],
        messages=_messages(candidacy, facts, now),
        now=now,
        chains=chains,
    )
    return candidacy


def _messages(candidacy: Candidacy, facts: dict[str, object], now: datetime) -> list[NewMessage]:
    enrolment = candidacy.enrolment
    manager = enrolment.path.learning_manager_id
    staff = sorted({*heads_of_learning(), *([manager] if manager else [])})
    context = {**facts, "student": enrolment.student.user.full_name, "clause": CLAUSE}
    people = [(enrolment.student.user_id, "portfolio_submitted")]
    people += [(pk, "portfolio_submitted_staff") for pk in staff]
    return [
        NewMessage(
            recipient_id=pk,
            kind=kind,
            occasion=f"{kind.replace('_', '-')}:{candidacy.pk}:{pk}",
            due_at=now,
            context=context,
        )
        for pk, kind in people
    ]
