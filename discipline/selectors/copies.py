"""Copies of decisions: who may see which."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from discipline.models import DecisionCopy
from students.selectors import staff_scope


def copies_for(user: User) -> QuerySet[DecisionCopy]:
    """Staff those of their students; nobody else: a student reads of them in their record."""
    return DecisionCopy.objects.filter(staff_scope(user, "decision__case__enrolment__"))
