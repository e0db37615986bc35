"""Rows for tests, made directly and plainly: every instant is given by the test, nothing reads a clock.

``make_session`` bypasses the services on purpose: a test of a rule states the facts that it starts from.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role, RoleGrant, User
from mentoring.models import (
    Absence,
    AbsenceKind,
    Defence,
    Ground,
    Mentor,
    Mentorship,
    Session,
    SessionState,
    WeeklySlot,
)
from mentoring.services.terms import terms_for_sessions
from record.models import Document
from rulebook.attendance import look_at
from rulebook.codes import codes
from rulebook.dates import local_date, local_instant
from rulebook.policy import book
from students.models import (
    DEFAULT_ZONE,
    Acceptance,
    Deliverable,
    DeliverableFile,
    Enrolment,
    Path,
    Project,
    ProjectWork,
    Review,
    ReviewDecision,
    Skill,
    Student,
    WorkState,
)

_numbers = itertools.count(1)

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
"""When rows of a test were recorded unless it says otherwise."""

WORK_WEEK = tuple((weekday, time(9), time(17)) for weekday in range(1, 6))


def at(text: str) -> datetime:
    """An instant from its ISO form; UTC where it names no offset: ``at("2026-03-03 14:00")``."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def make_user(*roles: str, email: str = "", **fields: Any) -> User:
    """A person with roles."""
    number = next(_numbers)
    fields.setdefault("given_name", f"Given{number}")
    fields.setdefault("family_name", "Example")
    user = User.objects.create_user(email or f"person{number}@example.org", "a long passphrase", **fields)
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role, granted_at=LONG_AGO) for role in roles)
    return user


def make_path(*, learning_manager: User | None = None, **fields: Any) -> Path:
    number = next(_numbers)
    fields.setdefault("code", f"path-{number}")
    fields.setdefault("title", f"Path {number}")
    return Path.objects.create(learning_manager=learning_manager, **fields)


def make_student(user: User | None = None, **fields: Any) -> Student:
    return Student.objects.create(user=user or make_user(Role.STUDENT), **fields)


def accept_rules(student: Student) -> None:
    """The student has accepted every version of the policy and of the code of conduct that there is."""
    Acceptance.objects.bulk_create(
        Acceptance(student=student, document=document, version=version.id, digest="", accepted_at=LONG_AGO)
        for document, versions in (("policy", book().versions), ("conduct", codes().versions))
        for version in versions
    )


def make_enrolment(
    *,
    student: Student | None = None,
    path: Path | None = None,
    starts_on: date = date(2026, 1, 1),
    ends_on: date = date(2026, 12, 31),
    time_zone: str = DEFAULT_ZONE,
    **fields: Any,
) -> Enrolment:
    return Enrolment.objects.create(
        student=student or make_student(),
        path=path or make_path(),
        starts_on=starts_on,
        ends_on=ends_on,
        time_zone=time_zone,
        **fields,
    )


def make_mentor(
    user: User | None = None,
    *,
    availability: Iterable[tuple[int, time, time]] = WORK_WEEK,
    time_zone: str = DEFAULT_ZONE,
    recorded_at: datetime = LONG_AGO,
    **fields: Any,
) -> Mentor:
    """A mentor, by default free on weekdays from 9 to 17 in their zone (rows: ISO weekday, from, until)."""
    person = user or make_user(Role.MENTOR, time_zone=time_zone)
    fields.setdefault("video_link", f"https://video.example.org/room/{person.pk}")
    mentor = Mentor.objects.create(user=person, **fields)
    WeeklySlot.objects.bulk_create(
        WeeklySlot(
            mentor=mentor,
            weekday=weekday,
            starts=starts,
            ends=ends,
            time_zone=time_zone,
            recorded_at=recorded_at,
        )
        for weekday, starts, ends in availability
    )
    return mentor


def make_mentorship(
    *,
    mentor: Mentor | None = None,
    enrolment: Enrolment | None = None,
    weekday: int = 2,
    local_time: time = time(14),
    starts_on: date = date(2026, 1, 1),
    **fields: Any,
) -> Mentorship:
    """A weekly appointment (Tuesdays at 14:00 unless the test says otherwise); generates nothing by itself."""
    return Mentorship.objects.create(
        mentor=mentor or make_mentor(),
        enrolment=enrolment or make_enrolment(),
        weekday=weekday,
        local_time=local_time,
        starts_on=starts_on,
        **fields,
    )


def make_session(
    starts_at: datetime,
    *,
    mentorship: Mentorship | None = None,
    length: timedelta = timedelta(minutes=45),
    state: str = SessionState.SCHEDULED,
    booked_at: datetime = LONG_AGO,
    **fields: Any,
) -> Session:
    """A session at an instant; scheduled and due by the student's own terms, or decided as the test says."""
    mentorship = mentorship or make_mentorship()
    enrolment, mentor = mentorship.enrolment, mentorship.mentor
    ends_at = starts_at + length
    if state == SessionState.SCHEDULED:
        terms = terms_for_sessions([(0, enrolment.pk, starts_at, enrolment.time_zone)])[0]
        limit = look_at(starts_at, ends_at, terms)
        joined_at = fields.get("student_joined_at")
        fields.setdefault("falls_due_at", ends_at if joined_at and joined_at <= limit else limit)
    else:
        fields.setdefault("decided_at", ends_at)
        fields.setdefault("clause", "3.2")
        fields.setdefault("policy_id", "2026-01")
    fields.setdefault("video_link", mentor.video_link)
    return Session.objects.create(
        mentorship=mentorship,
        enrolment=enrolment,
        student=enrolment.student,
        mentor=mentor,
        starts_at=starts_at,
        ends_at=ends_at,
        state=state,
        booked_at=booked_at,
        **fields,
    )


