"""The closed lists of customers."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    INDIVIDUAL = "individual", _("Individual")
    BUSINESS = "business", _("Business")


class ContactRole(models.TextChoices):
    """What somebody at a company is asked about."""

    DRIVER = "driver", _("Driver")
    BILLING = "billing", _("Billing")
    FLEET = "fleet", _("Fleet manager")


class Channel(models.TextChoices):
    """How a customer likes to hear from the garage; blank leaves it to the garage."""

    PHONE = "phone", _("Phone call")
    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-mail")


class Purpose(models.TextChoices):
    """What somebody is written to for. Marketing needs consent; service goes to whoever has a booking and no STOP."""

    SERVICE = "service", _("About their bookings")
    MARKETING = "marketing", _("MOT and service reminders, offers")


class ConsentSource(models.TextChoices):
    """How somebody said yes or no."""

    STAFF = "staff", _("said to staff")
    SMS = "sms", _("by SMS")
    LINK = "link", _("by the link in an e-mail")


# The channels that consent is asked for.
WRITTEN: Final = (Channel.EMAIL, Channel.SMS)
