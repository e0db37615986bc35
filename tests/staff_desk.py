"""A member of staff at their desk: one training that they look after, and its pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from discipline.models import Case
from mentoring.models import (
    Absence,
    Contest,
    Streak,
    StreakAbsence,
)
from mentoring.tests.student_pages import START, WEEK, clock, sign_in
from tests.factories import (
    make_absence,
    make_enrolment,
    make_mentorship,
    make_path,
    make_user,
)

NOW = START + timedelta(hours=1)


class Desk:
    """A member of staff at their desk, and one training that they look after."""

    def __init__(self, role: str = Role.STUDENT_SUCCESS) -> None:
        cache.clear()
        self.user: User = make_user(role)
        manager = self.user if role == Role.LEARNING_MANAGER else make_user(Role.LEARNING_MANAGER)
        self.path = make_path(learning_manager=manager)
        self.mentorship = make_mentorship(enrolment=make_enrolment(path=self.path))
        self.enrolment = self.mentorship.enrolment
        self.student = self.enrolment.student
        with clock(NOW):
            self.client: Client = sign_in(self.user)

    def get(self, view: str, *args: object, query: str = "") -> Any:
        with clock(NOW):
            return self.client.get(reverse(view, args=args) + query)

    def post(self, view: str, *args: object, **data: object) -> Any:
        with clock(NOW):
            return self.client.post(reverse(view, args=args), data)

    def three(self) -> list[Absence]:
        """Three unauthorised absences in a row that a case holds; the last one is contested."""
        absences = [make_absence(START - n * WEEK, mentorship=self.mentorship) for n in (2, 1, 0)]
        streak = Streak.objects.create(
            enrolment=self.enrolment,
            reached_at=absences[-1].happened_at,
            policy_id="2026-01",
            taken_up_at=START,
        )
        for position, absence in enumerate(absences, start=1):
            StreakAbsence.objects.create(streak=streak, absence=absence, position=position)
        Case.objects.create(
            kind="attendance",
            student=self.student,
            enrolment=self.enrolment,
            streak=streak,
            clause="3.2",
            policy_id="2026-01",
            opened_at=streak.reached_at,
            facts="{}",
        )
        return absences


def contest(absence: Absence) -> Contest:
    return Contest.objects.create(absence=absence, statement="The link was the old one", made_at=START)
