"""The closed lists of vehicles."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fuel(models.TextChoices):
    PETROL = "petrol", _("Petrol")
    DIESEL = "diesel", _("Diesel")
    HYBRID = "hybrid", _("Hybrid")
    ELECTRIC = "electric", _("Electric")
    GAS = "gas", _("Gas")
    OTHER = "other", _("Other")


class MileageSource(models.TextChoices):
    """Who read the odometer."""

    STAFF = "staff", _("the garage")
    CUSTOMER = "customer", _("the customer")
    TEST = "test", _("an official test")
