"""Who may see which complaints."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from discipline.models import Complaint

from . import cases_for

WRITERS = (Role.HEAD_OF_LEARNING, Role.LEARNING_MANAGER, Role.ADMINISTRATOR)


def complaints_for(user: User) -> QuerySet[Complaint]:
    """Of the cases that this person sees: what was sent; staff also what was issued, and who writes them the drafts.

    Of their own case everybody reads what was sent, whatever else they are.
    """
    rows = Complaint.objects.filter(case__in=cases_for(user))
    own = Q(case__student__user=user)
    if user.has_role(*WRITERS):
        return rows.filter(~own | Q(sent_at__isnull=False))
    if user.is_school_staff:
        return rows.filter(Q(issued_at__isnull=False) & (~own | Q(sent_at__isnull=False)))
    return rows.filter(sent_at__isnull=False)
