"""The people who sign in, and the roles they hold."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import (
    Lower,
    Now,  # noqa: TID251, RUF100  (only for the first administrator, made by a command)
)
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from accounts.clients import device_in_words


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """The first administrator of a new school (`manage.py createsuperuser`)."""
        user = self.create_user(email, password, is_superuser=True, **fields)
        # The database's clock: this is a command's edge, and nothing is judged by the instant.
        RoleGrant.objects.create(user=user, role=Role.ADMINISTRATOR, granted_at=Now())
        return user


class Role(models.TextChoices):
    STUDENT = "student", _("Student")
    MENTOR = "mentor", _("Mentor")
    ASSESSOR = "assessor", _("Assessor")
    QUALITY = "quality", _("Quality")
    STUDENT_SUCCESS = "student_success", _("Student Success")
    LEARNING_MANAGER = "learning_manager", _("Learning Manager")
    HEAD_OF_LEARNING = "head_of_learning", _("Head of Learning")
    ADMINISTRATOR = "administrator", _("Administrator")


STAFF_ROLES = frozenset(
    {Role.STUDENT_SUCCESS, Role.LEARNING_MANAGER, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR}
)


class Theme(models.TextChoices):
    SYSTEM = "system", _("As my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address."""

    email = models.EmailField(_("e-mail"), unique=True)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Paris")
    language = models.CharField(_("language"), max_length=8, default="en")
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"), null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            # One person per address however it is capitalised (abuse 42).
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_ci"),
        )

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held now; one query per request at most (prefetched by the auth backend)."""
        return frozenset(grant.role for grant in self.role_grants.all())

    @property
    def is_school_staff(self) -> bool:
        return bool(self.roles & STAFF_ROLES)

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin opens; derived, so that it ends with the role."""
        return self.is_active and (self.is_superuser or self.is_school_staff)

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


class RoleGrant(models.Model):
    """A role that a person holds in the school."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=32, choices=Role)
    granted_at = models.DateTimeField(_("granted at"))
    granted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("granted by")
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = (models.UniqueConstraint(fields=["user", "role"], name="accounts_role_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


class Session(AbstractBaseSession):
    """One signed-in browser (or an anonymous one), as the session engine stores it.

    The owner is a column, so that "sign out everywhere" is one DELETE that takes effect at once.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    device = models.CharField(_("device"), max_length=200, blank=True)
    ip = models.GenericIPAddressField(_("network address"), null=True)
    signed_in_at = models.DateTimeField(_("signed in at"), null=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.device}"

    @property
    def handle(self) -> str:
        """What a page calls the session by; the key itself would let in whoever reads it."""
        return salted_hmac("accounts.session", self.session_key, algorithm="sha256").hexdigest()[:24]

    @property
    def device_in_words(self) -> str:
        return device_in_words(self.device)

    @classmethod
    def get_session_store_class(cls) -> type:
        from accounts.sessions import SessionStore

        return SessionStore


class ApiToken(AbstractAuthToken):
    """A person's key to the API: only its digest is kept (knox)."""

    # Plain rows: knox's own manager reads the clock, services.create_token takes it.
    objects: ClassVar[models.Manager[ApiToken]] = models.Manager()  # type: ignore[assignment]  # said above

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    # Whether the session that made it had passed a second factor (abuse 72).
    passed_mfa = models.BooleanField(_("made after a second factor"), default=False)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.name} ({self.token_key}…)"


class IdempotentRequest(models.Model):
    """The answer given to a write of the API, kept so that its repeat gets the same (Idempotency-Key)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    # Digest of method, path and body: the same key with another request is refused.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # null while the first request is under way
    body = models.TextField(blank=True)
    headers = models.TextField(blank=True)  # those of the answer that say more than its body, as JSON
    created_at = models.DateTimeField(db_index=True)  # index: old answers are deleted by age

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="accounts_idempotency_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.key}"


class WaitingMail(models.Model):
    """An e-mail about signing in that is still to be sent; deleted once it is out (``accounts.outbox``)."""

    sealed = models.TextField()  # whom to, and what: it may hold a link that lets in
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(db_index=True)  # index: the sweep takes what is due
    attempts = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} UTC"
