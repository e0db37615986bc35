"""Learning together (P1): groups, their members, study sessions, what is shared; each asks the one access predicate."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from record.documents.services import Upload, delete_document, store_document
from record.services import write
from record.types import NewMessage
from rulebook.errors import RuleError
from rulebook.likeness import alike
from rulebook.marking import gettext_noop
from students.models import (
    ConductReport,
    ConductReportKind,
    GroupPost,
    GroupResource,
    Membership,
    Path,
    Student,
    StudyGroup,
    StudySession,
)
from students.permissions import access_of, may_work_together
from students.selectors.groups import groups_open_to, similar_candidates
from students.selectors.reported import is_reported

from .reporting import report_conduct

CLAUSE = "PL.6"
LONGEST_SESSION = timedelta(hours=8)


def similar_groups(
    *, title: str, path: Path | None, cohort: date | None, user: User, now: datetime
) -> list[StudyGroup]:
    """Groups that a new one would stand beside: of the same Path and cohort, or with a title like it."""
    found = []
    for group in similar_candidates(user, now):
        same = group.path_id == (path.pk if path else None) and group.cohort == cohort
        if same or alike(title, group.title):
            found.append((not same, group.title, group))
    return [group for *_, group in sorted(found, key=lambda row: row[:2])]


@transaction.atomic
def make_group(
    *,
    title: str,
    purpose: str,
    path: Path | None,
    cohort: date | None,
    none_fits: bool,
    by: User,
    now: datetime,
) -> StudyGroup:
    """A new group, looked after by who makes it.

    Raises ``RuleError`` on ``none_fits`` when there are similar ones and nobody said that none of them fits (PL.6), and
    on ``title``, ``path`` and ``group``.
    """
    student = _may(by, now)
    if not (title := title.strip()):
        raise _refuse("title", gettext_noop("Give the group a title."))
    if path is None and cohort is None:
        raise _refuse("path", gettext_noop("A group is of a Path, of a cohort, or of both."))
    own = groups_open_to(by, now)
    if (path is not None and path.pk not in own.paths) or (cohort is not None and cohort not in own.cohorts):
        raise _refuse("path", gettext_noop("Make a group of your own Path or cohort."))
    if not none_fits and similar_groups(title=title, path=path, cohort=cohort, user=by, now=now):
        raise _refuse("none_fits", gettext_noop("There are groups like this one. Look at them first."))
    group = StudyGroup.objects.create(
        title=title, purpose=purpose.strip(), path=path, cohort=cohort, made_at=now, made_by=student
    )
    Membership.objects.create(group=group, student=student, owner=True, joined_at=now)
    return group


@transaction.atomic
def join_group(*, group: StudyGroup, by: User, now: datetime) -> Membership:
    """Become a member; who is one stays one. Raises ``RuleError`` on ``group``."""
    student = _may(by, now)
    group = StudyGroup.objects.select_for_update().get(pk=group.pk)
    if not groups_open_to(by, now).holds(group):
        raise _refuse("group", gettext_noop("This group is of another Path or cohort."))
    found = Membership.objects.filter(group=group, student=student, left_at__isnull=True).first()
    if found is not None:
        return found
    # Who comes back to a group that everybody had left looks after it.
    first = not Membership.objects.filter(group=group, left_at__isnull=True).exists()
    if first:
        StudyGroup.objects.filter(pk=group.pk).update(closed_at=None)
    return Membership.objects.create(group=group, student=student, owner=first, joined_at=now)


@transaction.atomic
def leave_group(*, group: StudyGroup, by: User, now: datetime) -> None:
    """Leave; the one who looked after the group hands it to its oldest member. Leaving is always possible.

    Raises ``RuleError`` on ``group`` when the person is no member.
    """
    StudyGroup.objects.select_for_update().get(pk=group.pk)
    own = Membership.objects.filter(group=group, student__user=by, left_at__isnull=True).first()
    if own is None:
        raise _refuse("group", gettext_noop("You are not in this group."))
    was_owner = own.owner
    own.left_at, own.owner = now, False
    own.save(update_fields=["left_at", "owner"])
    if not was_owner:
        return
    heir = Membership.objects.filter(group=group, left_at__isnull=True).order_by("joined_at", "pk").first()
    if heir is None:
        StudyGroup.objects.filter(pk=group.pk).update(closed_at=now)
        return
    heir.owner = True
    heir.save(update_fields=["owner"])
    write(entries=[], messages=[_handed_over(group, heir, by, now)], now=now)


@transaction.atomic
def leave_all_groups(*, student: Student, now: datetime) -> None:
    """A person whose trainings were ended for good leaves every group; each one is looked after by its next member."""
    rows = Membership.objects.filter(student=student, left_at__isnull=True).select_related("group")
    for row in rows.order_by("group_id"):
        leave_group(group=row.group, by=student.user, now=now)


@transaction.atomic
def hand_over_group(*, group: StudyGroup, to: Student, by: User, now: datetime) -> None:
    """The owner gives the group to another member. Raises ``RuleError`` on ``to`` and ``group``."""
    _may(by, now)
    StudyGroup.objects.select_for_update().get(pk=group.pk)
    rows = Membership.objects.select_related("student__user").filter(group=group, left_at__isnull=True)
    own = rows.filter(student__user=by, owner=True).first()
    if own is None:
        raise _refuse("group", gettext_noop("Only who looks after the group hands it over."))
    heir = rows.filter(student=to).exclude(pk=own.pk).first()
    if heir is None:
        raise _refuse("to", gettext_noop("Choose another member of the group."))
    own.owner = False
    own.save(update_fields=["owner"])
    heir.owner = True
    heir.save(update_fields=["owner"])
    write(entries=[], messages=[_handed_over(group, heir, by, now)], now=now)


def _handed_over(group: StudyGroup, heir: Membership, by: User, now: datetime) -> NewMessage:
    return NewMessage(
        recipient_id=heir.student.user_id,
        kind="group_handed_over",
        occasion=f"group-handed-over:{heir.pk}:{now.isoformat()}",
        due_at=now,
        context={"group": group.pk, "title": group.title, "by": by.full_name, "clause": CLAUSE},
    )


@transaction.atomic
def plan_study_session(
    *,
    group: StudyGroup,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    link: str,
    by: User,
    now: datetime,
) -> StudySession:
    """An appointment of the group; its members get it with an invitation. Raises ``RuleError`` on the field."""
    student = _member(group, by, now)
    if not (title := title.strip()):
        raise _refuse("title", gettext_noop("Say what it is about."))
    if starts_at <= now:
        raise _refuse("starts_at", gettext_noop("Choose a time to come."))
    if not timedelta(0) < ends_at - starts_at <= LONGEST_SESSION:
        raise _refuse("ends_at", gettext_noop("A study session ends after its start, within eight hours."))
    row = StudySession.objects.create(
        group=group,
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        link=link,
        made_at=now,
        made_by=student,
    )
    _tell_members(row, "study_session", by, now)
    return row


@transaction.atomic
def cancel_study_session(*, session_id: int, by: User, now: datetime) -> StudySession:
    """Who planned it, or who looks after the group, calls it off; its members are told. Raises ``RuleError``."""
    row = StudySession.objects.select_for_update(of=("self",)).select_related("group").get(pk=session_id)
    student = _member(row.group, by, now)
    if row.made_by_id != student.pk and not _owns(row.group, student):
        raise _refuse("session", gettext_noop("Who planned it, or who looks after the group, calls it off."))
    if row.cancelled_at is not None or row.starts_at <= now:
        raise _refuse("session", gettext_noop("It has begun, or was called off already."))
    row.cancelled_at = now
    row.save(update_fields=["cancelled_at"])
    _tell_members(row, "study_session_cancelled", by, now)
    return row


def _members_in_training(group: StudyGroup, now: datetime) -> list[int]:
    """The members whose tools are open: who is suspended gets no link to join by (4.2). Four statements."""
    rows = Membership.objects.filter(group=group, left_at__isnull=True)
    return [
        row.student.user_id
        for row in rows.select_related("student").prefetch_related("student__enrolments__interruptions")
        if any(access_of(enrolment, now).open for enrolment in row.student.enrolments.all())
    ]


def _tell_members(row: StudySession, kind: str, by: User, now: datetime) -> None:
    people = _members_in_training(row.group, now)
    context = {
        "session": row.pk,
        "group": row.group_id,
        "group_title": row.group.title,
        "title": row.title,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "link": row.link,
        "told_at": now.isoformat(),
        "by": by.full_name,
        "clause": CLAUSE,
    }
    messages = [
        NewMessage(
            recipient_id=person,
            kind=kind,
            occasion=f"{kind.replace('_', '-')}:{row.pk}:{person}",
            due_at=now,
            context=context,
        )
        for person in sorted(people)
    ]
    write(entries=[], messages=messages, now=now)


@transaction.atomic
def post_progress(*, group: StudyGroup, text: str, by: User, now: datetime) -> GroupPost:
    """How somebody is getting on. Raises ``RuleError`` on ``text``."""
    student = _member(group, by, now)
    if not (text := text.strip()):
        raise _refuse("text", gettext_noop("Write something first."))
    return GroupPost.objects.create(group=group, author=student, text=text, posted_at=now)


@transaction.atomic
def share_resource(
    *, group: StudyGroup, title: str, url: str, upload: Upload | None, by: User, now: datetime
) -> GroupResource:
    """A link or a file for the group. Raises ``RuleError`` on ``url``, ``title`` and ``file``."""
    student = _member(group, by, now)
    if bool(url) == (upload is not None):
        raise _refuse("url", gettext_noop("Share either an address or a file."))
    if not (title := title.strip()):
        raise _refuse("title", gettext_noop("Say what it is."))
    row = GroupResource.objects.create(group=group, author=student, title=title, url=url, posted_at=now)
    if upload is not None:
        row.document = store_document(
            purpose="group-resource",
            upload=upload,
            subject=by,
            about=f"students.studygroup:{group.pk}",
            by=by,
            now=now,
        )
        row.save(update_fields=["document"])
    return row


@transaction.atomic
def take_down(*, row: GroupPost | GroupResource, by: User, now: datetime) -> None:
    """Its author, or who looks after the group, takes something down; a file goes with it.

    What was reported is hidden from the group and kept: its file stays for those who take up reports until these are
    settled, and then goes with ``discipline.reported_files``.
    """
    student = _member(row.group, by, now)
    if row.author_id != student.pk and not _owns(row.group, student):
        raise _refuse("row", gettext_noop("Its author, or who looks after the group, takes it down."))
    if row.removed_at is not None:
        return
    row.removed_at, row.removed_by = now, by
    row.save(update_fields=["removed_at", "removed_by"])
    if isinstance(row, GroupResource) and row.document is not None and not is_reported(row):
        delete_document(
            document=row.document,
            why=gettext_noop("Taken down from the group."),
            clause=CLAUSE,
            by=by,
            now=now,
        )


def report_abuse(
    *,
    group: StudyGroup,
    row: GroupPost | GroupResource | StudySession | None,
    text: str,
    by: User,
    now: datetime,
) -> ConductReport:
    """A member reports what stands in the group; who reported is told to nobody whom it names (3.5).

    Asked of nobody who works together or not: whoever sees the group may report, a suspended member's own groups too.
    """
    author = None
    evidence, about = group.title, f"students.studygroup:{group.pk}"
    if row is not None:
        who = row.made_by if isinstance(row, StudySession) else row.author
        author = who.user
        evidence = (
            row.text if isinstance(row, GroupPost) else f"{row.title} {getattr(row, 'url', '')}".strip()
        )
        about = f"students.{row._meta.model_name}:{row.pk}"
    return report_conduct(
        kind=ConductReportKind.ABUSE,
        text=text,
        by=by,
        now=now,
        subject=author,
        about=about,
        evidence=evidence,
    )


def _may(by: User, now: datetime) -> Student:
    """The student, if collaborative tools are open to them now (4.2)."""
    if (refused := may_work_together(by, now)) is not None:
        raise refused
    return Student.objects.get(user=by)


def _member(group: StudyGroup, by: User, now: datetime) -> Student:
    student = _may(by, now)
    if not groups_open_to(by, now).holds(group):
        raise _refuse("group", gettext_noop("This group is of another Path or cohort."))
    if not Membership.objects.filter(group=group, student=student, left_at__isnull=True).exists():
        raise _refuse("group", gettext_noop("Join the group first."))
    return student


def _owns(group: StudyGroup, student: Student) -> bool:
    return Membership.objects.filter(group=group, student=student, owner=True, left_at__isnull=True).exists()


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, CLAUSE, message)
