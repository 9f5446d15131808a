"""People and the roles they hold."""

import uuid
import zoneinfo
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from lms.accounts.roles import DESCRIPTIONS, Role


class UserQuerySet(models.QuerySet["User"]):
    """Named reads of people."""

    def holding_roles(self) -> "UserQuerySet":
        """Read the roles held now along, as `open_grants`."""
        grants = RoleGrant.objects.filter(ended_at__isnull=True).order_by("role")
        return self.prefetch_related(models.Prefetch("role_grants", queryset=grants, to_attr="open_grants"))

    def of_the_staff(self) -> "UserQuerySet":
        """Narrow to those who hold a role other than trainee."""
        staff = RoleGrant.objects.filter(ended_at__isnull=True).exclude(role=Role.TRAINEE.value)
        return self.filter(pk__in=staff.values("person"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; the address is stored in lower case. Raises `ValueError` without an address."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        person: User = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person with all of Django's own rights. The permission matrix still applies to them."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by address, in any case."""
        person: User = self.get(email=(username or "").lower())
        return person


class User(AbstractBaseUser, PermissionsMixin):
    """One human being with an account. Shared accounts are not allowed: signatures name a person."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("e-mail address", unique=True)
    full_name = models.CharField("full name", max_length=120, help_text="As it shall stand on your certificate.")
    time_zone = models.CharField(max_length=64, blank=True, help_text="Empty: the zone of the browser.")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects = UserManager()

    class Meta:
        """One account per address, whatever its case."""

        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_any_case")]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        """Return the name as printed on certificates and signatures."""
        return self.full_name

    def get_short_name(self) -> str:
        """Return what comes before the first blank of the name."""
        return self.full_name.split(" ", 1)[0]

    @property
    def zone(self) -> zoneinfo.ZoneInfo | None:
        """The clock that the person chose; None without a choice, UTC when the stored zone no longer exists."""
        if not self.time_zone:
            return None
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return zoneinfo.ZoneInfo("UTC")

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held now; read once per request, so a role that ended is gone on the next one."""
        held = self.role_grants.filter(ended_at__isnull=True).values_list("role", flat=True)
        return frozenset(Role(role) for role in held)

    def has_role(self, role: Role) -> bool:
        """Say whether the person holds a role now."""
        return role in self.roles


class RoleGrant(models.Model):
    """One person held one role from `granted_at` to `ended_at` (open while empty). Rows are ended, not removed."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A role is held once at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(ended_at__isnull=True), name="accounts_one_open_grant_per_role"
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="accounts_grant_of_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.person_id}"

    @property
    def name(self) -> str:
        """The role as people call it."""
        return DESCRIPTIONS[Role(self.role)].name


class DeclaredRelationship(models.Model):
    """A relationship that makes `person` unfit to assess `other`: family, employer, line manager, own trainer."""

    class Kind(models.TextChoices):
        """What relates the two people."""

        RELATIVE = "relative", "relative"
        LINE_MANAGER = "line_manager", "direct manager"
        TRAINER = "trainer", "trainer of this person"
        BUSINESS = "business", "business relationship"

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="declared_relationships")
    other = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    declared_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Nobody is related to themselves."""

        constraints = [
            models.CheckConstraint(condition=~Q(person=models.F("other")), name="accounts_relationship_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.other_id}"
