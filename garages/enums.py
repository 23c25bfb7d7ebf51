"""The closed lists of the tenant's own world."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do in one garage; each role may do all that the ones before it may."""

    TECHNICIAN = "technician", _("Technician")
    RECEPTIONIST = "receptionist", _("Receptionist")
    MANAGER = "manager", _("Manager")
    OWNER = "owner", _("Owner")

    @property
    def rank(self) -> int:
        """0 for the technician, 3 for the owner."""
        return list(Role).index(self)


class BayKind(models.TextChoices):
    """What a bay is equipped for. A service that needs no kind fits every bay."""

    GENERAL = "general", _("General lift")
    MOT = "mot", _("MOT bay")
    TYRES = "tyres", _("Tyre bay")
    ALIGNMENT = "alignment", _("Alignment rig")
    DIAGNOSTICS = "diagnostics", _("Diagnostics")
    BODY = "body", _("Body shop")


class Weekday(models.IntegerChoices):
    """Days as Python counts them: Monday is 0."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Intake(models.TextChoices):
    """What a garage may insist on at the desk (P-4); a name is always asked for."""

    PHONE = "phone", _("Phone number")
    EMAIL = "email", _("Email")
    REGISTRATION = "registration", _("Registration")


class FirstStatus(models.TextChoices):
    """How a booking made by staff starts (ruling 3)."""

    PENDING = "pending", _("Pending: the team confirms it")
    CONFIRMED = "confirmed", _("Confirmed at once")


class AccountMailKind(models.TextChoices):
    WELCOME = "welcome", _("Welcome")
    PASSWORD_RESET = "password_reset", _("New password")


class Theme(models.TextChoices):
    """A person's choice of colours; blank follows the device."""

    SYSTEM = "", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")
