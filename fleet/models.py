"""Vehicles and what is known of them."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from fleet.enums import Fuel, MileageSource
from garages.fields import SearchKey
from garages.history import track
from garages.models import VehicleType
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel, UnmergedManager


@track(exclude=["search_text", "used_at", "created_at", "updated_at"])
class Vehicle(TenantModel):
    """One vehicle, as one garage knows it.

    `registration` is canonical (capitals and digits only) and unique in the garage when there is one;
    `registration_typed` keeps what was entered. Make and model are words, not keys: the list they are chosen from
    (`fleet.catalogue`) suggests and never limits.
    """

    customer = TenantForeignKey(
        Customer, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="vehicles", null=True, blank=True
    )
    registration = models.CharField(_("registration"), max_length=16, blank=True)
    registration_typed = models.CharField(max_length=24, blank=True)
    vin = models.CharField(_("VIN"), max_length=17, blank=True)
    make = models.CharField(_("make"), max_length=60, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    colour = models.CharField(_("colour"), max_length=40, blank=True)
    fuel = models.CharField(_("fuel"), max_length=12, choices=Fuel, blank=True)
    vehicle_type = TenantForeignKey(
        VehicleType,
        verbose_name=_("vehicle type"),
        on_delete=models.SET_NULL,
        related_name="vehicles",
        null=True,
        blank=True,
    )
    mot_expires_on = models.DateField(_("MOT valid until"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    used_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="when it was last booked in")
    merged_into = TenantForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        related_name="merged",
        null=True,
        editable=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    search_text = models.GeneratedField(
        expression=SearchKey("registration", "make", "model"), output_field=models.TextField(), db_persist=True
    )

    objects = UnmergedManager()
    everything = TenantManager()

    class Meta:
        ordering = [F("used_at").desc(nulls_last=True), "-pk"]
        indexes = [
            models.Index(
                fields=["garage", "merged_into"], condition=Q(merged_into__isnull=False), name="fleet_vehicle_merged"
            ),
            models.Index(fields=["garage", "customer", "-used_at"], name="fleet_vehicle_owner"),
            models.Index(fields=["garage", "make", "model"], name="fleet_vehicle_car"),
            models.Index(
                fields=["garage", "mot_expires_on"],
                condition=Q(mot_expires_on__isnull=False, merged_into=None),
                name="fleet_vehicle_mot",
            ),
            GinIndex(F("garage"), OpClass(F("search_text"), name="gin_trgm_ops"), name="fleet_vehicle_parts"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "registration"],
                condition=~Q(registration="") & Q(merged_into=None),
                name="fleet_vehicle_registration",
                violation_error_message=_("A vehicle has this registration."),
            ),
            models.CheckConstraint(
                condition=~Q(registration="", make="", model=""),
                name="fleet_vehicle_known",
                violation_error_message=_("A vehicle needs a registration or a make."),
            ),
            models.CheckConstraint(condition=Q(registration__regex=r"^[A-Z0-9]*$"), name="fleet_vehicle_canonical"),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.registration, self.description) if part)

    @property
    def description(self) -> str:
        return f"{self.make} {self.model}".strip()


class MileageReading(TenantModel):
    """The odometer on one day."""

    vehicle = TenantForeignKey(Vehicle, on_delete=models.CASCADE, related_name="mileage_readings")
    value = models.PositiveIntegerField(_("reading"))
    unit = models.CharField(_("unit"), max_length=2, choices=[("mi", _("miles")), ("km", _("km"))])
    read_on = models.DateField(_("read on"))
    source = models.CharField(max_length=10, choices=MileageSource, default=MileageSource.STAFF)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager()

    class Meta:
        ordering = ["-read_on", "-pk"]
        indexes = [models.Index(fields=["garage", "vehicle", "-read_on"], name="fleet_mileage_latest")]

    def __str__(self) -> str:
        return f"{self.value} {self.unit}, {self.read_on}"


class RegisterCheck(TenantModel):
    """What the official registers said of a vehicle, and when. `facts` as `VehicleFacts.as_json` writes them."""

    vehicle = TenantForeignKey(Vehicle, on_delete=models.CASCADE, related_name="register_checks")
    facts = models.JSONField()
    source = models.CharField(max_length=10)
    checked_at = models.DateTimeField()

    objects = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["garage", "vehicle"], name="fleet_registercheck_once")]

    def __str__(self) -> str:
        return f"{self.source}, {self.checked_at:%Y-%m-%d}"


class OwnModel(TenantModel):
    """A make and model this garage added to the list it chooses from."""

    make = models.CharField(max_length=60)
    model = models.CharField(max_length=80)

    objects = TenantManager()

    class Meta:
        ordering = ["make", "model"]
        constraints = [models.UniqueConstraint(fields=["garage", "make", "model"], name="fleet_ownmodel_once")]

    def __str__(self) -> str:
        return f"{self.make} {self.model}"
