"""What was reported in a group, and the files that are held for it (3.5)."""

from __future__ import annotations

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from students.models import ConductReport, GroupResource

RESOURCE, GROUP = "students.groupresource:", "students.studygroup:"


def reports_on(row: GroupResource) -> QuerySet[ConductReport]:
    """Reports about a shared resource, or about the whole group that it stands in."""
    return ConductReport.objects.filter(about__in=[f"{RESOURCE}{row.pk}", f"{GROUP}{row.group_id}"])


def is_reported(row: GroupResource) -> bool:
    return reports_on(row).exists()


def reported_files(report: ConductReport) -> list[GroupResource]:
    """The files that a report is about, those taken down and held included."""
    rows = GroupResource.objects.filter(document__isnull=False, document__deleted_at__isnull=True)
    kind, _sep, pk = report.about.partition(":")
    if kind + ":" == RESOURCE:
        rows = rows.filter(pk=int(pk))
    elif kind + ":" == GROUP:
        rows = rows.filter(group_id=int(pk))
    else:
        return []
    return list(rows.select_related("document").order_by("posted_at", "pk"))


def held_files(unsettled: Q) -> QuerySet[GroupResource]:
    """Resources taken down whose file was held and is needed no more: no report about them is ``unsettled``."""
    about = (Concat(Value(prefix), Cast(OuterRef(key), CharField())) for prefix, key in _KEYS)
    standing = [Exists(ConductReport.objects.filter(unsettled, about=each)) for each in about]
    return GroupResource.objects.filter(
        ~standing[0],
        ~standing[1],
        removed_at__isnull=False,
        document__isnull=False,
        document__deleted_at__isnull=True,
    )


_KEYS = ((RESOURCE, "pk"), (GROUP, "group_id"))