def make_weekly_session(day: date, *, mentorship: Mentorship, **fields: Any) -> Session:
    """The session that generation would have made for a local day of a mentorship."""
    starts_at = local_instant(day, mentorship.local_time, mentorship.enrolment.time_zone)
    monday = day - timedelta(days=day.weekday())
    return make_session(starts_at, mentorship=mentorship, for_week=monday, **fields)


def make_absence(
    starts_at: datetime,
    *,
    mentorship: Mentorship | None = None,
    kind: str = AbsenceKind.UNAUTHORISED,
    ground: str = Ground.NO_SHOW,
    **fields: Any,
) -> Absence:
    """A decided absence with its session; the duty of 48 h is open unless the test says otherwise."""
    authorised = kind == AbsenceKind.AUTHORISED
    if authorised and ground == Ground.NO_SHOW:
        ground = Ground.TIMELY_NOTICE
    happened_at = fields.pop("happened_at", starts_at + timedelta(minutes=15))
    session = make_session(
        starts_at,
        mentorship=mentorship,
        state=SessionState.AUTHORISED_ABSENCE if authorised else SessionState.UNAUTHORISED_ABSENCE,
        ground=ground,
        decided_at=happened_at,
        released_at=happened_at if ground == Ground.TIMELY_NOTICE else None,
    )
    fields.setdefault("rescheduling_due_at", starts_at + timedelta(hours=48))
    return Absence.objects.create(
        session=session,
        enrolment=session.enrolment,
        kind=kind,
        ground=ground,
        happened_at=happened_at,
        starts_at=starts_at,
        **fields,
    )


def monday_of(instant: datetime, zone: str = DEFAULT_ZONE) -> date:
    """The Monday of an instant's ISO week in a zone."""
    day = local_date(instant, zone)
    return day - timedelta(days=day.weekday())


def make_project(path: Path, *, skills: Iterable[str] = (), **fields: Any) -> Project:
    """A project of a Path with skills of these codes; given to nobody by itself."""
    fields.setdefault("position", next(_numbers))
    fields.setdefault("title", f"Project {fields['position']}")
    fields.setdefault("added_at", LONG_AGO)
    project = Project.objects.create(path=path, **fields)
    Skill.objects.bulk_create(
        Skill(project=project, position=place, code=code, title=f"Can {code}", added_at=project.added_at)
        for place, code in enumerate(skills, start=1)
    )
    return project


def make_work(
    enrolment: Enrolment | None = None, project: Project | None = None, **fields: Any
) -> ProjectWork:
    """A project given to a student, to do unless the test says otherwise."""
    enrolment = enrolment or make_enrolment()
    project = project or make_project(enrolment.path)
    fields.setdefault("given_at", LONG_AGO)
    fields.setdefault("in_depth", project.in_depth)
    return ProjectWork.objects.create(enrolment=enrolment, project=project, **fields)


def make_assessor(user: User | None = None, **fields: Any) -> Mentor:
    """An assessor with hours and a video room; no mentor unless the test makes them one."""
    return make_mentor(user or make_user(Role.ASSESSOR), **fields)


def make_file(content: bytes = b"# A file\n", name: str = "work.txt") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def make_document(subject: User, *, purpose: str, content: bytes = b"A file", **fields: Any) -> Document:
    """A document's row without its file: for tests that never read it."""
    number = next(_numbers)
    fields.setdefault("file_name", f"file-{number}.txt")
    fields.setdefault("content_type", "text/plain")
    fields.setdefault("stored_name", f"test/{number}")
    return Document.objects.create(
        subject=subject,
        uploaded_by=subject,
        purpose=purpose,
        size=len(content),
        sha256=sha256(content + str(number).encode()).hexdigest(),
        stored_at=LONG_AGO,
        **fields,
    )


def make_deliverable(work: ProjectWork, *, state: str = WorkState.SUBMITTED, **fields: Any) -> Deliverable:
    """A version of a work with one file; the work stands as handed in unless the test says otherwise."""
    student = work.enrolment.student.user
    fields.setdefault("version", work.deliverables.count() + 1)
    fields.setdefault("submitted_at", LONG_AGO + timedelta(days=fields["version"]))
    version = Deliverable.objects.create(work=work, submitted_by=student, **fields)
    document = make_document(student, purpose="deliverable")
    DeliverableFile.objects.create(deliverable=version, document=document, sha256=document.sha256)
    work.state, work.state_since = state, version.submitted_at
    work.save(update_fields=["state", "state_since"])
    return version


def make_approved_work(by: User, enrolment: Enrolment | None = None, **fields: Any) -> ProjectWork:
    """A work that a mentor approved in its first version."""
    work = make_work(enrolment, **fields)
    version = make_deliverable(work, state=WorkState.APPROVED)
    Review.objects.create(
        deliverable=version,
        decision=ReviewDecision.APPROVE,
        comment="Well done",
        decided_at=version.submitted_at + timedelta(hours=1),
        decided_by=by,
    )
    return work


def make_defence(
    work: ProjectWork, starts_at: datetime, *, assessor: Mentor | None = None, **fields: Any
) -> Defence:
    """A booked defence of an hour."""
    assessor = assessor or make_assessor()
    fields.setdefault("attempt", work.defences.count() + 1)
    return Defence.objects.create(
        work=work,
        student=work.enrolment.student,
        assessor=assessor,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        video_link=assessor.video_link,
        booked_at=LONG_AGO,
        booked_by=work.enrolment.student.user,
        **fields,
    )
