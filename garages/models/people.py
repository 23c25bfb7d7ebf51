"""Who works in the garages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from garages.enums import Role, Theme
from garages.models.garage import Garage


class UserManager(BaseUserManager["User"]):
    """Finds and makes people by e-mail, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser, PermissionsMixin):
    """One person, in any number of garages. Logs in by e-mail. `is_staff` opens the platform's admin, nothing else."""

    email = models.EmailField(_("email"), unique=True, error_messages={"unique": _("This e-mail has an account.")})
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, blank=True)
    theme = models.CharField(_("colours"), max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)
    rows_per_page = models.PositiveSmallIntegerField(default=25)
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    is_staff = models.BooleanField(_("platform staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    workplaces: list[Membership] | None = None  # as `garages.selectors.memberships_of` read them

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="garages_user_email_lower"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.lower()

    @property
    def short_name(self) -> str:
        return (self.name or self.email).split(" ")[0].split("@")[0]


class Membership(models.Model):
    """A person's role in one garage.

    Read before the tenant is known (it is what makes a tenant known), so it stands outside row-level security.
    """

    garage = models.ForeignKey(Garage, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["user__name", "user__email"]
        constraints = [
            models.UniqueConstraint(fields=["garage", "user"], name="garages_membership_person"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="garages_membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    def at_least(self, role: Role) -> bool:
        """Whether this person may do what `role` may."""
        return Role(self.role).rank >= role.rank

    @property
    def is_manager(self) -> bool:
        """For templates: manager or owner."""
        return self.at_least(Role.MANAGER)
