"""What a garage sells: vehicle types, services, prices."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from garages.enums import BayKind
from garages.history import track
from garages.models.workshop import Skill
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel


class VehicleType(TenantModel):
    """Saloon, SUV, van ...: what changes a service's price."""

    name = models.CharField(_("name"), max_length=40)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = TenantManager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "name"],
                name="garages_vehicletype_name",
                violation_error_message=_("A vehicle type has this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


@track(exclude=["times_booked"])
class Service(TenantModel):
    """A row of the menu. An extra is a service that is only ever added to another one.

    `code` is what the desk types to choose it (garages.codes). `times_booked` counts the recent bookings of it; the
    nightly task of `bookings` keeps it, so that lists begin with what this garage books most and no page counts.
    """

    code = models.CharField(_("code"), max_length=2, blank=True, help_text=_("Two letters that choose it at the desk."))
    category = models.CharField(_("category"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes of work"))
    buffer_before = models.PositiveSmallIntegerField(_("minutes kept free before"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("minutes kept free after"), default=0)
    skill = TenantForeignKey(
        Skill, verbose_name=_("needed skill"), on_delete=models.SET_NULL, null=True, blank=True, related_name="services"
    )
    bay_kind = models.CharField(_("needed bay"), max_length=12, choices=BayKind, blank=True)
    price = models.PositiveIntegerField(_("price"), help_text="minor units of the garage's currency; any vehicle type")
    outside_vat = models.BooleanField(
        _("outside VAT"), default=False, help_text=_("No VAT is part of its price, as of an MOT test in Britain.")
    )
    due_again_months = models.PositiveSmallIntegerField(
        _("due again after months"), null=True, blank=True, help_text=_("Empty when it does not come round again.")
    )
    is_request_only = models.BooleanField(
        _("on request only"),
        default=False,
        help_text=_("Customers can ask for it online but not book it: the garage answers."),
    )
    is_online = models.BooleanField(_("shown online"), default=True)
    is_extra = models.BooleanField(_("an extra"), default=False)
    orders_confirmed = models.BooleanField(_("orders of it are confirmed at once"), default=False)
    extras = models.ManyToManyField(
        "self", through="ServiceExtra", through_fields=("service", "extra"), symmetrical=False, blank=True
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("on the menu"), default=True)
    times_booked = models.PositiveIntegerField(default=0, editable=False)

    objects = TenantManager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "name"],
                name="garages_service_name",
                violation_error_message=_("A service has this name."),
            ),
            models.UniqueConstraint(
                fields=["garage", "code"],
                condition=~Q(code=""),
                name="garages_service_code",
                violation_error_message=_("Another service has this code."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex="^([A-Z]{2})?$"),
                name="garages_service_code_letters",
                violation_error_message=_("Two letters from A to Z."),
            ),
            models.CheckConstraint(
                condition=Q(due_again_months__gte=1, due_again_months__lte=120) | Q(due_again_months=None),
                name="garages_service_due_again",
                violation_error_message=_("Between 1 and 120 months."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=5) & Q(minutes__lte=60 * 24 * 5),
                name="garages_service_minutes",
                violation_error_message=_("Between 5 minutes and 5 days."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.minutes)


@track()
class ServicePrice(TenantModel):
    """What a service costs for one vehicle type, where that differs from the service's own price."""

    service = TenantForeignKey(Service, on_delete=models.CASCADE, related_name="prices")
    vehicle_type = TenantForeignKey(VehicleType, on_delete=models.CASCADE, related_name="prices")
    price = models.PositiveIntegerField(_("price"), help_text="minor units of the garage's currency")

    objects = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["garage", "service", "vehicle_type"], name="garages_serviceprice_cell")
        ]

    def __str__(self) -> str:
        return f"{self.service} · {self.vehicle_type}: {self.price}"


class ServiceExtra(TenantModel):
    """An extra offered together with a service."""

    service = TenantForeignKey(Service, on_delete=models.CASCADE, related_name="extra_links")
    extra = TenantForeignKey(Service, on_delete=models.CASCADE, related_name="offered_with")

    objects = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["garage", "service", "extra"], name="garages_serviceextra_once"),
            models.CheckConstraint(condition=~Q(service=F("extra")), name="garages_serviceextra_other"),
        ]

    def __str__(self) -> str:
        return f"{self.service} + {self.extra}"
