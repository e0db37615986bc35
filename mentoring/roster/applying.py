"""Writing what a plan says: set by set, through the services that hold the rules (abuse 58)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from accounts.models import Role, User
from accounts.services import NewPerson, close_accounts, create_people, grant_roles
from mentoring.models import Mentor
from mentoring.services import desk, generation
from mentoring.services.adaptations import change_training_dates
from mentoring.services.calendars import lock_mentors
from mentoring.services.cancellations import ahead
from mentoring.services.mentorships import lock_enrolments, lock_mentorships
from mentoring.words import refusal as in_words
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.errors import RuleError
from rulebook.policy import policy_at
from students.models import Enrolment, ExternalId, ExternalKind, Path, Student
from students.services import (
    NewDates,
    NewEnrolment,
    end_enrolments,
    enrol_students,
    enrolment_refusals,
)

from .here import Here
from .mirror import MODIFIED, Source, canonical
from .plan import EnrolmentPlan, PersonPlan, Plan
from .problems import RosterRefused
from .weekly import agree_weekly_sessions, end_weekly_sessions

ENDED = "The roster no longer holds this enrolment."


class Applying:
    """One plan on its way into the tables. What a rule refuses goes to the roster's problems."""

    def __init__(
        self,
        source: Source,
        here: Here,
        plan: Plan,
        *,
        today: datetime.date,
        by: User | None,
        now: datetime.datetime,
    ) -> None:
        self.source, self.here, self.plan = source, here, plan
        self.today, self.by, self.now = today, by, now
        self.paths: dict[str, Path] = self._linked(ExternalKind.COURSE, here.paths)
        self.people: dict[str, User] = self._linked(ExternalKind.USER, here.users)
        self.enrolments: dict[str, Enrolment] = self._linked(ExternalKind.ENROLMENT, here.enrolments)
        self.students = dict(here.students)
        self.mentors = dict(here.mentors)
        self.letters: list[NewMessage] = []

    def _linked(self, kind: ExternalKind, rows: dict[int, Any]) -> dict[str, Any]:
        return {
            sourced_id: rows[pk]
            for (of, sourced_id), pk in self.plan.links.items()
            if of == kind and pk in rows
        }

    def run(self) -> None:
        self._lock()
        self._end_enrolments()
        self._write_paths()
        self._write_people()
        self._write_students_and_mentors()
        self._write_enrolments()
        self._agree()
        self._write_access()
        self._write_mirror()

    def _refuse(self, file: str, line: int, refusal: RuleError) -> None:
        self.source.roster.problem(file, line, refusal.field, in_words(refusal))

    def _lock(self) -> None:
        """All that the services below lock ahead of chains, in the order that holds everywhere (services.desk)."""
        planned = [plan.enrolment for plan in self.plan.enrolments if plan.enrolment]
        agreed = (self.enrolments.get(plan.enrolment) for plan in self.plan.mentorships)
        known = lock_enrolments([*planned, *filter(None, agreed)])
        people = (self.people.get(plan.mentor) for plan in self.plan.mentorships)
        mentors = {self.mentors[user.pk].pk for user in people if user and user.pk in self.mentors}
        generation.catch_up(mentor_ids=mentors, student_ids={row.student_id for row in known}, now=self.now)
        lock_mentorships(known)
        lock_mentors(mentors)
        ids = [enrolment.pk for enrolment in planned]
        desk.hold(ids, self.now, ahead(self.now) & Q(enrolment__in=ids))

    def _end_enrolments(self) -> None:
        ending = [plan.enrolment for plan in self.plan.enrolments if plan.ends and plan.enrolment]
        if ending:
            end_weekly_sessions(enrolments=ending, ended_on=self.today, by=self.by, now=self.now)
            end_enrolments(enrolments=ending, ended_on=self.today, reason=ENDED, by=self.by, now=self.now)

    def _write_paths(self) -> None:
        made = [plan for plan in self.plan.paths if plan.path is None]
        for plan, path in zip(
            made, Path.objects.bulk_create(Path(**plan.values) for plan in made), strict=True
        ):
            self.paths[plan.sourced_id] = path
        changed = []
        for plan in self.plan.paths:
            if plan.path is not None:
                for name, value in plan.values.items():
                    setattr(plan.path, name, value)
                changed.append(plan.path)
        if changed:
            Path.objects.bulk_update(changed, ["code", "title", "active"], batch_size=500)

    def _write_people(self) -> None:
        made = [plan for plan in self.plan.people if plan.user is None]
        known = [plan for plan in self.plan.people if plan.user is not None]
        users = create_people(
            people=[NewPerson(**plan.values, roles=tuple(plan.roles)) for plan in made],
            by=self.by,
            now=self.now,
        )
        for plan, user in zip(made, users, strict=True):
            self.people[plan.sourced_id] = plan.user = user
        changed = []
        for plan in known:
            if plan.user is not None and plan.values:
                self._tell_of_address(plan, plan.user)
                for name, value in plan.values.items():
                    setattr(plan.user, name, value)
                changed.append(plan.user)
        if changed:
            User.objects.bulk_update(
                changed, ["email", "given_name", "family_name", "time_zone"], batch_size=500
            )
        grants = [(plan.user, role) for plan in known if plan.user for role in plan.roles]
        if grants:
            grant_roles(grants=grants, by=self.by, now=self.now)

    def _tell_of_address(self, plan: PersonPlan, user: User) -> None:
        """Another address to sign in with is told to the former one too, whose owner can object."""
        new = plan.values.get("email")
        if new is None:
            return
        context = {"former": user.email, "new": new, "clause": "2.4"}
        occasion = f"sign_in_address:{user.pk}:{self.now.isoformat()}"
        self.letters += [
            NewMessage(
                None,
                "sign_in_address",
                f"{occasion}:former",
                self.now,
                {**context, "addressee": str(user), "to_former": True},
                address=user.email,
            ),
            NewMessage(user.pk, "sign_in_address", f"{occasion}:new", self.now, context),
        ]

    def _write_students_and_mentors(self) -> None:
        new_students, new_mentors = [], []
        for plan in self.plan.people:
            user = plan.user
            assert user is not None  # made just above where it was not there
            if Role.STUDENT in plan.rows and user.pk not in self.students:
                self.students[user.pk] = Student(user=user)
                new_students.append(self.students[user.pk])
            if Role.MENTOR in plan.rows and user.pk not in self.mentors:
                self.mentors[user.pk] = Mentor(user=user, video_link=plan.video_link or "")
                new_mentors.append(self.mentors[user.pk])
        fresh = {id(student) for student in new_students}
        renumbered = []
        for plan in self.plan.people:
            if plan.reference and plan.user and plan.user.pk in self.students:
                student = self.students[plan.user.pk]
                student.reference = plan.reference
                if id(student) not in fresh:
                    renumbered.append(student)
        Student.objects.bulk_create(new_students, batch_size=500)
        Student.objects.bulk_update(renumbered, ["reference"], batch_size=500)
        Mentor.objects.bulk_create(new_mentors, batch_size=500)
        moved = []
        for plan in self.plan.people:
            if plan.video_link and plan.user and plan.user.pk in self.here.mentors:
                self.mentors[plan.user.pk].video_link = plan.video_link
                moved.append(self.mentors[plan.user.pk])
        Mentor.objects.bulk_update(moved, ["video_link"], batch_size=500)

    def _write_enrolments(self) -> None:
        plans = [plan for plan in self.plan.enrolments if plan.enrolment is None and plan.dates]
        wanted = [self._wanted(plan) for plan in plans]
        refusals = enrolment_refusals(wanted, self.now)
        for place, refusal in refusals.items():
            self._refuse("enrollments.csv", plans[place].line, refusal)
        if refusals:
            raise RosterRefused(self.source.roster.problems)
        for plan, enrolment in zip(
            plans, enrol_students(wanted=wanted, by=self.by, now=self.now), strict=True
        ):
            self.enrolments[plan.sourced_id] = enrolment
        moves = [
            NewDates(plan.enrolment, *plan.dates)
            for plan in self.plan.enrolments
            if plan.enrolment is not None and plan.dates and not plan.ends
        ]
        change_training_dates(changes=moves, by=self.by, now=self.now)

    def _wanted(self, plan: EnrolmentPlan) -> NewEnrolment:
        assert plan.dates is not None
        student = self.students[self.people[plan.person].pk]
        return NewEnrolment(student, self.paths[plan.course], *plan.dates, plan.time_zone)

    def _agree(self) -> None:
        wanted = []
        for plan in self.plan.mentorships:
            mentor = self.people.get(plan.mentor)
            wanted.append(
                (plan, self.mentors.get(mentor.pk) if mentor else None, self.enrolments[plan.enrolment])
            )
        refused = agree_weekly_sessions(wanted, today=self.today, by=self.by, now=self.now)
        for plan, refusal in refused:
            self._refuse("enrollments.csv", plan.line, refusal)
        if refused:
            raise RosterRefused(self.source.roster.problems)

    def _write_access(self) -> None:
        closed = [plan.user for plan in self.plan.people if plan.active is False and plan.user]
        opened = [plan.user for plan in self.plan.people if plan.active and plan.user]
        if closed:
            close_accounts(people=closed, by=self.by, now=self.now)
        if opened:
            User.objects.filter(pk__in=[user.pk for user in opened]).update(is_active=True)
        entries = [
            self._entry("person_changed_by_roster", plan)
            for plan in self.plan.people
            if plan.user and plan.user.pk in self.here.users
        ]
        write(entries=entries, messages=self.letters, now=self.now)

    def _entry(self, kind: str, plan: PersonPlan) -> NewEntry:
        """Which of someone's data a roster changed; the values themselves are in the account."""
        assert plan.user is not None
        changed = sorted(plan.values)
        changed += [name for name in ("reference", "video_link") if getattr(plan, name) is not None]
        return NewEntry(
            subject_id=plan.user.pk,
            kind=kind,
            clause="2.4",
            policy_id=policy_at(self.now).id,
            happened_at=self.now,
            actor_id=self.by.pk if self.by else None,
            about=f"accounts.user:{plan.user.pk}",
            facts={"changed": changed, "roles": plan.roles, "active": plan.active},
        )

    def _write_mirror(self) -> None:
        """Keep what the source told, with what it became here."""
        rows: list[ExternalId] = []
        for kind, told_rows in self.source.rows.items():
            objects = self._objects(kind)
            for told in told_rows.values():
                if told.now is None and not told.was_current:
                    continue
                content = dict(told.now if told.now is not None else told.before or {})
                content.update(self.plan.derived.get((kind, told.sourced_id), {}))
                if told.record is not None and told.record.modified:
                    content[MODIFIED] = told.record.modified
                row = ExternalId(
                    system=self.source.roster.system,
                    kind=kind,
                    sourced_id=told.sourced_id,
                    object_id=objects.get(told.sourced_id, told.object_id),
                    told=canonical(content),
                    current=told.now is not None,
                    changed_at=self.now,
                )
                if not _same(row, told.row):
                    rows.append(row)
        ExternalId.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["system", "kind", "sourced_id"],
            update_fields=["object_id", "told", "current", "changed_at"],
        )

    def _objects(self, kind: ExternalKind) -> dict[str, int]:
        rows: dict[ExternalKind, dict[str, Any]] = {
            ExternalKind.COURSE: self.paths,
            ExternalKind.USER: self.people,
            ExternalKind.ENROLMENT: self.enrolments,
        }
        return {sourced_id: row.pk for sourced_id, row in rows.get(kind, {}).items()}


def _same(row: ExternalId, before: ExternalId | None) -> bool:
    return before is not None and (row.object_id, row.told, row.current) == (
        before.object_id,
        before.told,
        before.current,
    )


def school_entry(
    *, facts: dict[str, Any], import_id: int | None, by: User | None, now: datetime.datetime
) -> Sequence[NewEntry]:
    """The school's own entry about an import: whose, what file, how much it changed (R1)."""
    return [
        NewEntry(
            subject_id=None,
            kind="roster_imported",
            clause="2.4",
            policy_id=policy_at(now).id,
            happened_at=now,
            actor_id=by.pk if by else None,
            about=f"students.rosterimport:{import_id}" if import_id else "",
            facts=facts,
        )
    ]
