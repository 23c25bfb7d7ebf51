"""The garage: the tenant."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from garages.enums import FirstStatus, Intake
from garages.symptoms import usual_symptoms
from garages.validators import validate_country, validate_currency, validate_time_zone


def english() -> list[str]:
    return ["en"]


class Garage(models.Model):
    """One workshop. Its rows everywhere else carry its key; nothing is shared between two garages."""

    slug = models.SlugField(_("address name"), unique=True, max_length=50)
    name = models.CharField(_("name"), max_length=120)
    town = models.CharField(_("town"), max_length=80, blank=True)
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    email = models.EmailField(_("email"), blank=True)

    country = models.CharField(_("country"), max_length=2, validators=[validate_country], help_text="ISO 3166-1")
    subdivision = models.CharField(
        _("region"), max_length=6, blank=True, help_text=_("For public holidays: ENG, SCT, CA")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    currency = models.CharField(_("currency"), max_length=3, validators=[validate_currency], help_text="ISO 4217")
    languages = ArrayField(
        models.CharField(max_length=8, choices=settings.LANGUAGES), default=english, verbose_name=_("languages")
    )

    staff_bookings_start = models.CharField(
        _("a booking made by staff starts"), max_length=10, choices=FirstStatus, default=FirstStatus.PENDING
    )
    online_confirmed = models.BooleanField(_("online bookings are confirmed at once"), default=False)
    receptionists_confirm = models.BooleanField(_("receptionists may confirm bookings"), default=True)
    receptionists_overbook = models.BooleanField(_("receptionists may overbook"), default=False)
    intake = ArrayField(
        models.CharField(max_length=12, choices=Intake),
        default=list,
        blank=True,
        verbose_name=_("asked for at the desk"),
        help_text="what no booking is made without",
    )
    slot_step = models.PositiveSmallIntegerField(_("minutes between offered times"), default=30)
    day_only = models.BooleanField(_("customers choose a day, not a time"), default=False)
    drop_off_from = models.TimeField(
        _("cars are left from"),
        null=True,
        blank=True,
        help_text="where a day is chosen; null means as the garage opens",
    )
    requests_hold = models.BooleanField(_("requests hold their time"), default=False)
    symptom_chips = ArrayField(
        models.CharField(max_length=40),
        null=True,
        blank=True,
        size=8,
        verbose_name=_("symptoms"),
        help_text="what a key adds to the notes at the desk; null means the usual ones, in the garage's language",
    )
    horizon_days = models.PositiveSmallIntegerField(_("days ahead that can be booked"), default=90)
    technicians_limit = models.BooleanField(_("a time needs a free technician"), default=True)
    cars_a_day = models.PositiveSmallIntegerField(_("cars a day"), null=True, blank=True)
    waiters_a_day = models.PositiveSmallIntegerField(_("waiting customers a day"), null=True, blank=True)
    shuttles_a_day = models.PositiveSmallIntegerField(_("customers driven a day"), null=True, blank=True)
    drops_a_day = models.PositiveSmallIntegerField(_("cars dropped off a day"), null=True, blank=True)
    courtesy_cars = models.PositiveSmallIntegerField(_("courtesy cars"), null=True, blank=True)
    waiters_a_slot = models.PositiveSmallIntegerField(_("waiting customers at a time"), null=True, blank=True)
    shuttles_a_slot = models.PositiveSmallIntegerField(_("customers driven at a time"), null=True, blank=True)
    drops_a_slot = models.PositiveSmallIntegerField(_("cars dropped off at a time"), null=True, blank=True)
    courtesy_a_slot = models.PositiveSmallIntegerField(_("courtesy cars lent at a time"), null=True, blank=True)
    notice_at_desk = models.PositiveSmallIntegerField(_("minutes of notice at the desk"), default=0)
    notice_online = models.PositiveSmallIntegerField(_("minutes of notice online"), default=120)
    notice_to_cancel = models.PositiveSmallIntegerField(_("minutes of notice to cancel"), default=0)
    notice_to_move = models.PositiveSmallIntegerField(_("minutes of notice to move"), default=0)
    online_same_day = models.BooleanField(_("online bookings for the same day"), default=True)
    no_show_after_days = models.PositiveSmallIntegerField(
        _("days after which nobody coming is a no-show"), null=True, blank=True, help_text="null means only by hand"
    )
    hold_minutes = models.PositiveSmallIntegerField(_("minutes a picked time is kept"), default=10)

    vat_percent = models.DecimalField(
        _("VAT in %"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="contained in every price; null means not registered, and no VAT is shown",
    )
    vat_number = models.CharField(_("VAT number"), max_length=30, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("days to pay an invoice"), default=0)
    invoice_footer = models.TextField(_("below every invoice"), blank=True)

    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="garages_garage_slot_step",
                condition=models.Q(slot_step__gte=5, slot_step__lte=240),
                violation_error_message=_("Between 5 and 240 minutes."),
            ),
            models.CheckConstraint(
                name="garages_garage_horizon",
                condition=models.Q(horizon_days__gte=1, horizon_days__lte=730),
                violation_error_message=_("Between 1 and 730 days."),
            ),
            models.CheckConstraint(
                name="garages_garage_hold",
                condition=models.Q(hold_minutes__gte=1, hold_minutes__lte=60),
                violation_error_message=_("Between 1 and 60 minutes."),
            ),
            models.CheckConstraint(
                name="garages_garage_vat",
                condition=models.Q(vat_percent=None) | models.Q(vat_percent__gte=0),
                violation_error_message=_("Not below zero."),
            ),
            models.CheckConstraint(name="garages_garage_languages", condition=models.Q(languages__len__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def language(self) -> str:
        """The garage's first language: what is used for people who chose none."""
        return self.languages[0]

    @property
    def address_lines(self) -> list[str]:
        """Its address and its town, line by line; a town that stands in the address too is named once."""
        lines = (*self.address.splitlines(), self.town)
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))

    @property
    def symptoms(self) -> list[str]:
        """What a key adds to the notes at the desk: the garage's own list, or the usual ones."""
        return usual_symptoms(self.language) if self.symptom_chips is None else self.symptom_chips

    @property
    def phone_region(self) -> str:
        """The region whose numbers need no country code."""
        return self.country

    def now(self) -> datetime:
        return timezone.now().astimezone(self.zone)

    def today(self) -> date:
        return self.now().date()
