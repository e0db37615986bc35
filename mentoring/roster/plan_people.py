"""People of a roster: accounts, roles, and the student or mentor behind them."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import STAFF_ROLES, Role, User
from students.models import ExternalKind

from .here import Here, email_of
from .limits import MADE_KEY, Limits, has_other_roles, is_open_to_rosters
from .mirror import Source, Told, content
from .plan import CREATE, DEACTIVATE, UNCHANGED, UPDATE, Change, PersonPlan, Plan

ROLES_KEY = "_roles"  # the portal's roles that the source gave, as they were worked out
# The column of the account or its student or mentor → the roster's column.
NAMES = (("given_name", "givenName"), ("family_name", "familyName"))


class PeoplePlanner:
    def __init__(
        self, source: Source, here: Here, plan: Plan, *, today: datetime.date, limits: Limits
    ) -> None:
        self.source, self.here, self.plan, self.limits = source, here, plan, limits
        self.linked = {
            told.object_id: told.sourced_id for told in source.every(ExternalKind.USER) if told.object_id
        }
        self.roles = _roles_told(source, today)
        self.addresses: dict[str, int] = {}  # address → the line that claims it
        self.references: dict[str, int] = {}
        self.skipped = 0

    def problem(self, told: Told, column: str, reason: str) -> None:
        self.source.roster.problem(told.file, told.line, column, reason)

    def run(self) -> None:
        for told in self.source.every(ExternalKind.USER):
            user = self.here.users.get(told.object_id or 0)
            roles = self.roles.get(told.sourced_id, [])
            if told.now is None:
                if user is not None and told.was_current:
                    self._close(told, user)
                continue
            self._keep(told, {ROLES_KEY: roles})
            if user is not None:
                if self._says_more(told, roles) and not self._may_touch(told, user):
                    continue
                self._change(told, user, roles, note="")
            elif roles:
                self._take_in(told, roles)
            else:
                self.skipped += 1
        if self.skipped:
            self.source.roster.notes.append(
                _("%(count)s people have no role that the portal knows; they are left out.")
                % {"count": self.skipped}
            )

    def _take_in(self, told: Told, roles: list[str]) -> None:
        """A person whom the portal does not know by this id: somebody's account, or a new one."""
        told_now = told.now or {}
        address = email_of(told_now)
        if not address:
            self.problem(told, "email", _("This person needs an e-mail address: it is how they sign in."))
            return
        user = self.here.by_email.get(address)
        if user is None:
            if told_now["enabledUser"]:
                self._create(told, address, roles)
            return
        if self.linked.get(user.pk, told.sourced_id) != told.sourced_id:
            self.problem(told, "email", _("This address belongs to another person of the school."))
            return
        if not self._may_touch(told, user):
            return
        self.linked[user.pk] = told.sourced_id
        self._change(told, user, roles, note=_("linked with the account that has this address"))

    def _keep(self, told: Told, values: dict[str, Any]) -> None:
        """What is kept of a person beside what the source tells; who made the account stays."""
        before = told.before or {}
        made = {MADE_KEY: before[MADE_KEY]} if MADE_KEY in before else {}
        self.plan.derived[told.kind, told.sourced_id] = {**made, **values}

    def _says_more(self, told: Told, roles: list[str]) -> bool:
        """Whether the source tells something of a person that it had not told before."""
        before = told.before or {}
        if not set(roles) <= set(before.get(ROLES_KEY, [])):
            return True
        return not told.was_current or content(told.now) != content(before)

    def _may_touch(self, told: Told, user: User) -> bool:
        if self.limits.covers_person(user, self.here.trainings(user), told.before):
            return True
        self.problem(
            told,
            "sourcedId",
            _(
                "This account is not a student's of your own Paths alone: an administrator imports what concerns it."
            ),
        )
        return False

    def _create(self, told: Told, address: str, roles: list[str]) -> None:
        told_now = told.now or {}
        if not (self._claims(told, address) and self._may_have(told, roles)):
            return
        self._keep(told, {ROLES_KEY: roles, MADE_KEY: self.limits.maker})
        person = PersonPlan(told.sourced_id, None, roles=roles, rows=roles)
        person.values = {
            "email": address,
            "given_name": told_now["givenName"],
            "family_name": told_now["familyName"],
            "time_zone": told_now.get("metadata.timeZone", settings.ROSTER_TIME_ZONE),
        }
        self._set_reference(told, person, None)
        if Role.MENTOR in roles:
            person.video_link = told_now.get("metadata.videoLink", "")
        fields = [("email", "", address), ("roles", "", ", ".join(roles))]
        if person.reference:
            fields.append(("reference", "", person.reference))
        note = ""
        if Role.MENTOR in roles and not person.video_link:
            note = _("has no video link yet: sessions need one")
        self.plan.people.append(person)
        self._show(told, CREATE, _name(told), fields, note)

    def _change(self, told: Told, user: User, roles: list[str], *, note: str) -> None:
        """Give the portal what the source has changed since it was last heard."""
        told_now, before = told.now or {}, told.before or {}
        self.plan.links[told.kind, told.sourced_id] = user.pk
        person = PersonPlan(told.sourced_id, user)
        fields: list[tuple[str, str, str]] = []
        notes = [note] if note else []

        new_roles = [
            role for role in roles if role not in before.get(ROLES_KEY, []) and role not in user.roles
        ]
        is_open = is_open_to_rosters(user, before)
        if new_roles and self._may_gain(told, new_roles, is_open=is_open) and self._may_have(told, new_roles):
            person.roles = new_roles
            fields.append(
                ("roles", ", ".join(sorted(user.roles)), ", ".join(sorted({*user.roles, *new_roles})))
            )
        missing = {
            Role.STUDENT: user.pk not in self.here.students,
            Role.MENTOR: user.pk not in self.here.mentors,
        }
        person.rows = [role for role in roles if missing.get(Role(role))]
        lost = [role for role in before.get(ROLES_KEY, []) if role not in roles]
        if lost:
            notes.append(_("no longer %(roles)s there: left to staff here") % {"roles": ", ".join(lost)})

        if not is_open:
            if told.row is not None and any(told_now.get(c) != before.get(c) for c in _PERSONAL):
                notes.append(self._left_alone(user))
        else:
            self._set_names(told, user, person, fields)
            self._set_access(told, user, person, fields, notes)
        self._set_reference(told, person, user, fields)
        self._set_video_link(told, user, person, fields)
        if fields or person.rows:
            self.plan.people.append(person)
        action = UPDATE if fields or note else UNCHANGED
        if person.active is False:
            action = DEACTIVATE
        self._show(told, action, str(user), fields, "; ".join(notes))

    def _set_names(
        self, told: Told, user: User, person: PersonPlan, fields: list[tuple[str, str, str]]
    ) -> None:
        told_now, before = told.now or {}, told.before or {}
        wanted = {ours: told_now[theirs] for ours, theirs in NAMES if told_now[theirs] != before.get(theirs)}
        zone = told_now.get("metadata.timeZone")
        if zone and zone != before.get("metadata.timeZone"):
            wanted["time_zone"] = zone
        address = email_of(told_now)
        if address != email_of(before):
            if not address:
                self.problem(told, "email", _("This person needs an e-mail address: it is how they sign in."))
            elif address != user.email and self._claims(told, address):
                wanted["email"] = address
        for column, new in wanted.items():
            old = getattr(user, column)
            if new != old:
                person.values[column] = new
                fields.append((column, old, new))

    def _set_access(
        self, told: Told, user: User, person: PersonPlan, fields: list[tuple[str, str, str]], notes: list[str]
    ) -> None:
        was_open = told.was_current and bool((told.before or {}).get("enabledUser"))
        is_open = bool((told.now or {})["enabledUser"])
        if is_open and not was_open and told.row is not None and not user.is_active:
            person.active = True
            fields.append(("active", "False", "True"))
        elif not is_open and (was_open or told.row is None) and user.is_active:
            if self.here.mentees(user):
                notes.append(self._has_mentees(user))
            elif user.pk in self.here.barred:
                notes.append(_stays_open())
            else:
                person.active = False
                fields.append(("active", "True", "False"))

    def _close(self, told: Told, user: User) -> None:
        """Somebody who is gone from the source: their account is closed, nothing of theirs is deleted."""
        self.plan.links[told.kind, told.sourced_id] = user.pk
        if user.is_active and not self._may_touch(told, user):
            return
        if not is_open_to_rosters(user, told.before):
            self._show(told, UNCHANGED, str(user), [], self._left_alone(user))
        elif self.here.mentees(user):
            self._show(told, UNCHANGED, str(user), [], self._has_mentees(user))
        elif user.pk in self.here.barred:
            self._show(told, UNCHANGED, str(user), [], _stays_open())
        elif user.is_active:
            self.plan.people.append(PersonPlan(told.sourced_id, user, active=False))
            self._show(told, DEACTIVATE, str(user), [("active", "True", "False")], "")

    def _left_alone(self, user: User) -> str:
        """Why this account is a person's to change, and how many students wait for that person's answer."""
        if self.here.mentees(user):
            return self._has_mentees(user)
        if has_other_roles(user):
            return _("more than a student: name, address and access are changed by an administrator only")
        return _("no account that a roster made: name, address and access are changed by a person only")

    def _has_mentees(self, user: User) -> str:
        return _("still mentors %(count)s students: replace them as mentor, then close the account") % {
            "count": self.here.mentees(user)
        }

    def _claims(self, told: Told, address: str) -> bool:
        """Whether the address is nobody else's, here or in this roster."""
        holder = self.here.by_email.get(address)
        if holder is not None and self.linked.get(holder.pk) != told.sourced_id:
            self.problem(told, "email", _("This address belongs to another person of the school."))
        elif address in self.addresses:
            reason = _("Line %(line)s has the same address.") % {"line": self.addresses[address]}
            self.problem(told, "email", reason)
        else:
            self.addresses[address] = told.line
            return True
        return False

    def _may_gain(self, told: Told, roles: list[str], *, is_open: bool) -> bool:
        """A role goes to an account that a roster made, a student's alone; to another by an administrator's hand."""
        if is_open or self.limits.is_administrator:
            return True
        reason = _(
            "This account was there before, or is more than a student's: an administrator gives it %(roles)s."
        )
        self.problem(told, "role", reason % {"roles": ", ".join(roles)})
        return False

    def _may_have(self, told: Told, roles: list[str]) -> bool:
        if self.limits.is_administrator or STAFF_ROLES.isdisjoint(roles):
            return True
        self.problem(told, "role", _("A role of the staff is given only where an administrator imports."))
        return False

    def _set_reference(
        self,
        told: Told,
        person: PersonPlan,
        user: User | None,
        fields: list[tuple[str, str, str]] | None = None,
    ) -> None:
        """The school's own number for a student."""
        reference = (told.now or {}).get("identifier")
        student = self.here.students.get(user.pk) if user else None
        is_student = student is not None or Role.STUDENT in person.rows
        if not reference or not is_student or reference == (told.before or {}).get("identifier"):
            return
        if student is not None and student.reference == reference:
            return
        holder = self.here.by_reference.get(reference)
        if holder is not None and (student is None or holder.pk != student.pk):
            self.problem(told, "identifier", _("Another student has this reference."))
        elif reference in self.references:
            reason = _("Line %(line)s has the same reference.") % {"line": self.references[reference]}
            self.problem(told, "identifier", reason)
        else:
            self.references[reference] = told.line
            person.reference = reference
            if fields is not None:
                fields.append(("reference", (student.reference or "") if student else "", reference))

    def _set_video_link(
        self, told: Told, user: User, person: PersonPlan, fields: list[tuple[str, str, str]]
    ) -> None:
        link = (told.now or {}).get("metadata.videoLink")
        mentor = self.here.mentors.get(user.pk)
        is_mentor = mentor is not None or Role.MENTOR in person.rows
        if not link or not is_mentor or link == (told.before or {}).get("metadata.videoLink"):
            return
        # A link in use is where students go to: it is changed by the mentor, or by staff.
        if mentor is None or not mentor.video_link:
            person.video_link = link
            fields.append(("video_link", mentor.video_link if mentor else "", link))

    def _show(
        self, told: Told, action: str, name: str, fields: list[tuple[str, str, str]], note: str
    ) -> None:
        self.plan.changes.append(
            Change(action, told.kind, told.file, told.line, told.sourced_id, name, tuple(fields), note)
        )


