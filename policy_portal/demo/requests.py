"""What some of the made-up students ask of the school: leaves in each state, and another Path."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from mentoring import services
from mentoring.models import Session, SessionState
from mentoring.services.exception_requests import ask_exception
from rulebook.dates import local_date
from students.models import Funder, FunderKind
from students.services.approvals import record_funding

from .school import School

DAY = timedelta(days=1)


@transaction.atomic
def ask(school: School, now: datetime) -> None:
    """A leave that waits for a funder, one validated, one that the mentor with a login decides, a change of Path."""
    agency = Funder.objects.create(
        name="Example Job Agency", kind=FunderKind.FUNDER, email="fund@example.org"
    )
    Funder.objects.create(name="Example Foundry", kind=FunderKind.EMPLOYER, email="hr@example.org")
    star, second, third = school.enrolments[:3]
    record_funding(
        enrolment=star,
        funder_id=agency.pk,
        reference="EX-2041",
        starts_on=star.starts_on,
        ends_on=None,
        by=school.student_success,
        now=now,
    )
    today = local_date(now, star.time_zone)
    services.request_leave(
        enrolment_id=star.pk,
        starts_on=today + 21 * DAY,
        ends_on=today + 30 * DAY,
        reason="My parents move house, and I help them.",
        by=star.student.user,
        now=now,
    )
    mentor_of = {each.enrolment_id: each.mentor for each in school.mentorships}
    leave = services.request_leave(
        enrolment_id=second.pk,
        starts_on=today + 14 * DAY,
        ends_on=today + 18 * DAY,
        reason="A week in the mountains.",
        by=second.student.user,
        now=now,
    )
    services.validate_leave(leave_id=leave.pk, decision="Enjoy it.", by=mentor_of[second.pk].user, now=now)
    own = next(each for each in school.enrolments[3:] if mentor_of[each.pk].pk == school.mentors[0].pk)
    services.request_leave(
        enrolment_id=own.pk,
        starts_on=today + 10 * DAY,
        ends_on=today + 12 * DAY,
        reason="My sister's wedding.",
        by=own.student.user,
        now=now,
    )
    consultation = services.record_consultation(
        enrolment_id=third.pk,
        to_path=star.path,
        advice="You enjoy this more; most of what you have proved carries over.",
        by=mentor_of[third.pk].user,
        now=now,
    )
    services.request_change(
        consultation_id=consultation.pk,
        reason="I found out that I like working with data most.",
        by=third.student.user,
        now=now,
    )
    # Somebody who cannot be at the next session, and asks before it (A4).
    ahead = Session.objects.filter(
        enrolment__in=school.enrolments[3:], state=SessionState.SCHEDULED, starts_at__gt=now + DAY
    )
    session = ahead.exclude(notice__isnull=False).order_by("starts_at", "pk").first()
    if session is not None:
        ask_exception(
            session_id=session.pk,
            reason="I am called as a witness that morning; the summons came yesterday.",
            by=session.student.user,
            now=now,
        )
