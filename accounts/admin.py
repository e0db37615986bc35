"""People in the staff admin: staff read, administrators change, and every change goes through a service.

Passwords and the secrets of second factors are shown nowhere; a password is set by its owner alone.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import mail, services
from accounts.models import Role, RoleGrant, User
from accounts.permissions import may_edit_people, may_read_people
from accounts.selectors import people_scope
from accounts.tables import CarefulAdmin
from rulebook.errors import RuleError

# One door: limits, second factors and the choice of a passkey stand in front of the admin too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth documents


def _own_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    return redirect("account_change_password")


admin.site.password_change = _own_password  # type: ignore[method-assign, assignment]  # it would end no sessions

# Allauth's and Django's own pages for these would write behind the services' back. Their modules are
# imported before the admin looks for them, so that what they register can be taken out again.
for _module in ("allauth.account", "allauth.mfa", "allauth.socialaccount", "django.contrib.auth"):
    import_module(f"{_module}.admin")
for _model in (Authenticator, EmailAddress, Group, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(_model)


class RoleInline(admin.TabularInline):
    model = RoleGrant
    fk_name = "user"
    extra = 0
    fields = ("role", "granted_at", "granted_by")
    readonly_fields = ("granted_at", "granted_by")

    # A role is granted or revoked, never turned into another one.
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(may_read_people(request.user))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(may_edit_people(request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(may_edit_people(request.user))


class HeldRole(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.value, role.label) for role in Role]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() in Role.values:
            return queryset.filter(role_grants__role=self.value())
        return queryset


@admin.register(User)
class PersonAdmin(CarefulAdmin):
    list_display = ("email", "family_name", "given_name", "roles_in_words", "is_active", "last_login")
    list_filter = (HeldRole, "is_active", "language")
    search_fields = ("email", "family_name", "given_name")
    search_help_text = _("Name or e-mail address")
    ordering = ("family_name", "given_name", "pk")
    list_per_page = 50
    show_full_result_count = False
    fields = (
        "email",
        ("given_name", "family_name"),
        ("time_zone", "language"),
        ("is_active", "joined_at", "last_login"),
    )
    readonly_fields = ("is_active", "joined_at", "last_login")
    inlines = (RoleInline,)
    actions = ("send_invitations", "end_sessions", "deactivate", "reactivate")

    @admin.display(description=_("roles"))
    def roles_in_words(self, person: User) -> str:
        return ", ".join(str(role.label) for role in Role if role in person.roles)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows = super().get_queryset(request)
        return rows.filter(people_scope(_by(request))).prefetch_related("role_grants")

    # Staff read, administrators change, nobody deletes: history hangs on people.
    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(may_read_people(request.user))

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return bool(may_read_people(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(may_edit_people(request.user))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return bool(may_edit_people(request.user))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_edit_permission(self, request: HttpRequest) -> bool:
        """What the actions ask for (`permissions=["edit"]`)."""
        return bool(may_edit_people(request.user))

    def save_model(self, request: HttpRequest, person: User, form: ModelForm, change: bool) -> None:
        by, now = _by(request), timezone.now()
        if not change:
            made = services.create_person(
                email=person.email,
                given_name=person.given_name,
                family_name=person.family_name,
                time_zone=person.time_zone,
                language=person.language,
                by=by,
                now=now,
            )
            person.pk, person._state.adding = made.pk, False
            return
        services.edit_person(
            person=person, by=by, now=now, **{name: form.cleaned_data[name] for name in form.changed_data}
        )

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: BaseModelFormSet, change: bool
    ) -> None:
        """Roles: each line is a grant or a revocation by its service."""
        person, by, now = form.instance, _by(request), timezone.now()
        grants = formset.save(commit=False)
        for grant in formset.deleted_objects:
            try:
                services.revoke_role(person=person, role=grant.role, by=by, now=now)
            except RuleError as error:
                self.message_user(request, _(error.message) % error.params, messages.ERROR)
        for grant in grants:
            services.grant_role(person=person, role=grant.role, by=by, now=now)
        formset.new_objects, formset.changed_objects = list(grants), []

    @admin.action(description=_("Send an invitation to set a password"), permissions=["edit"])
    def send_invitations(self, request: HttpRequest, people: QuerySet[User]) -> None:
        def invite(person: User) -> None:
            invitation = services.invite_person(person=person, by=_by(request), now=timezone.now())
            mail.send_invitation(invitation, person)

        count = self._each(request, people, invite)
        self.message_user(
            request, ngettext("%(n)s invitation sent.", "%(n)s invitations sent.", count) % {"n": count}
        )

    @admin.action(description=_("Sign out everywhere and revoke API tokens"), permissions=["edit"])
    def end_sessions(self, request: HttpRequest, people: QuerySet[User]) -> None:
        count = self._each(request, people, lambda person: services.end_access(person=person))
        self.message_user(
            request, ngettext("%(n)s person signed out.", "%(n)s people signed out.", count) % {"n": count}
        )

    @admin.action(description=_("Close the account"), permissions=["edit"])
    def deactivate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        by, now = _by(request), timezone.now()
        count = self._each(
            request, people, lambda person: services.deactivate_person(person=person, by=by, now=now)
        )
        self.message_user(
            request, ngettext("%(n)s account closed.", "%(n)s accounts closed.", count) % {"n": count}
        )

    @admin.action(description=_("Open the account again"), permissions=["edit"])
    def reactivate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        by, now = _by(request), timezone.now()
        count = self._each(
            request, people, lambda person: services.reactivate_person(person=person, by=by, now=now)
        )
        self.message_user(
            request, ngettext("%(n)s account opened.", "%(n)s accounts opened.", count) % {"n": count}
        )

    def _each(self, request: HttpRequest, people: QuerySet[User], act: Callable[[User], object]) -> int:
        """Do it for each; what a rule refuses is said, and the others go on. How many were done."""
        count = 0
        for person in people:
            try:
                act(person)
            except RuleError as error:
                self.message_user(request, f"{person}: {_(error.message) % error.params}", messages.ERROR)
            else:
                self.log_change(request, person, request.POST.get("action", ""))
                count += 1
        return count


def _by(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