def _stays_open() -> str:
    return _("stays open: who may begin no training signs in to read their own file and decision")


_PERSONAL = ("givenName", "familyName", "email", "enabledUser")


def _name(told: Told) -> str:
    shown = told.now or told.before or {}
    return f"{shown.get('givenName', '')} {shown.get('familyName', '')}".strip() or told.sourced_id


def _roles_told(source: Source, today: datetime.date) -> dict[str, list[str]]:
    """The portal's roles of each person, by what the source tells; an end date is the first day without it."""
    words: dict[str, set[str]] = {}
    if source.roster.version == "1.1":
        for told in source.current(ExternalKind.USER):
            words.setdefault(told.sourced_id, set()).add(str((told.now or {}).get("role", "")))
    for told in source.current(ExternalKind.ROLE):
        row = told.now or {}
        begun = row.get("beginDate", "") <= today.isoformat()
        if begun and today.isoformat() < row.get("endDate", "9999"):
            words.setdefault(row["userSourcedId"], set()).add(row["role"])
    known: dict[str, str] = settings.ROSTER_ROLES
    return {
        sourced_id: sorted({known[word] for word in found if word in known})
        for sourced_id, found in words.items()
    }


def plan_people(source: Source, here: Here, plan: Plan, *, today: datetime.date, limits: Limits) -> None:
    PeoplePlanner(source, here, plan, today=today, limits=limits).run()
