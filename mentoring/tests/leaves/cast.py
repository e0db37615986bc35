"""A student who asks for leaves, and whoever decides on them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from accounts.models import Role
from mentoring import services
from mentoring.services import generation
from record.models import Message
from rulebook.errors import RuleError
from students.models import (
    Enrolment,
    LeaveRequest,
)
from tests.factories import at, make_enrolment, make_mentorship, make_path, make_user

NOW = at("2026-03-02 09:00")  # a Monday


DAY = timedelta(days=1)


FIRST = date(2026, 3, 9)  # the Monday after


class Cast:
    """A student in training with a mentor on Tuesdays, their sessions laid out, and the school's people."""

    def __init__(self) -> None:
        self.manager = make_user(Role.LEARNING_MANAGER)
        self.success = make_user(Role.STUDENT_SUCCESS)
        self.enrolment = make_enrolment(path=make_path(learning_manager=self.manager))
        self.student = self.enrolment.student.user
        self.mentorship = make_mentorship(enrolment=self.enrolment)
        self.mentor = self.mentorship.mentor.user
        generation.begin(self.mentorship, NOW)
        self.mentorship.save()
        generation.generate_now([self.mentorship], NOW)

    def ask(self, days: int, first: date = FIRST, now: datetime = NOW, by=None) -> LeaveRequest:
        return services.request_leave(
            enrolment_id=self.enrolment.pk,
            starts_on=first,
            ends_on=first + (days - 1) * DAY,
            reason="A family matter.",
            by=by or self.student,
            now=now,
        )

    def validate(self, leave: LeaveRequest, by=None, now: datetime = NOW) -> LeaveRequest:
        return services.validate_leave(leave_id=leave.pk, by=by or self.mentor, now=now)

    @property
    def end(self) -> date:
        return Enrolment.objects.get(pk=self.enrolment.pk).ends_on

    def told(self, person) -> list[str]:
        rows = Message.objects.filter(recipient=person, kind__in=("leave", "leave_email"))
        return [row.occasion.split(":")[0] for row in rows.order_by("pk")]


def refused(field: str):
    return pytest.raises(RuleError, match="") if not field else _Refused(field)


class _Refused:
    def __init__(self, field: str) -> None:
        self.field = field

    def __enter__(self) -> _Refused:
        return self

    def __exit__(self, kind, error, trace) -> bool:
        assert isinstance(error, RuleError), f"not refused: {error!r}"
        assert error.field == self.field, (error.field, str(error))
        return True


def send(message: Message, when: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(state=Message.State.SENT, sent_at=when)
