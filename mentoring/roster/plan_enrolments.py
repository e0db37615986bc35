"""Enrolments of a roster, and the weekly sessions that it agrees for them.

An enrolment as a student is a training on the Path of its class's course. One as a teacher makes that
person the mentor of the class, where nobody else teaches it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Role
from mentoring.models.calendars import Weekday
from rulebook.dates import local_instant
from students.models import Enrolment, EnrolmentState, ExternalKind, Path

from .here import Here
from .limits import Limits
from .mirror import Source, Told
from .plan import CREATE, DEACTIVATE, UNCHANGED, UPDATE, Change, EnrolmentPlan, MentorshipPlan, Plan
from .plan_people import ROLES_KEY

DAY = datetime.timedelta(days=1)
Fields = list[tuple[str, str, str]]
Hours = tuple[datetime.datetime, datetime.datetime, int]  # from, until, the roster's line (0: it stands here)


class EnrolmentPlanner:
    def __init__(
        self,
        source: Source,
        here: Here,
        plan: Plan,
        *,
        today: datetime.date,
        session_length: datetime.timedelta,
        limits: Limits,
    ) -> None:
        self.source, self.here, self.plan, self.today = source, here, plan, today
        self.limits = limits
        self.session_length = session_length
        self.hours: dict[str, list[Hours]] = {}  # what each mentor has in a week to come
        self.linked = {
            told.object_id: told.sourced_id for told in source.every(ExternalKind.ENROLMENT) if told.object_id
        }
        self.names = {
            change.sourced_id: change.name for change in plan.changes if change.kind == ExternalKind.USER
        }
        self.teachers = _teachers(source)
        self.claimed: dict[tuple[str, str], int] = {}  # (person, course) → the line that enrols them
        self.left_to_staff: Counter[str] = Counter()

    def problem(self, told: Told, column: str, reason: str) -> None:
        self.source.roster.problem(told.file, told.line, column, reason)

    def run(self) -> None:
        for told in self.source.every(ExternalKind.ENROLMENT):
            if (told.now or told.before or {}).get("role") != "student":
                self._other(told)
            elif told.now is not None and self._stands(told):
                self._enrol(told)
            elif told.was_current:
                self._end(told)
        self.source.roster.notes.extend(
            f"{reason}: {count}" for reason, count in sorted(self.left_to_staff.items())
        )

    def _other(self, told: Told) -> None:
        """A teacher's enrolment, or one that means nothing here: it is only kept."""
        shown = told.now or told.before or {}
        if told.now is None and not told.was_current:
            return
        action = UNCHANGED
        if told.now is None:
            action = DEACTIVATE
        elif not told.was_current:
            action = CREATE
        title = (self.source.find(ExternalKind.CLASS, shown.get("classSourcedId")) or {}).get("title", "")
        self._show(told, action, f"{self._person(shown)} · {title} ({shown.get('role', '')})", [], "")

    def _stands(self, told: Told) -> bool:
        """Whether person, class and course all stand. Where a row of this roster points nowhere, that was said."""
        row = told.now or {}
        school_class = self.source.find(ExternalKind.CLASS, row["classSourcedId"])
        return (
            self.source.find(ExternalKind.USER, row["userSourcedId"]) is not None
            and school_class is not None
            and self.source.find(ExternalKind.COURSE, school_class["courseSourcedId"]) is not None
        )

    def _enrol(self, told: Told) -> None:
        row, before = told.now or {}, told.before or {}
        school_class = self.source.find(ExternalKind.CLASS, row["classSourcedId"]) or {}
        person, course = row["userSourcedId"], school_class["courseSourcedId"]
        dates = self._dates(told, row, school_class)
        if dates is None:
            return
        mentor = self._mentor(row)
        derived = {
            "_person": person,
            "_course": course,
            "_starts_on": dates[0].isoformat(),
            "_ends_on": dates[1].isoformat(),
            "_mentor": list(mentor) if mentor else None,
        }
        self.plan.derived[told.kind, told.sourced_id] = derived
        if told.object_id and (before.get("_person"), before.get("_course")) != (person, course):
            if before.get("_person") != person:
                self.problem(
                    told, "userSourcedId", _("An enrolment stays with its person: make another one.")
                )
            else:
                self.problem(
                    told, "classSourcedId", _("A change of Path goes through Student Success (2.8).")
                )
            return
        enrolment = self.here.enrolments.get(told.object_id or 0)
        if enrolment is not None:
            self._move(told, enrolment, dates, mentor)
        else:
            self._begin(told, person, course, dates, mentor)

    def _begin(
        self,
        told: Told,
        person: str,
        course: str,
        dates: tuple[datetime.date, datetime.date],
        mentor: tuple[str, int, str] | None,
    ) -> None:
        """An enrolment that the portal does not know by this id."""
        row = told.now or {}
        roles = self.plan.derived.get((ExternalKind.USER, person), {}).get(ROLES_KEY, [])
        if Role.STUDENT not in roles:
            self.problem(told, "userSourcedId", _("This person has no role as a student."))
            return
        if dates[1] < self.today:
            self._show(told, UNCHANGED, self._title(person, course), [], _("over already: not taken in"))
            return
        if (person, course) in self.claimed:
            line = self.claimed[person, course]
            reason = _("Line %(line)s enrols the same person on the same Path.") % {"line": line}
            self.problem(told, "classSourcedId", reason)
            return
        self.claimed[person, course] = told.line
        if not self._may_train(told, person, course):
            return
        standing = self._standing(person, course)
        if standing is not None:
            if self.linked.get(standing.pk, told.sourced_id) != told.sourced_id:
                reason = _("This person is in training on this Path by another enrolment.")
                self.problem(told, "classSourcedId", reason)
                return
            self.linked[standing.pk] = told.sourced_id
            self.plan.links[told.kind, told.sourced_id] = standing.pk
            fields: Fields = []
            note = self._agree(told, standing, mentor, fields)
            linked = _("linked with the training that stands; its dates are left as they are")
            self._show(
                told, UPDATE, self._title(person, course), fields, "; ".join(filter(None, (linked, note)))
            )
            return
        user = self.here.users.get(self.plan.links.get((ExternalKind.USER, person), 0))
        if user is not None and not user.is_active and not self._opens(person):
            self.problem(told, "userSourcedId", _("This person's account is closed."))
            return
        self.plan.enrolments.append(
            EnrolmentPlan(told.sourced_id, person, course, told.line, None, dates, self._zone(row))
        )
        fields = [("starts_on", "", dates[0].isoformat()), ("ends_on", "", dates[1].isoformat())]
        note = self._agree(told, None, mentor, fields)
        self._show(told, CREATE, self._title(person, course), fields, note)

    def _may_train(self, told: Told, person: str, course: str) -> bool:
        """Whether the importer may put this person on this Path: their own Path, and a person of theirs or a new one.

        A Path or person that this roster makes was judged with its own line.
        """
        path_id = self.plan.links.get((ExternalKind.COURSE, course))
        if path_id is not None and not self._covers(told, self.here.paths[path_id]):
            return False
        user = self.here.users.get(self.plan.links.get((ExternalKind.USER, person), 0))
        known = self.source.rows[ExternalKind.USER].get(person)
        if user is None or self.limits.covers_person(
            user, self.here.trainings(user), known.before if known else None
        ):
            return True
        self.problem(told, "userSourcedId", _("This person is no student of your own Paths alone."))
        return False

    def _covers(self, told: Told, path: Path) -> bool:
        if self.limits.covers_path(path):
            return True
        self.problem(told, "classSourcedId", not_your_path())
        return False

    def _opens(self, person: str) -> bool:
        return any(plan.sourced_id == person and plan.active for plan in self.plan.people)

    def _standing(self, person: str, course: str) -> Enrolment | None:
        """The training of this person on this Path that stands here already."""
        student = self.here.students.get(self.plan.links.get((ExternalKind.USER, person), 0))
        path = self.plan.links.get((ExternalKind.COURSE, course))
        return self.here.active.get((student.pk, path)) if student and path else None

    def _move(
        self,
        told: Told,
        enrolment: Enrolment,
        dates: tuple[datetime.date, datetime.date],
        mentor: tuple[str, int, str] | None,
    ) -> None:
        """Dates that the source has moved move here by as many days, so that a leave's days are kept (L4)."""
        row, before = told.now or {}, told.before or {}
        self.plan.links[told.kind, told.sourced_id] = enrolment.pk
        person = row["userSourcedId"]
        title = self._title(person, self.plan.derived[told.kind, told.sourced_id]["_course"])
        if enrolment.state != EnrolmentState.ACTIVE:
            note = "" if told.was_current else _("has ended here: another enrolment is needed to begin again")
            self._show(told, UNCHANGED, title, [], note)
            return
        starts_on, ends_on = enrolment.starts_on, enrolment.ends_on
        if "_starts_on" in before:
            starts_on += dates[0] - datetime.date.fromisoformat(before["_starts_on"])
            ends_on += dates[1] - datetime.date.fromisoformat(before["_ends_on"])
        moved = (starts_on, ends_on) != (enrolment.starts_on, enrolment.ends_on)
        agrees = list(mentor or []) != (before.get("_mentor") or [])
        if (moved or agrees) and not self._covers(told, enrolment.path):
            return
        fields: Fields = []
        if ends_on < starts_on:
            self.problem(
                told, "endDate", _("With the days moved here, the training would end before it begins.")
            )
        elif moved:
            self.plan.enrolments.append(
                EnrolmentPlan(
                    told.sourced_id,
                    person,
                    "",
                    told.line,
                    enrolment,
                    (starts_on, ends_on),
                    enrolment.time_zone,
                )
            )
            for name, old, new in (
                ("starts_on", enrolment.starts_on, starts_on),
                ("ends_on", enrolment.ends_on, ends_on),
            ):
                if old != new:
                    fields.append((name, old.isoformat(), new.isoformat()))
        note = ""
        if agrees:
            note = self._agree(told, enrolment, mentor, fields)
        self._show(told, UPDATE if fields else UNCHANGED, title, fields, note)

    def _end(self, told: Told) -> None:
        """An enrolment that is gone from the source ends today; one whose last day has passed is left alone."""
        enrolment = self.here.enrolments.get(told.object_id or 0)
        before = told.before or {}
        title = self._title(before.get("_person", ""), before.get("_course", ""))
        if enrolment is None:
            return
        title = f"{enrolment.student} · {enrolment.path}"
        self.plan.links[told.kind, told.sourced_id] = enrolment.pk
        if enrolment.state != EnrolmentState.ACTIVE or enrolment.last_day < self.today:
            self._show(told, UNCHANGED, title, [], "")
            return
        if not self._covers(told, enrolment.path):
            return
        self.plan.enrolments.append(EnrolmentPlan(told.sourced_id, "", "", told.line, enrolment, ends=True))
        fields = [("ended_on", "", self.today.isoformat())]
        self._show(told, DEACTIVATE, title, fields, "")

    def _dates(
        self, told: Told, row: dict[str, Any], school_class: dict[str, Any]
    ) -> tuple[datetime.date, datetime.date] | None:
        """First and last day: the row's own, or else those of its class's terms. OneRoster's end is exclusive."""
        terms = [
            term
            for sourced_id in school_class.get("termSourcedIds", [])
            if (term := self.source.find(ExternalKind.TERM, sourced_id)) is not None
        ]
        begin = row.get("beginDate") or min((term["startDate"] for term in terms), default="")
        end = row.get("endDate") or max((term["endDate"] for term in terms), default="")
        for column, value in (("beginDate", begin), ("endDate", end)):
            if not value:
                self.problem(told, column, _("Neither this row nor a term of its class gives the date."))
                return None
        starts_on, ends_on = datetime.date.fromisoformat(begin), datetime.date.fromisoformat(end) - DAY
        if ends_on < starts_on:
            self.problem(
                told, "endDate", _("The training would end before it begins (the end date is exclusive).")
            )
            return None
        return starts_on, ends_on

    def _mentor(self, row: dict[str, Any]) -> tuple[str, int, str] | None:
        """The class's one teacher with the weekday and local time of this row, or nothing."""
        teachers = self.teachers.get(row["classSourcedId"], [])
        weekday, at = row.get("metadata.weekday"), row.get("metadata.localTime")
        return (teachers[0], weekday, at) if len(teachers) == 1 and weekday and at else None

    def _agree(
        self, told: Told, enrolment: Enrolment | None, mentor: tuple[str, int, str] | None, fields: Fields
    ) -> str:
        """Plan the weekly session, or say why it is left to staff."""
        row = told.now or {}
        if mentor is None:
            count = len(self.teachers.get(row["classSourcedId"], []))
            if count != 1:
                reason = _("no mentor: the class has %(count)s teachers") % {"count": count}
            else:
                reason = _("no mentor: metadata.weekday and metadata.localTime are not given")
        elif enrolment is not None and enrolment.pk in self.here.mentorships:
            reason = _("has a mentor here already")
        else:
            at = datetime.time.fromisoformat(mentor[2])
            zone = enrolment.time_zone if enrolment is not None else self._zone(row)
            if not self._is_free(told, mentor[0], mentor[1], at, zone):
                return ""
            self.plan.mentorships.append(MentorshipPlan(told.sourced_id, mentor[0], mentor[1], at, told.line))
            weekday = Weekday(mentor[1]).label
            fields.append(("mentorship", "", f"{self._person_name(mentor[0])}, {weekday} {mentor[2]}"))
            return ""
        self.left_to_staff[reason] += 1
        return _("%(reason)s; left to staff") % {"reason": reason}

    def _zone(self, row: dict[str, Any]) -> str:
        """The zone of an enrolment: the row's, its person's, or the school's."""
        person = self.source.find(ExternalKind.USER, row["userSourcedId"]) or {}
        return str(row.get("metadata.timeZone") or person.get("metadata.timeZone", settings.ROSTER_TIME_ZONE))

    def _is_free(self, told: Told, mentor: str, weekday: int, at: datetime.time, zone: str) -> bool:
        """Whether the mentor has no other student at this hour of the week, here or in this roster."""
        begins = self._in_a_week(weekday, at, zone)
        ends = begins + self.session_length
        if mentor not in self.hours:
            user_id = self.plan.links.get((ExternalKind.USER, mentor), 0)
            self.hours[mentor] = [
                (start, start + datetime.timedelta(minutes=each.length_minutes), 0)
                for each in self.here.weekly.get(user_id, ())
                for start in [self._in_a_week(each.weekday, each.local_time, each.enrolment.time_zone)]
            ]
        for other_begins, other_ends, line in self.hours[mentor]:
            if begins < other_ends and other_begins < ends:
                where = _("on line %(line)s") % {"line": line} if line else _("here already")
                reason = _("The mentor has another student at this hour, %(where)s.") % {"where": where}
                self.problem(told, "metadata.localTime", reason)
                return False
        self.hours[mentor].append((begins, ends, told.line))
        return True

    def _in_a_week(self, weekday: int, at: datetime.time, zone: str) -> datetime.datetime:
        """The instant of a weekly hour in next week: hours of different zones can be set side by side."""
        monday = self.today + datetime.timedelta(days=7 - self.today.weekday())
        return local_instant(monday + datetime.timedelta(days=weekday - 1), at, zone)

    def _person(self, row: dict[str, Any]) -> str:
        return self._person_name(row.get("userSourcedId", ""))

    def _person_name(self, sourced_id: str) -> str:
        return self.names.get(sourced_id, sourced_id)

    def _title(self, person: str, course: str) -> str:
        title = (self.source.find(ExternalKind.COURSE, course) or {}).get("title", course)
        return f"{self._person_name(person)} · {title}"

    def _show(self, told: Told, action: str, name: str, fields: Fields, note: str) -> None:
        self.plan.changes.append(
            Change(action, told.kind, told.file, told.line, told.sourced_id, name, tuple(fields), note)
        )


def not_your_path() -> str:
    return _("A Learning Manager imports for their own Paths only: an administrator imports this one.")


def _teachers(source: Source) -> dict[str, list[str]]:
    """Who teaches each class: sourced ids of people that stand."""
    found: dict[str, set[str]] = {}
    for told in source.current(ExternalKind.ENROLMENT):
        row = told.now or {}
        if row["role"] == "teacher" and source.find(ExternalKind.USER, row["userSourcedId"]) is not None:
            found.setdefault(row["classSourcedId"], set()).add(row["userSourcedId"])
    return {sourced_id: sorted(people) for sourced_id, people in found.items()}


def plan_enrolments(
    source: Source,
    here: Here,
    plan: Plan,
    *,
    today: datetime.date,
    session_length: datetime.timedelta,
    limits: Limits,
) -> None:
    EnrolmentPlanner(source, here, plan, today=today, session_length=session_length, limits=limits).run()
